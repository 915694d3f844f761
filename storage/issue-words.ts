import { fold } from "../model/fold";
import type { Issue } from "../model/issue";
import { searchedFields, searchedTexts } from "../model/search";
import { eachPlainWord, eachWord, hashOfWord } from "../model/words";
import { encoder } from "../native/utf8";

/** Every word of the texts of an issue that are searched, as often as it stands there, with its hash. The bytes are only there until the next issue. */
export function eachWordOf(
  issue: Issue,
  visit: (bytes: Uint8Array, start: number, end: number, hash: number) => void,
): void {
  let texts = "";
  for (const field of searchedFields) for (const text of searchedTexts(issue, field)) texts += `${text}\n`;
  // Most texts are of the first 128 characters alone, of which capitals are all that there is to fold: then each takes one byte.
  const lower = texts.toLowerCase();
  const { length } = lower;
  if (length > plain.length) plain = new Uint8Array(2 * length);
  const { read, written } = encoder.encodeInto(lower, plain);
  if (read === length && written === length) {
    eachPlainWord(plain, length, (start, end, hash) => visit(plain, start, end, hash));
    return;
  }
  const bytes = encoder.encode(fold(texts));
  eachWord(bytes, (start, end) => visit(bytes, start, end, hashOfWord(bytes, start, end)));
}

/** Room for the texts of one issue: memory of its own for each takes longer to get than to fill. */
let plain = new Uint8Array(1 << 12);
