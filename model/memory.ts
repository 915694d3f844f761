import { BzError } from "./errors";
import type { StoredRecord } from "./record";
import { nearestSpellings } from "./spelling";
import type { State } from "./state";

/**
 * The key of a text that was given none: its first words, and a number where another text has those already. The text that stands under such a
 * key keeps it, so that remembering it again changes nothing.
 */
export function memoryKeyFor(state: State, text: string): string {
  const known = state.records("memory").find(({ value }) => value === text);
  if (known !== undefined) return known.key;
  const slug = slugOf(text);
  for (let number = 1; ; number += 1) {
    const key = number === 1 ? slug : `${slug}-${number}`;
    if (state.record("memory", key) === undefined) return key;
  }
}

/** Those in whose key or text every word of the query stands, in any case. */
export function findMemories(state: State, query: string): StoredRecord[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return state.records("memory").filter(({ key, value }) => {
    const text = `${key}\n${value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** @throws BzError NOT_FOUND naming keys that may have been meant */
export function memoryOf(state: State, key: string): StoredRecord {
  const memory = state.record("memory", key);
  if (memory !== undefined) return memory;
  const keys = state.records("memory").map((each) => each.key);
  const wanted = key.toLowerCase();
  const containing = keys.filter((each) => wanted !== "" && each.toLowerCase().includes(wanted));
  const nearest = [...new Set([...nearestSpellings(key, keys), ...containing])].slice(0, mostNamed);
  throw new BzError("NOT_FOUND", `nothing is remembered under "${key}"`, {
    hint:
      nearest.length > 0
        ? `did you mean ${nearest.join(" or ")}?`
        : keys.length > 0
          ? "`bz memories` lists what is remembered"
          : "nothing is remembered yet: `bz remember TEXT` does",
    context: { key, nearest },
  });
}

/** Letters and digits of the first words, with hyphens between them. */
function slugOf(text: string): string {
  const words =
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  let slug = "";
  for (const word of words.slice(0, mostWords)) {
    const longer = slug === "" ? [...word].slice(0, longestSlug).join("") : `${slug}-${word}`;
    if ([...longer].length > longestSlug) break;
    slug = longer;
  }
  return slug === "" ? "memory" : slug;
}

const mostNamed = 3;
const mostWords = 8;
const longestSlug = 60;
