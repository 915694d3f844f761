import { BzError } from "../model/errors";
import type { JsonValue } from "../model/json";
import { lockTimeoutSetting, type Setting } from "../model/setting";
import { fileLengthLimit, Settings } from "./config";
import type { StorageEnvironment } from "./environment";
import { withStorageErrors } from "./failure";
import type { Directory } from "./file-system";
import { openMadeDirectory } from "./made-directory";
import { configName, join } from "./paths";
import { userConfigPath } from "./settings-file";
import type { StoreRequest } from "./store";
import { editTextFile } from "./text-file";
import { findWorkspace, type Workspace } from "./workspace";
import { refuseWhenReadonly } from "./write-permission";

export type Scope = "project" | "user";

export interface SettingChange {
  /** The file that holds the setting, or would. */
  readonly path: string;
  readonly isChanged: boolean;
}

/** The settings and the files they stand in. Outside of a workspace there are the user's own alone. */
export class Configuration {
  readonly #request: StoreRequest;
  readonly #environment: StorageEnvironment;
  readonly #workspace: Workspace | undefined;

  /** @throws BzError READ_ONLY, INVALID, as `findWorkspace` */
  constructor(request: StoreRequest, environment: StorageEnvironment) {
    this.#request = request;
    this.#environment = environment;
    this.#workspace = withStorageErrors("", () => workspaceIfAny(request));
  }

  /** What the files say now. */
  settings(): Settings {
    return new Settings(this.#request.env, this.#workspace?.beadsPath, this.#request);
  }

  /**
   * Writes one setting, or with undefined takes it out; the file is replaced atomically and keeps its permissions.
   * @throws BzError NOT_INITIALIZED, INVALID when the file cannot be edited, LOCK_TIMEOUT when others write it all the while, and what the disk says
   */
  async change(setting: Setting, value: JsonValue | undefined, scope: Scope): Promise<SettingChange> {
    refuseWhenReadonly(this.#request);
    const { editSettings } = await import("./config-edit");
    const path = this.#pathOf(scope);
    return withStorageErrors("Nothing was saved.", () => {
      const directory = this.#openDirectory(path, value !== undefined && scope === "user");
      if (directory === undefined) {
        if (value === undefined) return { path, isChanged: false };
        throw new BzError("NOT_INITIALIZED", `There is no directory for ${path}.`, {
          hint: "Run `bz init`, or write the setting for yourself alone with --user.",
        });
      }
      try {
        const edit = (text: string | undefined): string | undefined => {
          const edited = editSettings(text ?? "", setting, value, path);
          return text === undefined && edited === "" ? undefined : edited;
        };
        const change = editTextFile(directory, configName, edit, this.#environment, {
          // Not what the file says: it may say nonsense, which is about to be put right.
          timeoutMs: this.#request.lockTimeoutMs ?? lockTimeoutSetting.usual,
          limitBytes: fileLengthLimit * 4,
        });
        return { path, isChanged: change !== "unchanged" };
      } finally {
        directory.close();
      }
    });
  }

  #pathOf(scope: Scope): string {
    if (scope === "project")
      return join((this.#workspace ?? findWorkspace(this.#request)).beadsPath, configName);
    const path = userConfigPath(this.#request.env);
    if (path !== undefined) return path;
    throw new BzError("INVALID", "There is no place for settings of your own: HOME is not set.", {
      hint: "Set HOME or XDG_CONFIG_HOME, or write the setting for the project, without --user.",
    });
  }

  #openDirectory(path: string, mayMake: boolean): Directory | undefined {
    const { fileSystem } = this.#environment;
    const parent = join(path, "..");
    return mayMake ? openMadeDirectory(fileSystem, parent, 0o700) : fileSystem.openDirectory(parent);
  }
}

function workspaceIfAny(request: StoreRequest): Workspace | undefined {
  try {
    return findWorkspace(request);
  } catch (error) {
    if (error instanceof BzError && error.code === "NOT_INITIALIZED") return undefined;
    throw error;
  }
}
