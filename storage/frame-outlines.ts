import type { LoggedOperations, OutlineReader } from "../model/unread-transactions";
import type { corrupt } from "./failure";
import { blankedPayloads, markedText, parseEach } from "./frame-payloads";
import { operationsOf } from "./logged-transaction";
import type { FrameWalk } from "./wal-reader";

/**
 * Tells what the payloads of all frames say, as far as an order of issues depends on it. Nearly all are written in one of two ways: of these the engine cuts a
 * few words out of the text before it parses anything, which takes a third of the time.
 * @param read takes what any other says
 * @returns false, and nothing is told, where each has to be read by itself
 */
export function outlineFrames(
  walk: FrameWalk,
  reader: OutlineReader,
  read: (LoggedOperations | undefined)[],
  damage: typeof corrupt,
): boolean {
  const blanked = blankedPayloads(walk);
  if (blanked === undefined || blanked.includes(mark)) return false;
  usualFrame ??= new RegExp(usualFramePattern);
  const pieces: readonly (string | undefined)[] = markedText(blanked, walk, mark).split(usualFrame);
  const others = parseOthers(pieces, walk.length);
  if (others === undefined) return false;
  let { sequence } = walk.from;
  let next = 0;
  for (let at = 0; at < pieces.length; at += pieceCount) {
    const between = pieces[at] ?? "";
    for (let from = between === "" ? -1 : 0; from !== -1; from = between.indexOf(markText, from + 1)) {
      sequence += 1;
      const logged = { sequence, operations: operationsOf(others[next], sequence, damage) };
      read[sequence - walk.from.sequence - 1] = logged;
      reader.readOther(logged);
      next += 1;
    }
    const added = pieces[at + 1];
    const changed = pieces[at + 4];
    sequence += 1;
    if (added !== undefined) reader.readAdded(added, pieces[at + 2] ?? "", pieces[at + 3] ?? "", sequence);
    else if (changed !== undefined)
      reader.readChanged(changed, pieces[at + 6] ?? pieces[at + 7] ?? "", pieces[at + 5] ?? "", sequence);
  }
  return true;
}

/**
 * What the frames between the usual ones say, parsed, a value for each of them; undefined where that is not so many.
 * @param count of all frames
 */
function parseOthers(pieces: readonly (string | undefined)[], count: number): readonly unknown[] | undefined {
  let text = "";
  for (let at = 0; at < pieces.length; at += pieceCount) {
    const between = pieces[at] ?? "";
    // Behind a usual frame another one begins.
    if (between !== "" && !between.startsWith(markText)) return undefined;
    text += between;
  }
  return parseEach(text.replaceAll(markText, ","), count - (pieces.length - 1) / pieceCount);
}

/**
 * What stands before a usual frame, and of that one: of a new issue its id, its priority and when it was made; of one that is changed its id, the priority, and in one of two
 * places the status that it is given.
 */
const pieceCount = 8;

/** U+0001 stands nowhere in JSON, so that what is behind it is a payload from its beginning. */
const mark = 1;
const markText = "\u0001";

let usualFrame: RegExp | undefined;

const raw = String.raw;
/** What needs no escape in a JSON text. */
const plain = raw`[^"\\\u0000-\u001f]`;
/** So few of them that no text takes long, however it goes on: of tens of thousands the engine remembers each, and finds no room for that. */
const several = "{0,40}";
const plainText = `"${plain}*"`;
const text = raw`"${plain}*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})${plain}*)${several}"`;
/** A text in a line, which is a text itself: there each quote and each backslash has another one before it. */
const plainInner = raw`\\"${plain}*\\"`;
const inner = raw`\\"${plain}*(?:\\\\(?:\\["\\]|[/bfnrt]|u[0-9a-fA-F]{4})${plain}*)${several}\\"`;
const number = raw`\d{1,15}`;

/** An issue without edges that is open, not pinned and not put off. */
const put = [
  raw`put","id":"(${plain}+)","line":"\{\\"id\\":\\"\1\\",\\"title\\":${inner}`,
  ...["description", "design", "acceptance_criteria", "notes"].map((key) => raw`(?:,\\"${key}\\":${inner})?`),
  raw`,\\"status\\":\\"open\\",\\"priority\\":([0-4]),\\"issue_type\\":${plainInner}(?:,\\"assignee\\":${plainInner})?`,
  raw`,\\"created_at\\":\\"(${plain}+)\\"(?:,\\"created_by\\":${plainInner})?,\\"updated_at\\":${plainInner}`,
  raw`(?:,\\"external_ref\\":${plainInner})?(?:,\\"labels\\":\[${plainInner}(?:,${plainInner})${several}\])?,\\"_stamp\\":${plainInner}\}"`,
].join("");

const fieldText = raw`"(?:title|description|design|acceptance_criteria|notes|owner|external_ref|due_at)":(?:${text}|null)`;
const set = raw`,"set":\{(?:(?:${fieldText},)${several}"priority":([0-4])(?:,${fieldText})${several}|${fieldText}(?:,${fieldText})${several})\}`;
const status = raw`"status":"([a-z_]+)"`;
const workText = raw`,"(?:closed_at|close_reason|closed_by_session)":${text}`;
const work = raw`,"work":\{(?:"reopens":${number},${status}|${status},"reopens":${number})(?:${workText})${several}\}`;
const claimText = raw`"(?:assignee|claim_session|started_at)":${text}`;
const claim = raw`,"claim":\{(?:${claimText}(?:,${claimText})${several})?\}`;
const change = raw`change","id":"(${plain}+)","at":${number}(?:${set})?(?:${work})?(?:${claim})?`;

const usualFramePattern = [
  raw`\u0001 +\{"time":${number},"actor":${plainText}(?:,"session":${plainText})?,"command":${plainText},`,
  raw`"operations":\[\{"op":"(?:${put}|${change})\}\]\}`,
].join("");
