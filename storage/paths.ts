import type { LockEnvironment } from "./lock";
import { randomName } from "./random";

/** The names of everything bz keeps in a `.beads/` directory; `docs/storage-format.md` says what each one holds. */
export const beadsDirectoryName = ".beads";
export const faceName = "issues.jsonl";
export const metadataName = "metadata.json";
export const configName = "config.yaml";
export const storeDirectoryName = "store";
export const historyDirectoryName = "history";
export const quarantineDirectoryName = "quarantine";
export const backupsDirectoryName = "backups";
export const snapshotName = "snapshot";
/** The second level: what has changed since. */
export const deltaName = "snapshot.delta";
/** Beside the face: what somebody wrote there at the moment of an export. */
export const displacedPrefix = "displaced.";
export const lockName = "lock";
export const compactLockName = "compact.lock";

/** What others share with us, before the umask: the world may never write it. */
export const sharedFileMode = 0o664;
export const sharedDirectoryMode = 0o775;

export function segmentName(generation: number): string {
  return `wal.${generation}`;
}

/** The generation that a file name stands for, undefined for any other name. */
export function generationOf(name: string): number | undefined {
  const match = /^wal\.([1-9][0-9]{0,14})$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

/** Generations among `names`, ascending. */
export function generationsIn(names: readonly string[]): number[] {
  const generations: number[] = [];
  for (const name of names) {
    const generation = generationOf(name);
    if (generation !== undefined) generations.push(generation);
  }
  return generations.sort((a, b) => a - b);
}

/** A snapshot that a chain of segments began with, kept in `history/`; `generation` is that of the first one. */
export function baseName(generation: number): string {
  return `${snapshotName}.${generation}`;
}

/** Generations of the kept bases among `names`, ascending. */
export function baseGenerationsIn(names: readonly string[]): number[] {
  return names
    .map((name) => /^snapshot\.([1-9][0-9]{0,14})$/.exec(name))
    .filter((match) => match !== null)
    .map((match) => Number(match[1]))
    .sort((a, b) => a - b);
}

/** What may be a backup: a plain name, and no temporary one. */
export function isBackupName(name: string): boolean {
  return /^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/.test(name) && temporaryOwner(name) === undefined;
}

/** A name nobody else uses, for a file that is not published yet. It says whose it is, so that a dead process's can be swept. */
export function temporaryName(base: string, environment: LockEnvironment): string {
  return `${base}.tmp.${environment.processes.id}.${randomName(environment, 8)}`;
}

/** The process that wrote a temporary file, undefined for any other name. */
export function temporaryOwner(name: string): number | undefined {
  const match = /\.tmp\.([0-9]{1,10})\.[0-9a-z]+$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

/** `from` and every directory above it, up to `last` or the root of the file system. */
export function upwards(from: string, last: string | undefined): string[] {
  const directories: string[] = [];
  for (let directory = from; ; directory = join(directory, "..")) {
    directories.push(directory);
    if (directory === last || directory === "/") return directories;
  }
}

/** An absolute path, without `.` and `..`. */
export function join(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
