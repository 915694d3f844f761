import { viewIssue } from "../model/issue-json";
import { recentRecord } from "../model/recent-record";
import { encoder } from "../native/utf8";
import { byteOrderMark, hasMagic } from "./byte-layout";
import { lineFeedByte, type RawLine } from "./line-window";

/** An issue's line as it stands in the face. An id may have several: git puts both sides' lines in when it merges by union. */
export interface FaceLine {
  readonly id: string;
  /** Without byte order mark, and without white space around it. */
  readonly text: string;
  /** The bytes, where they are not just the text in UTF-8; without the line feed. */
  readonly raw: Uint8Array | undefined;
  readonly lineNumber: number;
}

/** A line that is no issue: of another kind, or unreadable. An export repeats it byte for byte. */
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
  /** The lines that are not known already, in their order. */
  readonly lines: readonly FaceLine[];
  /** How many issue lines there are with the known ones. */
  readonly lineCount: number;
  /** Ids of all issue lines. */
  readonly ids: ReadonlySet<string>;
  readonly guests: readonly GuestLine[];
  /** Ids that stand on more than one line. */
  readonly duplicates: readonly string[];
  /** The lines that git marked a conflict with; they belong to nobody, and the issue lines between them count. */
  readonly conflictMarkers: readonly number[];
  /** A last line that neither ends nor parses: somebody is still writing it, or died while doing so. */
  readonly tornLine: GuestLine | undefined;
  readonly startsWithByteOrderMark: boolean;
}

/** A longer line would not fit into a frame as it stood, as a state and as a result. Like one that cannot be read, it belongs to the face. */
export const lineLimitBytes = 64 * 1024 * 1024;

/** Tells lines that need no look: the store holds them in just these bytes. */
export interface KnownLines {
  holds(id: string, bytes: Uint8Array): boolean;
}

/** Line by line, since Bun decodes two gibibytes at once to an empty text. Known lines are not even decoded. */
export function parseFace(bytes: Uint8Array, known: KnownLines | undefined): FaceContent {
  const startsWithByteOrderMark = hasMagic(bytes, 0, byteOrderMark);
  const content = new ContentBuilder(known);
  let start = startsWithByteOrderMark ? byteOrderMark.length : 0;
  for (let lineNumber = 1; start < bytes.length; lineNumber += 1) {
    const lineFeed = bytes.indexOf(lineFeedByte, start);
    const end = lineFeed === -1 ? bytes.length : lineFeed;
    content.add(bytes.subarray(start, end), lineNumber, lineFeed !== -1);
    start = end + 1;
  }
  return { ...content.built(), startsWithByteOrderMark };
}

/** Lines of a face alone, as if there were no others; their numbers are counted among themselves. */
export function parseLines(lines: Iterable<RawLine>, known: KnownLines): FaceContent {
  const content = new ContentBuilder(known);
  let lineNumber = 0;
  for (const { bytes, isTerminated } of lines) content.add(bytes, ++lineNumber, isTerminated);
  return { ...content.built(), startsWithByteOrderMark: false };
}

class ContentBuilder {
  readonly #known: KnownLines | undefined;
  readonly #lines: FaceLine[] = [];
  readonly #ids = new Set<string>();
  readonly #duplicates = new Set<string>();
  readonly #guests: GuestLine[] = [];
  readonly #conflictMarkers: number[] = [];
  #tornLine: GuestLine | undefined;
  #lineCount = 0;
  #afterId: string | undefined;

  constructor(known: KnownLines | undefined) {
    this.#known = known;
  }

