import { encode, escapeString, rawString } from "@toon-format/toon";
import type { JsonValue } from "../model/json";
import { escapeJson } from "./escape";

/** Token-Oriented Object Notation: the same document as JSON, which `decode` of the reference implementation gives back. */
export function formatToon(document: JsonValue): string {
  // Values that only know how they are spelled in JSON are spelled out first; half of a surrogate pair has no place in UTF-8.
  const plain: unknown = JSON.parse(JSON.stringify(document), (_key, value) =>
    typeof value === "string" ? value.toWellFormed() : value,
  );
  // What a terminal acts on and the encoder leaves raw. After the values only keys hold any, and those stand between quotes.
  return `${escapeJson(encode(plain, { replacer: (_key, value) => escapedText(value) }))}\n`;
}

function escapedText(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const escaped = escapeJson(escapeString(value));
  return escaped === escapeString(value) ? value : rawString(`"${escaped}"`);
}
