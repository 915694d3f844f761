import { BzError } from "../model/errors";
import { parseIssue } from "../model/issue-json";

/**
 * Ids of all issues whose line contains `text`, found by searching the bytes of all lines at once. A line that spells one of its characters as an escape
 * may hold it, too, and is named as well.
 *
 * @param damage the error for a line that does not lead to an issue
 */
export function* idsOfLinesWith(
  bytes: Uint8Array,
  text: string,
  damage: (start: number) => BzError,
): Generator<string> {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const named = new Set<number>();
  for (const needle of [Buffer.from(text), escapeBytes]) {
    for (let at = lines.indexOf(needle); at !== -1; ) {
      const mayHold = needle !== escapeBytes || text.includes(escapedCharacter(lines, at));
      const start = lines.lastIndexOf(newline, at) + 1;
      const end = lines.indexOf(newline, at);
      if (mayHold && !named.has(start)) {
        named.add(start);
        yield idOf(lines.toString("utf8", start, end), () => damage(start));
      }
      at = lines.indexOf(needle, mayHold ? end : at + needle.length);
    }
  }
}

/** The line itself is verified when the issue is asked for; here it only has to lead there. */
function idOf(line: string, damage: () => BzError): string {
  try {
    return parseIssue(line).id;
  } catch (error) {
    if (!(error instanceof BzError)) throw error;
    throw damage();
  }
}

/** The character that the escape at `at` stands for. */
function escapedCharacter(lines: Buffer, at: number): string {
  return String.fromCharCode(Number.parseInt(lines.toString("latin1", at + 2, at + 6), 16));
}

const newline = 10;
const escapeBytes = Buffer.from("\\u");
