import { BzError } from "./errors";
import { type JsonValue, nestsDeeper } from "./json";
import { type Member, maxDepth, readElements, readMembers } from "./json-members";

/** Keys that an object holds more than once; JSON readers take the last one. */
export function repeatedKeys(members: readonly Member[]): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { key } of members) {
    if (seen.has(key)) repeated.add(key);
    seen.add(key);
  }
  return [...repeated];
}

/**
 * Of two values for one key a reader would drop the first without a word. Expects a text that JSON.parse accepts; looks into what is nested, too.
 * @param source what the text is, for the message
 * @throws BzError INVALID for a repeated key, or for what nests deeper than 64
 */
export function refuseRepeatedKeys(text: string, source = ""): void {
  if (!isWrittenBack(text)) refuseRepeatedIn(text, source);
}

/** What comes back as it was has every key once: nothing that was parsed has one twice. The engine does that in a tenth of the time of what follows. */
function isWrittenBack(text: string): boolean {
  const value: JsonValue = JSON.parse(text);
  // First, as the engine cannot write what nests too deep, either.
  return !nestsDeeper(value, maxDepth) && JSON.stringify(value) === text;
}

function refuseRepeatedIn(text: string, source: string): void {
  const json = text.trim();
  if (json.startsWith("[")) for (const element of readElements(json)) refuseRepeatedIn(element, source);
  if (!json.startsWith("{")) return;
  const members = readMembers(json);
  refuseRepeatedMembers(members, source);
  for (const { raw } of members) refuseRepeatedIn(raw, source);
}

/** @throws BzError INVALID for a repeated key of the object itself */
export function refuseRepeatedMembers(members: readonly Member[], source = ""): void {
  const [key] = repeatedKeys(members);
  if (key === undefined) return;
  throw new BzError("INVALID", `${source === "" ? "" : `${source}: `}"${key}" stands twice in one object`, {
    hint: "leave out one of the two",
    context: { key },
  });
}
