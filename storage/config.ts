import { BzError } from "../model/errors";
import { SystemCallError } from "../native/errno";
import { currentDirectory } from "../native/file";
import { statusAt } from "../native/file-status";
import { readSmallFile, readUserFile } from "./native-file-system";
import { join } from "./paths";
import type { WorkspaceRequest } from "./workspace";

/** The settings the program uses, each with where its value came from. */
export interface Settings {
  readonly lockTimeoutMs: Setting<number>;
}

export interface Setting<T> {
  readonly value: T;
  readonly source: "flag" | "project" | "user" | "default";
}

const defaultLockTimeoutMs = 30_000;

/**
 * Flag, then the project's `.beads/config.yaml`, then the user's `~/.config/beads/config.yaml`, then the default. Keys of other tools are none of
 * our business and stay.
 * @throws BzError INVALID when a file that holds settings is no YAML or cannot be read, or a value has the wrong type
 */
export function readSettings(
  request: WorkspaceRequest,
  beadsPath: string,
  flags: { lockTimeoutMs?: number },
): Settings {
  if (flags.lockTimeoutMs !== undefined)
    return { lockTimeoutMs: { value: flags.lockTimeoutMs, source: "flag" } };
  const home = request.env.XDG_CONFIG_HOME ?? join(request.env.HOME ?? "/", ".config");
  const projectFile = join(beadsPath, "config.yaml");
  const project = lockTimeoutIn(readSmallFile(projectFile), projectFile);
  if (project !== undefined) return { lockTimeoutMs: { value: project, source: "project" } };
  const userFile = join(home, "beads/config.yaml");
  const user = isOutOfReach(userFile) ? undefined : lockTimeoutIn(readUserFile(userFile), userFile);
  if (user !== undefined) return { lockTimeoutMs: { value: user, source: "user" } };
  return { lockTimeoutMs: { value: defaultLockTimeoutMs, source: "default" } };
}

/** A process of another user often inherits a HOME that it may not look into; whether there are settings then is unknown. */
function isOutOfReach(path: string): boolean {
  try {
    statusAt(currentDirectory, path);
    return false;
  } catch (error) {
    if (error instanceof SystemCallError && error.code === "EACCES") return true;
    throw error;
  }
}

/** `lock.timeout_ms`, written as a dotted key or nested. */
function lockTimeoutIn(text: string | undefined, path: string): number | undefined {
  // Parsing YAML costs half a millisecond; a file of comments, as `init` writes it, does not need it.
  if (text === undefined || !text.includes("timeout_ms")) return undefined;
  const value = lookup(parseYaml(text, path), "lock", "timeout_ms");
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new BzError("INVALID", `${path}: lock.timeout_ms must be a whole number of milliseconds.`, {
    context: { file: path },
  });
}

function parseYaml(text: string, path: string): unknown {
  if (text.length > fileLengthLimit)
    throw new BzError("INVALID", `${path} is longer than ${fileLengthLimit} characters.`, {
      context: { file: path },
    });
  try {
    return Bun.YAML.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BzError("INVALID", `${path} is not valid YAML: ${reason}`, { cause, context: { file: path } });
  }
}

function lookup(document: unknown, section: string, key: string): unknown {
  const dotted = ownValue(document, `${section}.${key}`);
  return dotted ?? ownValue(ownValue(document, section), key) ?? undefined;
}

function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

const fileLengthLimit = 64 * 1024;
