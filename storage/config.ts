import { BzError } from "../model/errors";
import type { JsonValue } from "../model/json";
import { autoFlushSetting, customStatusSetting, lockTimeoutSetting, type Setting } from "../model/setting";
import { SystemCallError } from "../native/errno";
import { currentDirectory } from "../native/file";
import { statusAt } from "../native/file-status";
import { readSmallFile, readUserFile } from "./native-file-system";
import { configName, join } from "./paths";
import { mayHold, userConfigPath } from "./settings-file";
import type { WorkspaceRequest } from "./workspace";

/** What a setting is, and who says so. */
export interface Found<T> {
  readonly value: T;
  readonly source: "flag" | "env" | "project" | "user" | "default";
  /** The file that holds it. */
  readonly path?: string;
}

/** @see Settings */
export function readSettings(
  request: WorkspaceRequest,
  beadsPath: string,
  flags: { lockTimeoutMs?: number },
): Settings {
  return new Settings(request.env, beadsPath, flags);
}

/**
 * The settings of one command: flag, then environment, then the project's `.beads/config.yaml`, then the user's `~/.config/beads/config.yaml`, then
 * the default. Keys of other tools are none of our business and stay. Each is looked up when it is asked for, and a file is read once; what asks for nothing
 * pays for nothing, and a value that one command cannot use keeps no other from its work.
 *
 * Every look-up throws BzError INVALID when a file that may hold the setting is no YAML or cannot be read, or the value is not allowed.
 */
export class Settings {
  readonly #env: WorkspaceRequest["env"];
  readonly #flags: { lockTimeoutMs?: number };
  readonly #project: SettingsFile | undefined;
  readonly #user: SettingsFile | undefined;

  /** Without a `beadsPath` there is no project. */
  constructor(
    env: WorkspaceRequest["env"],
    beadsPath: string | undefined,
    flags: { lockTimeoutMs?: number },
  ) {
    this.#env = env;
    this.#flags = flags;
    this.#project =
      beadsPath === undefined ? undefined : new SettingsFile(join(beadsPath, configName), readSmallFile);
    const userFile = userConfigPath(env);
    this.#user = userFile === undefined ? undefined : new SettingsFile(userFile, readUserSettings);
  }

  get lockTimeoutMs(): Found<number> {
    const { lockTimeoutMs } = this.#flags;
    if (lockTimeoutMs !== undefined) return { value: lockTimeoutMs, source: "flag" };
    return this.#find(lockTimeoutSetting);
  }

  get autoFlush(): Found<boolean> {
    return this.#find(autoFlushSetting);
  }

  get customStatuses(): Found<readonly string[]> {
    return this.#find(customStatusSetting);
  }

  of(setting: Setting): Found<JsonValue> {
    return setting === lockTimeoutSetting ? this.lockTimeoutMs : this.#find(setting);
  }

  /** What is wrong with the files themselves. A look-up that can tell from a file's words that it is not in there does not parse it. */
  problems(): BzError[] {
    return [this.#project, this.#user].flatMap((file) => file?.problem() ?? []);
  }

  #find<T extends JsonValue>(setting: Setting<T>): Found<T> {
    const fromEnv = this.#env[setting.variable];
    if (fromEnv !== undefined && fromEnv !== "") {
      const value = setting.parse(fromEnv);
      if (value === undefined) throw notAllowed(setting, { variable: setting.variable });
      return { value, source: "env" };
    }
    for (const [source, file] of [
      ["project", this.#project],
      ["user", this.#user],
    ] as const) {
      const value = file?.value(setting);
      if (file !== undefined && value !== undefined) return { value, source, path: file.path };
    }
    return { value: setting.usual, source: "default" };
  }
}

class SettingsFile {
  #text: string | undefined;
  #document: unknown;
  #isRead = false;
  #isParsed = false;

  constructor(
    readonly path: string,
    readonly read: (path: string) => string | undefined,
  ) {}

  value<T extends JsonValue>(setting: Setting<T>): T | undefined {
    const text = this.#readText();
    // Parsing YAML costs half a millisecond; a file of comments, as `init` writes it, does not need it.
    if (text === undefined || !mayHold(text, setting.key)) return undefined;
    if (!this.#isParsed) {
      this.#document = parseYaml(text, this.path);
      this.#isParsed = true;
    }
    const found = lookup(this.#document, setting.key);
    if (found === undefined) return undefined;
    const value = setting.read(found);
    if (value === undefined) throw notAllowed(setting, { file: this.path });
    return value;
  }

  /** Undefined for a file that can be read, or is not there. */
  problem(): BzError | undefined {
    try {
      const text = this.#readText();
      if (text !== undefined) parseYaml(text, this.path);
      return undefined;
    } catch (error) {
      if (error instanceof BzError) return error;
      throw error;
    }
  }

  #readText(): string | undefined {
    if (!this.#isRead) {
      this.#text = this.read(this.path);
      this.#isRead = true;
    }
    return this.#text;
  }
}

/** A process of another user often inherits a HOME that it may not look into; whether there are settings then is unknown. */
function readUserSettings(path: string): string | undefined {
  try {
    statusAt(currentDirectory, path);
  } catch (error) {
    if (error instanceof SystemCallError && error.code === "EACCES") return undefined;
    throw error;
  }
  return readUserFile(path);
}

export function parseYaml(text: string, path: string): unknown {
  if (text.length > fileLengthLimit)
    throw new BzError("INVALID", `${path} is longer than ${fileLengthLimit} characters.`, {
      context: { file: path },
    });
  try {
    return Bun.YAML.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BzError("INVALID", `${path} is not valid YAML: ${reason}`, {
      hint: "Correct it by hand.",
      cause,
      context: { file: path },
    });
  }
}

/** A key may be written with its dots, or nested; where both stand, the dotted one counts. A null is as good as nothing. */
export function lookup(document: unknown, key: string): unknown {
  const dotted = ownValue(document, key);
  const [section = "", name = ""] = key.split(".");
  return dotted ?? ownValue(ownValue(document, section), name) ?? undefined;
}

function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

function notAllowed(setting: Setting, where: { file: string } | { variable: string }): BzError {
  const place = "file" in where ? `${where.file}: ${setting.key}` : where.variable;
  return new BzError("INVALID", `${place} must be ${setting.rule}.`, {
    hint:
      "file" in where ? "`bz config set` and `bz config unset` change it." : "Set it to that, or not at all.",
    context: { key: setting.key, ...where },
  });
}

/** Longer files are no settings. */
export const fileLengthLimit = 64 * 1024;