  add(raw: Uint8Array, lineNumber: number, isTerminated: boolean): void {
    if (raw.length === 0) return;
    if (isConflictMarker(raw)) {
      this.#conflictMarkers.push(lineNumber);
      return;
    }
    const quickId = this.#known === undefined ? undefined : quickIdOf(raw);
    if (quickId !== undefined && this.#known?.holds(quickId, raw) === true) {
      this.#count(quickId);
      return;
    }
    const line = raw.length > lineLimitBytes ? undefined : lineIn(raw);
    if (line?.text.trim() === "") return;
    const found = line === undefined ? unreadable : readLine(line.text);
    if (line !== undefined && found.id !== undefined) {
      this.#count(found.id);
      const { id } = found;
      this.#lines.push({ id, text: line.text, raw: line.isStripped ? raw.slice() : undefined, lineNumber });
      return;
    }
    // A copy, so that one guest does not keep the whole face in memory.
    const guest = {
      bytes: raw.slice(),
      lineNumber,
      afterId: this.#afterId,
      isReadable: found.isReadable,
    };
    if (isTerminated || found.isReadable) this.#guests.push(guest);
    else this.#tornLine = guest;
  }

  built(): Omit<FaceContent, "startsWithByteOrderMark"> {
    return {
      lines: this.#lines,
      lineCount: this.#lineCount,
      ids: this.#ids,
      guests: this.#guests,
      duplicates: [...this.#duplicates],
      conflictMarkers: this.#conflictMarkers,
      tornLine: this.#tornLine,
    };
  }

  #count(id: string): void {
    this.#lineCount += 1;
    this.#afterId = id;
    if (this.#ids.has(id)) this.#duplicates.add(id);
    else this.#ids.add(id);
  }
}

/** The id of a line that begins as the lines of this family do, without parsing it; undefined for any other. */
export function quickIdOf(raw: Uint8Array): string | undefined {
  if (!hasMagic(raw, 0, idPrefix)) return undefined;
  const end = raw.indexOf(quoteByte, idPrefix.length);
  if (end === -1 || end - idPrefix.length > longestQuickId) return undefined;
  let id = "";
  for (let at = idPrefix.length; at < end; at += 1) {
    const byte = raw[at] ?? 0;
    if (byte >= 0x80 || byte === backslashByte) return undefined;
    id += String.fromCharCode(byte);
  }
  return id;
}

interface Line {
  readonly text: string;
  /** The raw line has more than the text: white space around it, or a byte order mark of a file that was appended to this one. */
  readonly isStripped: boolean;
}

/** Undefined for bytes that are not UTF-8: decoded and written again they would be others. */
function lineIn(raw: Uint8Array): Line | undefined {
  let start = hasMagic(raw, 0, byteOrderMark) ? byteOrderMark.length : 0;
  let end = raw.length;
  // JSON allows it, and in the log a line begins and ends with its braces.
  while (start < end && isWhiteSpace(raw[start])) start += 1;
  while (start < end && isWhiteSpace(raw[end - 1])) end -= 1;
  const isStripped = start > 0 || end < raw.length;
  try {
    return { text: decoder.decode(isStripped ? raw.subarray(start, end) : raw), isStripped };
  } catch {
    return undefined;
  }
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

const unreadable = { id: undefined, isReadable: false };
const foreign = { id: undefined, isReadable: true };

function readLine(text: string): { readonly id: string | undefined; readonly isReadable: boolean } {
  try {
    const record = recentRecord(text);
    if ((record._type !== undefined && record._type !== "issue") || record._schema !== undefined)
      return foreign;
    return { id: viewIssue(record).id, isReadable: true };
  } catch {
    return unreadable;
  }
}

/** Seven times one of the characters that git marks a conflict with. */
function isConflictMarker(raw: Uint8Array): boolean {
  const [first] = raw;
  if (first === undefined || raw.length < 7 || !markerBytes.has(first)) return false;
  return raw.subarray(0, 7).every((byte) => byte === first);
}

const quoteByte = 0x22;
const backslashByte = 0x5c;
const longestQuickId = 256;
const idPrefix = encoder.encode('{"id":"');
const markerBytes = new Set(["<", "|", "=", ">"].map((character) => character.charCodeAt(0)));
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
