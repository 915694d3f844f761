import { BzError } from "../model/errors";
import { parseIssue, parseRecord, viewIssue } from "../model/issue-json";
import { instantMs } from "../model/time";
import { hasMagic } from "./byte-layout";

/** A line that an export repeats byte for byte: of another kind, unreadable, or one that lost against another line of its id. */
export interface GuestLine {
  /** Without the line feed. */
  readonly bytes: Uint8Array;
  readonly lineNumber: number;
  /** The id of the last issue line before it. */
  readonly afterId: string | undefined;
  readonly isReadable: boolean;
}

/** What the bytes of a face say. */
export interface FaceContent {
  /** The text of each issue's line, without byte order mark and carriage return. */
  readonly lines: ReadonlyMap<string, string>;
  /** The bytes of those of them that are not just their text in UTF-8, without the line feed. */
  readonly rawLines: ReadonlyMap<string, Uint8Array>;
  readonly guests: readonly GuestLine[];
  /** Ids that stand on more than one line, with different text. */
  readonly duplicates: readonly string[];
  readonly startsWithByteOrderMark: boolean;
}

export const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

/**
 * Line by line, since Bun decodes two gibibytes at once to an empty text.
 * @throws BzError CONFLICT_MARKERS when git left a conflict in it
 */
export function parseFace(bytes: Uint8Array, path: string): FaceContent {
  const startsWithByteOrderMark = hasMagic(bytes, 0, byteOrderMark);
  const content = new ContentBuilder();
  let start = startsWithByteOrderMark ? byteOrderMark.length : 0;
  for (let lineNumber = 1; start < bytes.length; lineNumber += 1) {
    const lineFeed = bytes.indexOf(0x0a, start);
    const end = lineFeed === -1 ? bytes.length : lineFeed;
    const raw = bytes.subarray(start, end);
    if (isConflictMarker(raw)) throw conflictMarkers(path, lineNumber);
    content.add(raw, lineNumber);
    start = end + 1;
  }
  const { lines, rawLines, guests, duplicates } = content;
  return { lines, rawLines, guests, duplicates: [...duplicates], startsWithByteOrderMark };
}

class ContentBuilder {
  readonly lines = new Map<string, string>();
  readonly rawLines = new Map<string, Uint8Array>();
  readonly guests: GuestLine[] = [];
  readonly duplicates = new Set<string>();
  readonly #lineNumbers = new Map<string, number>();
  #afterId: string | undefined;

  add(raw: Uint8Array, lineNumber: number): void {
    const line = lineIn(raw);
    if (line?.text.trim() === "") return;
    const found = line === undefined ? unreadable : readLine(line.text);
    if (line === undefined || found.id === undefined) {
      // A copy, so that one guest does not keep the whole face in memory.
      this.guests.push({
        bytes: raw.slice(),
        lineNumber,
        afterId: this.#afterId,
        isReadable: found.isReadable,
      });
      return;
    }
    const { id } = found;
    this.#afterId = id;
    const known = this.lines.get(id);
    if (known === line.text) return;
    if (known === undefined) {
      this.#put(id, line, raw, lineNumber);
      return;
    }
    this.duplicates.add(id);
    if (!isLater(line.text, known)) {
      this.guests.push({ bytes: raw.slice(), lineNumber, afterId: id, isReadable: true });
      return;
    }
    const bytes = this.rawLines.get(id) ?? encoder.encode(known);
    const before = this.#lineNumbers.get(id) ?? lineNumber;
    this.guests.push({ bytes, lineNumber: before, afterId: id, isReadable: true });
    this.#put(id, line, raw, lineNumber);
  }

  #put(id: string, line: Line, raw: Uint8Array, lineNumber: number): void {
    this.lines.set(id, line.text);
    this.#lineNumbers.set(id, lineNumber);
    if (line.isStripped) this.rawLines.set(id, raw.slice());
    else this.rawLines.delete(id);
  }
}

interface Line {
  readonly text: string;
  /** The raw line has more than the text: a carriage return behind it, or a byte order mark of a file that was appended to this one. */
  readonly isStripped: boolean;
}

/** Undefined for bytes that are not UTF-8: decoded and written again they would be others. */
function lineIn(raw: Uint8Array): Line | undefined {
  const start = hasMagic(raw, 0, byteOrderMark) ? byteOrderMark.length : 0;
  const end = raw.at(-1) === 0x0d ? raw.length - 1 : raw.length;
  const isStripped = start > 0 || end < raw.length;
  try {
    return { text: decoder.decode(isStripped ? raw.subarray(start, end) : raw), isStripped };
  } catch {
    return undefined;
  }
}

const unreadable = { id: undefined, isReadable: false };
const foreign = { id: undefined, isReadable: true };

function readLine(text: string): { readonly id: string | undefined; readonly isReadable: boolean } {
  try {
    const record = parseRecord(text);
    if ((record._type !== undefined && record._type !== "issue") || record._schema !== undefined)
      return foreign;
    return { id: viewIssue(record).id, isReadable: true };
  } catch {
    return unreadable;
  }
}

function isLater(line: string, known: string): boolean {
  const difference = instantMs(parseIssue(line).updated_at) - instantMs(parseIssue(known).updated_at);
  return difference === 0 ? line > known : difference > 0;
}

/** Seven times one of the characters that git marks a conflict with. */
function isConflictMarker(raw: Uint8Array): boolean {
  const [first] = raw;
  if (first === undefined || raw.length < 7 || !markerBytes.has(first)) return false;
  return raw.subarray(0, 7).every((byte) => byte === first);
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

const markerBytes = new Set(["<", "|", "=", ">"].map((character) => character.charCodeAt(0)));
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
