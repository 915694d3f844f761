import { compareIds } from "../model/issue-id";
import { parseIssue } from "../model/issue-json";
import type { State } from "../model/state";
import { encoder } from "../native/utf8";
import { byteOrderMark } from "./byte-layout";
import type { FaceContent, GuestLine } from "./face-lines";

/**
 * What to write in place of `replaced`, without line feeds: every shared issue, sorted by id, and the guests of the replaced face, each behind
 * the issue it stood behind. `kept` has the bytes of lines that say what the issue says in other words; they stay.
 */
export function* faceLines(
  issues: Iterable<{ readonly id: string; readonly bytes: Uint8Array }>,
  replaced: Pick<FaceContent, "guests" | "startsWithByteOrderMark"> | undefined,
  kept: ReadonlyMap<string, Uint8Array>,
): Generator<Uint8Array> {
  let isFirst = replaced?.startsWithByteOrderMark === true;
  for (const bytes of linesAndGuests(issues, replaced?.guests ?? [], kept)) {
    yield isFirst ? Buffer.concat([byteOrderMark, bytes]) : bytes;
    isFirst = false;
  }
}

/** All issues of a state, as the lines of a face. */
export function* issueLines(state: State): Generator<{ readonly id: string; readonly bytes: Uint8Array }> {
  for (const id of state.ids()) {
    const line = state.line(id);
    if (line !== undefined) yield { id, bytes: encoder.encode(line) };
  }
}

/** Whether an issue stays in this clone. */
export function isEphemeralLine(bytes: Uint8Array): boolean {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!ephemeralHints.some((hint) => line.includes(hint))) return false;
  return parseIssue(line.toString("utf8")).ephemeral === true;
}

function* linesAndGuests(
  issues: Iterable<{ readonly id: string; readonly bytes: Uint8Array }>,
  unsorted: readonly GuestLine[],
  kept: ReadonlyMap<string, Uint8Array>,
): Generator<Uint8Array> {
  const guests = [...unsorted].sort(byAnchor);
  let next = 0;
  for (const { id, bytes } of issues) {
    for (let guest = guests[next]; guest !== undefined && isBefore(guest, id); guest = guests[++next])
      yield guest.bytes;
    if (!isEphemeralLine(bytes)) yield kept.get(id) ?? bytes;
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

const ephemeralHints = [Buffer.from('"ephemeral"'), Buffer.from('"wisp"')];
