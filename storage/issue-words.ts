import { fold } from "../model/fold";
import type { Issue } from "../model/issue";
import { searchedFields, searchedTexts } from "../model/search";
import { eachWord } from "../model/words";
import { encoder } from "../native/utf8";

/** Every word of the texts of an issue that are searched, as often as it stands there. */
export function eachWordOf(
  issue: Issue,
  visit: (bytes: Uint8Array, start: number, end: number) => void,
): void {
  let texts = "";
  for (const field of searchedFields) for (const text of searchedTexts(issue, field)) texts += `${text}\n`;
  const bytes = foldedBytes(texts);
  eachWord(bytes, (start, end) => visit(bytes, start, end));
}

/** Most texts are of the first 128 characters alone, of which capitals are all that there is to fold: then each takes one byte. */
function foldedBytes(texts: string): Uint8Array {
  const lower = texts.toLowerCase();
  const bytes = encoder.encode(lower);
  return bytes.length === lower.length ? bytes : encoder.encode(fold(texts));
}
