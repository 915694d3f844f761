import { closeFile, currentDirectory, openAtIfThere, readAt } from "../../native/file";
import { type FileStatus, kindAt, kindOf, statusAt } from "../../native/file-status";
import { decoder } from "../../native/utf8";
import { beadsDirectoryName, lockName, storeDirectoryName } from "../paths";
import { bootIdBytes } from "../status-page";
import { giveUp } from "./unusual";

/** The directories of a store, and its lock file; all of them open. */
export interface FastPlace {
  readonly beadsPath: string;
  readonly beads: number;
  readonly store: number;
  readonly lock: number;
  readonly bootId: Uint8Array;
}

/** As `findWorkspace` finds it, where git has no linked worktree and nobody could have put it there as a bait. */
export function openPlace(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  access: "read" | "update",
): FastPlace {
  if (env.BEADS_DIR) giveUp();
  const beadsPath = findBeads(cwd, env.HOME);
  const beads = directoryAt(currentDirectory, beadsPath);
  // Before the lock file, so that its descriptor is the lower one; see WriterLock.
  const store = directoryAt(beads, storeDirectoryName);
  const lock = regularAt(store, lockName, access) ?? giveUp();
  return { beadsPath, beads, store, lock, bootId: readBootId() };
}

function findBeads(cwd: string, home: string | undefined): string {
  if (cwd === "/") giveUp();
  let found: string | undefined;
  for (let directory = cwd; ; directory = directory.slice(0, directory.lastIndexOf("/"))) {
    const beads = `${directory}/${beadsDirectoryName}`;
    if (found === undefined && directory !== "" && kindAt(currentDirectory, beads) !== undefined) {
      found = beads;
      if (directory !== cwd && (directory === home || isForEverybody(directory))) giveUp();
    }
    const git = kindAt(currentDirectory, `${directory}/.git`);
    // A file is what a linked worktree has, or a submodule.
    if (git !== undefined && git !== "directory") giveUp();
    if (git !== undefined || directory === "") break;
  }
  if (found === undefined || kindAt(currentDirectory, `${found}/redirect`) !== undefined) giveUp();
  return found;
}

function isForEverybody(directory: string): boolean {
  const status = statusAt(currentDirectory, directory);
  return status === undefined || (status.permissions & 0o002) !== 0;
}

function directoryAt(directory: number, name: string): number {
  return openAtIfThere(directory, name, "directory") ?? giveUp();
}

/** Undefined where there is none; gives up at anything but a file. */
export function regularAt(
  directory: number,
  name: string,
  access: "read" | "append" | "update",
): number | undefined {
  const file = openAtIfThere(directory, name, access);
  if (file !== undefined && kindOf(file) !== "file") giveUp();
  return file;
}

function readBootId(): Uint8Array {
  const file = openAtIfThere(currentDirectory, "/proc/sys/kernel/random/boot_id", "read") ?? giveUp();
  const name = decoder.decode(readAt(file, 0, bootIdLength));
  closeFile(file);
  return bootIdBytes(name);
}

export function isSameFile(one: FileStatus | undefined, other: FileStatus): boolean {
  return one !== undefined && one.inode === other.inode && one.device === other.device;
}

/** As the kernel spells it, with the end of the line. */
const bootIdLength = 37;
