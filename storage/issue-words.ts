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
  const bytes = encoder.encode(fold(texts));
  eachWord(bytes, (start, end) => visit(bytes, start, end));
}
