import { appendAll } from "./buffered-file";
import type { StorageEnvironment } from "./environment";
import type { Directory } from "./file-system";
import {
  configName,
  faceName,
  metadataName,
  sharedFileMode,
  storeDirectoryName,
  temporaryName,
} from "./paths";

/** Writes what git is to carry beside the face. What stands there stays. */
export function writeGitFiles(beads: Directory, prefix: string, environment: StorageEnvironment): void {
  const metadata = { database: storeDirectoryName, jsonl_export: faceName, schema_version: 1, prefix };
  const write = (name: string, content: string): void =>
    writeWhatIsMissing(
      beads,
      name,
      (standing) => (standing === undefined ? content : undefined),
      environment,
    );
  write(metadataName, `${JSON.stringify(metadata)}\n`);
  write(configName, configTemplate);
  writeGitRules(beads, environment);
}

/** The rules alone, for a face that is new in a directory. Those that files of another tool lack are added at their end. */
export function writeGitRules(beads: Directory, environment: StorageEnvironment): void {
  const write = (name: string, content: (standing: string) => string | undefined): void =>
    writeWhatIsMissing(beads, name, (standing = "") => content(standing), environment);
  write(".gitignore", (standing) => withLines(standing, missingLines(standing, ignored)));
  write(".gitattributes", (standing) =>
    withLines(standing, mergesFace.test(standing) ? [] : [`${faceName} merge=union`]),
  );
  beads.sync();
}

const ignored = [`${storeDirectoryName}/`, "*.tmp.*", "displaced.*"];
/** Whoever says how the face is to be merged means it. */
const mergesFace = /^\s*(?:\/|\*\*\/)?(?:issues|\*)\.jsonl\s.*\bmerge\b/m;
const configTemplate = `# Settings of bz for this repository; https://yaml.org. What is not set here has its default.
# lock.timeout_ms: 30000   # how long a command waits for the writers' lock
# sync.auto_flush: true    # whether issues.jsonl is written by itself after a change
# status.custom: []        # statuses beside those of bz, as in [triage, waiting]
`;

function missingLines(text: string, wanted: readonly string[]): string[] {
  const standing = new Set(text.split("\n").map((line) => line.trim()));
  return wanted.filter((line) => !standing.has(line));
}

/** `text` with `lines` at its end; undefined when there are none. */
function withLines(text: string, lines: readonly string[]): string | undefined {
  if (lines.length === 0) return undefined;
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  return `${text}${separator}${lines.join("\n")}\n`;
}

/**
 * Complete or not at all, also for a reader in between and after a power cut.
 *
 * @param text what the file is to hold, from what it holds now; undefined to leave it
 */
function writeWhatIsMissing(
  beads: Directory,
  name: string,
  text: (standing: string | undefined) => string | undefined,
  environment: StorageEnvironment,
): void {
  const status = beads.status(name);
  // A link or a directory is somebody's arrangement.
  if (status !== undefined && (status.kind !== "file" || status.size > sizeLimitBytes)) return;
  const standing = status && readBytes(beads, name);
  // What could not be read whole would be cut off.
  if (standing?.length !== status?.size) return;
  const wanted = text(standing && new TextDecoder().decode(standing));
  if (wanted === undefined) return;
  const temporary = temporaryName(name, environment);
  const file = beads.create(temporary, sharedFileMode);
  try {
    if (status !== undefined) file.changePermissions(status.permissions & 0o777);
    appendAll(file, new TextEncoder().encode(wanted));
    file.sync();
    const now = beads.status(name);
    if (now?.inode === status?.inode && now?.changedNs === status?.changedNs) beads.rename(temporary, name);
  } finally {
    file.close();
    beads.remove(temporary);
  }
}

function readBytes(beads: Directory, name: string): Uint8Array {
  const file = beads.open(name, "read");
  try {
    return file?.read(0, sizeLimitBytes) ?? new Uint8Array();
  } finally {
    file?.close();
  }
}

const sizeLimitBytes = 65_536;
