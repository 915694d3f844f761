import { BzError } from "../model/errors";
import { compareIds } from "../model/issue-id";
import { parseIssue } from "../model/issue-json";
import type { IssueSource, State } from "../model/state";
import type { FileStatus } from "../native/file-status";
import { checksum } from "./checksum";
import { byteOrderMark, type FaceContent, type GuestLine, parseFace } from "./face-lines";
import type { Directory } from "./file-system";
import { faceName } from "./paths";

/** The face as it stands in a worktree: its issue lines by id, and the lines that are repeated as they are. */
export interface Face extends FaceContent {
  readonly status: FileStatus;
  readonly contentChecksum: bigint;
}

/** Larger faces are refused before memory is asked for: Bun holds texts of less than two gibibytes. */
const faceLimitBytes = 1 << 30;

/**
 * Undefined when there is no face.
 * @throws BzError CONFLICT_MARKERS when git left a conflict in it, FILE_UNREADABLE when it is larger than a gibibyte
 */
export function readFace(beads: Directory): Face | undefined {
  const file = beads.open(faceName, "read");
  if (file === undefined) return undefined;
  try {
    const status = file.status();
    if (status.size > faceLimitBytes) throw tooLarge(file.path, status.size);
    const bytes = file.read(0, status.size);
    return { status, contentChecksum: checksum(bytes), ...parseFace(bytes, file.path) };
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
 * What to write in place of `replaced`, without line feeds: every shared issue, sorted by id, and the guests of the replaced face, each behind
 * the issue it stood behind. What did not change keeps its bytes, a byte order mark and carriage returns among them.
 */
export function* faceLines(state: State, replaced: Face | undefined): Generator<Uint8Array> {
  let isFirst = replaced?.startsWithByteOrderMark === true;
  for (const bytes of linesAndGuests(state, replaced)) {
    yield isFirst ? Buffer.concat([byteOrderMark, bytes]) : bytes;
    isFirst = false;
  }
}

/** Ids of the face's issue lines that the state does not hold in just these bytes: what an export would lose. */
export function unknownLines(face: Face, state: State): string[] {
  const unknown: string[] = [];
  for (const [id, line] of face.lines) if (state.line(id) !== line) unknown.push(id);
  return unknown;
}

function* linesAndGuests(state: State, replaced: Face | undefined): Generator<Uint8Array> {
  const guests = [...(replaced?.guests ?? [])].sort(byAnchor);
  let next = 0;
  for (const id of state.ids()) {
    for (let guest = guests[next]; guest !== undefined && isBefore(guest, id); guest = guests[++next])
      yield guest.bytes;
    const line = state.line(id);
    if (line === undefined || isEphemeral(line)) continue;
    const raw = replaced?.rawLines.get(id);
    yield raw !== undefined && replaced?.lines.get(id) === line ? raw : encoder.encode(line);
  }
  for (const guest of guests.slice(next)) yield guest.bytes;
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

function tooLarge(path: string, sizeBytes: number): BzError {
  const size = `${(sizeBytes / 2 ** 30).toFixed(1)} GiB`;
  return new BzError("FILE_UNREADABLE", `${path} has ${size}; bz reads a face of up to 1 GiB.`, {
    hint: "It was left as it is. If it is not meant to hold issues, move it aside; `bz sync` then writes one from the store.",
    context: { file: path, size: sizeBytes },
  });
}

const ephemeralHint = /"(?:ephemeral|wisp)"/;
const encoder = new TextEncoder();
