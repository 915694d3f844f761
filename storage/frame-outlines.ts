import type { LoggedOperations, OutlineReader } from "../model/unread-transactions";
import type { corrupt } from "./failure";
import { blankedPayloads, markedText, parseEach } from "./frame-payloads";
import { operationsOf } from "./logged-transaction";
import type { FrameWalk } from "./wal-reader";

/**
 * Tells what the payloads of all frames say, as far as an order of issues depends on it. Nearly all are written in one of two ways: of these the engine puts a
 * few words in the place of the JSON before it parses anything, which takes a third of the time.
 * @param read takes what any other says
 * @returns false, and nothing is told, where each has to be read by itself
 */
export function outlineFrames(
  walk: FrameWalk,
  reader: OutlineReader,
  read: (LoggedOperations | undefined)[],
  damage: typeof corrupt,
): boolean {
  const outlines = parseOutlines(walk);
  if (outlines === undefined) return false;
  let { sequence } = walk.from;
  for (let index = 0; index < outlines.length; index += 1) {
    const value = outlines[index];
    sequence += 1;
    // In place: to call for it a thousand times takes longer than all else here.
    if (!Array.isArray(value)) {
      const logged = { sequence, operations: operationsOf(value, sequence, damage) };
      read[index] = logged;
      reader.readOther(logged);
    } else if (value[0] !== "") reader.readAdded(value[0], value[1], sequence);
    else reader.readChanged(value[2], value[4], value[3], sequence);
  }
  return true;
}

/**
 * For each frame its JSON, parsed, which is an object; or, in its place, five texts: of a new issue its id and priority, and three that are empty; of a changed one two of these, its id, and the
 * priority and status that it is given.
 */
function parseOutlines(walk: FrameWalk): readonly unknown[] | undefined {
  const blanked = blankedPayloads(walk);
  if (blanked === undefined || blanked.includes(mark)) return undefined;
  usualFrame ??= new RegExp(usualFramePattern, "g");
  const text = markedText(blanked, walk, mark);
  const outlined = text.replace(usualFrame, ',["$1","$2","$3","$4","$5$6"]').replaceAll("\u0001", ",");
  return parseEach(outlined, walk.starts.length);
}

/** U+0001 stands nowhere in JSON, so that what is behind it is a payload from its beginning. */
const mark = 1;

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
  raw`,\\"created_at\\":${plainInner}(?:,\\"created_by\\":${plainInner})?,\\"updated_at\\":${plainInner}`,
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
