import { BzError } from "../model/errors";
import type { JsonValue } from "../model/json";
import { lockTimeoutSetting, type Setting } from "../model/setting";
import { checksum } from "./checksum";
import { fileLengthLimit, Settings, userConfigPath } from "./config";
import type { StorageEnvironment } from "./environment";
import { withStorageErrors } from "./failure";
import type { Directory } from "./file-system";
import { configName, join } from "./paths";
import { replaceFile } from "./replace-file";
import type { StoreRequest } from "./store";
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
        const isChanged = this.#edit(directory, path, (text) => editSettings(text, setting, value, path));
        return { path, isChanged };
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
    const parent = join(path, "..");
    if (mayMake) this.#makeDirectories(parent);
    return this.#environment.fileSystem.openDirectory(parent);
  }

  #makeDirectories(path: string): void {
    const { fileSystem } = this.#environment;
    const missing: string[] = [];
    let base = path;
    let directory = fileSystem.openDirectory(base);
    while (directory === undefined && base !== "/") {
      missing.unshift(base.slice(base.lastIndexOf("/") + 1));
      base = join(base, "..");
      directory = fileSystem.openDirectory(base);
    }
    for (const name of missing) {
      directory?.makeDirectory(name, 0o700);
      directory?.sync();
      const inner = directory?.openDirectory(name);
      directory?.close();
      directory = inner;
    }
    directory?.close();
  }

  /** One bz at a time; who else writes the file is noticed at the last moment, and its words are edited then. */
  #edit(directory: Directory, path: string, edit: (text: string) => string): boolean {
    // Not what the file says: it may say nonsense, which is about to be put right.
    const timeoutMs = this.#request.lockTimeoutMs ?? lockTimeoutSetting.usual;
    if (!directory.tryLock() && !directory.lock(timeoutMs)) throw busy(path);
    try {
      for (let attempt = 1; attempt <= attemptLimit; attempt += 1) {
        try {
          return this.#replace(directory, path, edit);
        } catch (error) {
          if (!(error instanceof FileMoved)) throw error;
        }
      }
      throw busy(path);
    } finally {
      directory.unlock();
    }
  }

  #replace(directory: Directory, path: string, edit: (text: string) => string): boolean {
    const status = directory.status(configName);
    const bytes = readRegular(directory, path);
    const edited = edit(decode(bytes ?? new Uint8Array(), path));
    const contentChecksum = bytes === undefined ? undefined : checksum(bytes);
    const content = encoder.encode(edited);
    if (contentChecksum === checksum(content) || (bytes === undefined && edited === "")) return false;
    const lastLook = (): void => {
      const now = directory.status(configName);
      if (
        now?.inode !== status?.inode ||
        now?.size !== status?.size ||
        now?.modifiedNs !== status?.modifiedNs
      )
        throw new FileMoved();
    };
    const replaced = { status, contentChecksum, lastLook };
    return replaceFile(directory, configName, linesOf(content), this.#environment, replaced).isReplaced;
  }
}

/** Somebody else wrote the file since it was read. */
class FileMoved extends Error {}

function workspaceIfAny(request: StoreRequest): Workspace | undefined {
  try {
    return findWorkspace(request);
  } catch (error) {
    if (error instanceof BzError && error.code === "NOT_INITIALIZED") return undefined;
    throw error;
  }
}

/** Undefined when there is none. What stands under the name and is no file of its own is not replaced. */
function readRegular(directory: Directory, path: string): Uint8Array | undefined {
  const status = directory.status(configName);
  if (status === undefined) return undefined;
  if (status.kind !== "file")
    throw new BzError(
      "INVALID",
      `${path} is ${status.kind === "symlink" ? "a symbolic link, which bz does not replace" : "not a regular file"}. It was left as it is.`,
      {
        hint:
          status.kind === "symlink"
            ? "Change the file that it leads to by hand."
            : "Move it aside, then run the command again.",
        context: { file: path },
      },
    );
  if (status.size > fileLengthLimit * 4)
    throw new BzError("INVALID", `${path} is too long to hold settings. It was left as it is.`, {
      context: { file: path, size: status.size },
    });
  const file = directory.open(configName, "read");
  if (file === undefined) throw new FileMoved();
  try {
    return file.read(0, status.size);
  } finally {
    file.close();
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new BzError("INVALID", `${path} is not UTF-8. It was left as it is.`, {
      cause,
      context: { file: path },
    });
  }
}

function* linesOf(content: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (start < content.length) {
    const lineFeed = content.indexOf(0x0a, start);
    const end = lineFeed === -1 ? content.length : lineFeed;
    yield content.subarray(start, end);
    start = end + 1;
  }
}

function busy(path: string): BzError {
  return new BzError("LOCK_TIMEOUT", `Other processes write ${path} all the while. Nothing was changed.`, {
    hint: "Run the command again.",
    context: { file: path },
  });
}

const attemptLimit = 5;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
