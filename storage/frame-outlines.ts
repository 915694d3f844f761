import { piecesOfFrame } from "../model/log-outline";
import type { LoggedOperations, OutlineReader } from "../model/unread-transactions";
import type { corrupt } from "./failure";
import { markedPayloads, parseEach } from "./frame-payloads";
import { operationsOf } from "./logged-transaction";
import { frameKind, frameKindOffset } from "./wal-format";
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
  const text = markedPayloads(walk, frameKind.transaction);
  if (text === undefined) return false;
  usualFrame ??= new RegExp(usualFramePattern);
  const pieces: readonly (string | undefined)[] = text.split(usualFrame);
  const parsed = parseOthers(pieces, walk.length);
  if (parsed === undefined) return false;
  const { sequence: before } = walk.from;
  let next = 0;
  reader.readUsual(pieces, before, (between, last) => {
    let sequence = last;
    for (let from = frameKindOffset; from !== -1; from = between.indexOf(mark, from + 1)) {
      sequence += 1;
      const logged = { sequence, operations: operationsOf(parsed[next], sequence, damage) };
      read[sequence - before - 1] = logged;
      reader.readOther(logged);
      next += 1;
    }
    return sequence;
  });
  return true;
}

/**
 * What the frames between the usual ones say, parsed, a value for each of them; undefined where that is not so many.
 * @param count of all frames
 */
function parseOthers(pieces: readonly (string | undefined)[], count: number): readonly unknown[] | undefined {
  const otherCount = count - (pieces.length - 1) / piecesOfFrame;
  let others = "";
  for (let at = 0; at < pieces.length; at += piecesOfFrame) {
    const between = pieces[at];
    if (between === undefined || between === "") continue;
    // Behind a usual frame another one begins.
    if (between.indexOf(mark) !== frameKindOffset) return undefined;
    others += between;
  }
  // One that stands within a payload, where JSON has no place for it, is one too many.
  const payloads = others.split(mark);
  if (payloads.length !== otherCount + 1) return undefined;
  for (let at = 1; at <= otherCount; at += 1) {
    // Two that are no objects may be as many together.
    const payload = (payloads[at] ?? "").trim();
    if (payload[0] !== "{" || payload[payload.length - 1] !== "}") return undefined;
  }
  return parseEach(others.replaceAll(mark, ","), otherCount);
}

/** The kind of a frame, as a text: it stands nowhere in JSON. */
const mark = "\u0001";

let usualFrame: RegExp | undefined;

/**
 * As short as it can be: of each of its letters the engine makes several hundred bytes before it is run for the first time, so that to name each key took longer than to search a log of a
 * thousand frames. So a few things pass that are no JSON, and that nobody writes.
 */
const raw = String.raw;
/** What needs no escape in a JSON text. */
const plain = raw`[^"\\\u0000-\u001f]`;
/** So few of them that no text takes long, however it goes on: of tens of thousands the engine remembers each, and finds no room for that. */
const several = "{0,40}";
const plainText = `"${plain}*"`;
const text = raw`"${plain}*(?:\\[\w"\\/]${plain}*)${several}"`;
/** A text in a line, which is a text itself: there each quote and each backslash has another one before it. */
const plainInner = raw`\\"${plain}*\\"`;
const inner = raw`\\"${plain}*(?:\\\\(?:\\["\\]|[\w/])${plain}*)${several}\\"`;

/** Title, description, design, acceptance criteria, notes: nothing that an order asks for begins so. */
const texts = raw`(?:,\\"(?:ti|des|ac|no)\w+\\":${inner})${several}`;
/** Whatever else it says once, but what an order asks for: status, priority, pinned, edges, until when it is put off. */
const others = raw`(?:,\\"(?![sdip]|cr)\w+\\":(?:${inner}|\[${plainInner}(?:,${plainInner})${several}\]))${several}`;
/** An issue without edges that is open, not pinned and not put off. */
const put = [
  raw`"line":"\{\\"id\\":\\"\1\\"${texts},\\"status\\":\\"open\\",\\"priority\\":([0-4])`,
  raw`,\\"issue_type\\":${plainInner}(?:,\\"assignee\\":${plainInner})?,\\"created_at\\":\\"(${plain}+)\\"`,
  raw`(?:,\\"created_by\\":${plainInner})?,\\"updated_at\\":${plainInner}${others}\}"`,
].join("");

/** A field that is neither pinned, nor the type, nor when it was made or by whom. */
const field = raw`"(?!p|i|cr)\w+":(?:${text}|null)`;
const set = raw`,"set":\{(?:${field},?)${several}(?:"priority":([0-4]),?)?(?:${field},?)${several}\}`;
/** How it was closed, and how often it was reopened. */
const work = raw`,"work":\{(?:"reopens":\d+,)?"status":"([a-z_]+)"(?:,"[cr]\w+":(?:${text}|\d+))${several}\}`;
const claim = raw`,"claim":\{(?:"\w+":${text},?)${several}\}`;
const change = raw`"at":\d+(?:${set})?(?:${work})?(?:${claim})?`;

const usualFramePattern = [
  raw` {20}\u0001 {11}\{"time":\d+,"actor":${plainText}(?:,"session":${plainText})?,"command":${plainText},`,
  raw`"operations":\[\{"op":"(?:put|change)","id":"(${plain}+)",(?:${put}|${change})\}\]\}`,
].join("");
