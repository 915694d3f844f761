import type { FileStatus } from "../native/file-status";
import { compareFaceFile } from "./compared-face";
import type { StorageEnvironment } from "./environment";
import { readFaceFile } from "./face-file";
import { parseFace } from "./face-lines";
import { newsOf, storedLinesOf } from "./face-news";
import type { ExportRun } from "./face-replacement";
import type { NewsSource } from "./face-watch";
import type { Directory } from "./file-system";
import { displacedPrefix, faceName, temporaryOwner } from "./paths";
import { quarantineBytes } from "./quarantine";
import { randomName } from "./random";

/**
 * A face that somebody wrote at the very moment when we put ours in its place, or shortly before: the exchange of the two names brought it out. It is
 * kept under a name of its own, taken in at once if it is not yet, and once more when whoever has it open has had time to finish; then it is removed.
 */
export function keepDisplaced(directory: Directory, name: string, environment: StorageEnvironment): string {
  const kept = `${displacedPrefix}${Math.floor(environment.clocks.wallMs())}.${randomName(environment, 8)}`;
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

/**
 * What was displaced two seconds ago or more, and what exporters left that died between the exchange and the look at what came out: it may be somebody's only
 * copy, so it is taken in before it is removed. What only a face can hold, and the present one does not, goes to `quarantine/`.
 */
export function takeInLeftovers(
  directory: Directory,
  names: readonly string[],
  run: Pick<ExportRun, "session" | "takeIn" | "notice">,
): void {
  const { store, environment } = run.session;
  const { processes, clocks } = environment;
  const nowMs = clocks.wallMs();
  const isOrphan = (name: string): boolean => {
    const owner = name.startsWith(`${faceName}.`) ? temporaryOwner(name) : undefined;
    return owner !== undefined && !processes.isAlive(owner);
  };
  for (const name of names.filter((each) => isOrphan(each) || isRipe(each, nowMs))) {
    const status = directory.status(name);
    if (status?.kind !== "file" || (isDisplaced(name) && mayGrow(status, nowMs))) continue;
    run.takeIn(displacedSource(directory, name));
    const odd = oddLinesOf(directory, name);
    const standing = new Set(odd.length === 0 ? [] : oddLinesOf(directory, faceName).map(({ text }) => text));
    const missing = odd.filter(
      ({ text, isTorn }) => !standing.has(text) && !(isTorn && isBegun(directory, text)),
    );
    const lost = [...new Set(missing.map(({ text }) => text))];
    if (lost.length > 0) {
      const bytes = Buffer.from(lost.map((line) => `${line}\n`).join(""), "latin1");
      const path = quarantineBytes(store, clocks.wallMs(), name, bytes);
      run.notice(
        `Somebody wrote issues.jsonl at the moment of an export. ${lost.length} of the lines can be kept in no store; they are in ${path}.`,
      );
    }
    directory.remove(name);
  }
}

/** A directory or a link of such a name is somebody's arrangement, and no reason not to export. */
function isFile(directory: Directory, name: string): boolean {
  return directory.status(name)?.kind === "file";
}

interface OddLine {
  /** A character for each byte. */
  readonly text: string;
  readonly isTorn: boolean;
}

/** Lines that are no issues, cut off ones among them. */
function oddLinesOf(directory: Directory, name: string): OddLine[] {
  const file = readFaceFile(directory, name);
  if (file === undefined) return [];
  const { guests, tornLine } = parseFace(file.bytes, undefined);
  const odd = guests.map(({ bytes }) => ({ text: Buffer.from(bytes).toString("latin1"), isTorn: false }));
  if (tornLine !== undefined)
    odd.push({ text: Buffer.from(tornLine.bytes).toString("latin1"), isTorn: true });
  return odd;
}

/** Whether a line of the face begins so. An exporter that died while it wrote leaves the beginning of a line that the face has all of. */
function isBegun(directory: Directory, start: string): boolean {
  const face = Buffer.from(readFaceFile(directory, faceName)?.bytes ?? []);
  return (
    face.subarray(0, start.length).equals(Buffer.from(start, "latin1")) ||
    face.includes(`\n${start}`, 0, "latin1")
  );
}

/** Whether it has lain for its time. A clock that was set back makes nothing wait for ever. */
function isRipe(name: string, nowMs: number): boolean {
  const atMs = displacedAtMs(name);
  return atMs !== undefined && Math.abs(nowMs - atMs) >= ripeMs;
}

export function displacedSource(directory: Directory, name: string): NewsSource {
  return {
    name,
    look: (access, loaded, isLogged) => {
      if (!isFile(directory, name)) return undefined;
      const compared = compareFaceFile(directory, name, storedLinesOf(loaded), { isSummed: false });
      return compared && newsOf(compared, () => readFaceFile(directory, name), access, loaded, isLogged);
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
