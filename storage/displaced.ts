import type { FileStatus } from "../native/file-status";
import type { StorageEnvironment } from "./environment";
import { readFaceFile } from "./face";
import { newsOf } from "./face-news";
import type { NewsSource } from "./face-watch";
import type { Directory } from "./file-system";
import { displacedPrefix } from "./paths";
import { randomName } from "./random";

/**
 * A face that somebody wrote at the very moment when we put ours in its place, or shortly before: the exchange of the two names brought it out. It is
 * kept under a name of its own, taken in at once if it is not yet, and once more when whoever has it open has had time to finish; then it is removed.
 */
export function keepDisplaced(directory: Directory, name: string, environment: StorageEnvironment): string {
  const kept = `${displacedPrefix}${Math.floor(environment.clocks.wallMs())}.${randomName(8)}`;
  directory.rename(name, kept);
  return kept;
}

/** Whether whoever wrote this face may still be at it: an editor that writes into the file that stands has it open for a while, half of its text in it. */
export function mayGrow({ modifiedNs }: FileStatus, nowMs: number): boolean {
  return Math.abs(nowMs - Number(modifiedNs / 1_000_000n)) < ripeMs;
}

export function isDisplaced(name: string): boolean {
  return displacedAtMs(name) !== undefined;
}

/** Whether it has lain for its time. A clock that was set back makes nothing wait for ever. */
export function isRipe(name: string, nowMs: number): boolean {
  const atMs = displacedAtMs(name);
  return atMs !== undefined && Math.abs(nowMs - atMs) >= ripeMs;
}

export function displacedSource(directory: Directory, name: string): NewsSource {
  return {
    look: (access, loaded, isLogged) => {
      const file = readFaceFile(directory, name);
      return file && newsOf(file, access, loaded, isLogged);
    },
    sign: () => undefined,
  };
}

function displacedAtMs(name: string): number | undefined {
  const match = /^displaced\.([0-9]{1,15})\.[0-9a-z]+$/.exec(name);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** An editor that had the file open when it was displaced writes into it no later than this, we hope; the file systems' own clocks need as much. */
const ripeMs = 2000;
