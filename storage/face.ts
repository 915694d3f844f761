import { BzError } from "../model/errors";
import { compareIds } from "../model/issue-id";
import { kindOfLine, parseIssue } from "../model/issue-json";
import type { IssueSource, State } from "../model/state";
import { instantMs } from "../model/time";
import { checksum } from "./checksum";
import type { Directory, FileStatus } from "./file-system";
import { faceName } from "./paths";

/** The face as it stands in a worktree: its issue lines by id, and the lines that are not ours to understand. */
export interface Face {
  readonly status: FileStatus;
  readonly contentChecksum: bigint;
  readonly lines: ReadonlyMap<string, string>;
  /** Lines of other kinds and lines that do not parse, each with the id of the last issue line before it. */
  readonly guests: readonly GuestLine[];
  /** Ids that stand on more than one line. */
  readonly duplicates: readonly string[];
}

export interface GuestLine {
  readonly text: string;
  readonly lineNumber: number;
  readonly afterId: string | undefined;
  readonly isReadable: boolean;
}

/**
 * Undefined when there is no face.
 * @throws BzError CONFLICT_MARKERS when git left a conflict in it
 */
export function readFace(beads: Directory): Face | undefined {
  const file = beads.open(faceName, "read");
  if (file === undefined) return undefined;
  try {
    const status = file.status();
    const bytes = file.read(0, status.size);
    return { status, contentChecksum: checksum(bytes), ...parseFace(decoder.decode(bytes), file.path) };
  } finally {
    file.close();
  }
}

/** The face as a source of issues, for a clone that has nothing else. */
export function faceSource(face: Face | undefined): IssueSource {
  const lines = face?.lines ?? new Map<string, string>();
  return {
    count: lines.size,
    has: (id) => lines.has(id),
    line: (id) => lines.get(id),
    version: () => 0,
    ids: () => [...lines.keys()].sort(compareIds),
  };
}

/**
 * What to write in place of `replaced`: every shared issue, sorted by id, and the guests of the replaced face, each behind the issue it stood
 * behind.
 */
export function* faceLines(state: State, replaced: Face | undefined): Generator<string> {
  const guests = [...(replaced?.guests ?? [])].sort(byAnchor);
  let next = 0;
  for (const id of state.ids()) {
    for (let guest = guests[next]; guest !== undefined && isBefore(guest, id); guest = guests[++next])
      yield guest.text;
    const line = state.line(id);
    if (line !== undefined && !isEphemeral(line)) yield line;
  }
  for (const guest of guests.slice(next)) yield guest.text;
}

/** Ids of the face's issue lines that the state does not hold in just these bytes: what an export would lose. */
export function unknownLines(face: Face, state: State): string[] {
  const unknown: string[] = [];
  for (const [id, line] of face.lines) if (state.line(id) !== line) unknown.push(id);
  return unknown;
}

function parseFace(text: string, path: string): Omit<Face, "status" | "contentChecksum"> {
  const lines = new Map<string, string>();
  const guests: GuestLine[] = [];
  const duplicates: string[] = [];
  let afterId: string | undefined;
  text.split("\n").forEach((raw, index) => {
    const line = (raw.endsWith("\r") ? raw.slice(0, -1) : raw).replace(/^\uFEFF/, "");
    if (line.trim() === "") return;
    if (conflictMarker.test(line)) throw conflictMarkers(path, index + 1);
    const kind = kindOfLine(line);
    const id = kind === "issue" ? parseIssue(line).id : undefined;
    if (id === undefined) {
      guests.push({ text: raw, lineNumber: index + 1, afterId, isReadable: kind === "foreign" });
      return;
    }
    const known = lines.get(id);
    if (known !== undefined && known !== line) duplicates.push(id);
    if (known === undefined || isLater(line, known)) lines.set(id, line);
    afterId = id;
  });
  return { lines, guests, duplicates };
}

function conflictMarkers(path: string, lineNumber: number): BzError {
  return new BzError(
    "CONFLICT_MARKERS",
    `${path} holds the conflict markers of an unfinished git merge, first on line ${lineNumber}.`,
    {
      hint: `Finish the merge: remove the lines that start with <<<<<<<, |||||||, ======= or >>>>>>> and keep the lines of both sides. Then run the command again.`,
      context: { file: path, line: lineNumber },
    },
  );
}

function isLater(line: string, known: string): boolean {
  const difference = instantMs(parseIssue(line).updated_at) - instantMs(parseIssue(known).updated_at);
  return difference === 0 ? line > known : difference > 0;
}

function byAnchor(left: GuestLine, right: GuestLine): number {
  if (left.afterId === right.afterId) return left.lineNumber - right.lineNumber;
  if (left.afterId === undefined) return -1;
  return right.afterId === undefined ? 1 : compareIds(left.afterId, right.afterId);
}

/** Whether the guest's place is before the line of `id`. */
function isBefore(guest: GuestLine, id: string): boolean {
  return guest.afterId === undefined || compareIds(guest.afterId, id) < 0;
}

function isEphemeral(line: string): boolean {
  return ephemeralHint.test(line) && parseIssue(line).ephemeral === true;
}

const conflictMarker = /^(?:<{7}|\|{7}|={7}|>{7})/;
const ephemeralHint = /"(?:ephemeral|wisp)"/;
const decoder = new TextDecoder();
