import { compareBytes } from "./compare";
import { BzError } from "./errors";
import { nearestSpellings } from "./spelling";
import type { State } from "./state";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
const shortestSuffix = 4;
const collisionLimit = 1e-6;
const maxLevels = 3;

/** So many random numbers, each of 0 to 255. */
export type RandomNumbers = (length: number) => ArrayLike<number>;

/** Orders ids by their UTF-8 bytes, as the face and the snapshot are sorted. */
export const compareIds: (left: string, right: string) => number = compareBytes;

/**
 * A new id: `PREFIX-` and random base36 characters, as many as keep the chance of meeting one of `count` issues under a
 * millionth, four at least.
 * @param taken whether an id exists; asked under the lock
 */
export function newIssueId(
  prefix: string,
  count: number,
  random: RandomNumbers,
  taken: (id: string) => boolean,
): string {
  return freshId(`${prefix}-`, count, random, taken);
}

/**
 * A new id below `parentId`: random like any other, because counting numbers would give the children of two clones one id.
 * @throws BzError INVALID when the parent stands on the third level already.
 */
export function newChildId(
  parentId: string,
  count: number,
  random: RandomNumbers,
  taken: (id: string) => boolean,
): string {
  const level = parentId.split(".").length - 1;
  if (level >= maxLevels) {
    throw new BzError("INVALID", `${parentId} is already ${maxLevels} levels deep and cannot have children`, {
      hint: "choose a parent further up",
      context: { id: parentId },
    });
  }
  return freshId(`${parentId}.`, count, random, taken);
}

/** A letter, then letters, digits, `_` and `-`, 20 characters at most. */
export function validatePrefix(prefix: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,19}$/.test(prefix)) return prefix;
  throw new BzError("INVALID", `"${prefix}" cannot be an issue prefix`, {
    hint: "use a letter first, then letters, digits, _ or -, 20 characters at most",
  });
}

/** For ids that a user chooses; lines from elsewhere may hold others. */
export function validateIssueId(id: string): string {
  if (id.length <= 100 && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) return id;
  throw new BzError("INVALID", `"${id}" cannot be an issue id`, {
    hint: "use letters, digits, `.`, `_` and `-`, starting with a letter or digit, 100 characters at most",
  });
}

/** What stands before the last hyphen: `my-app` of `my-app-x1y2.3`. Undefined for an id without one. */
export function prefixOfId(id: string): string | undefined {
  const at = id.lastIndexOf("-");
  return at > 0 ? id.slice(0, at) : undefined;
}

/**
 * The id that a user meant: the exact one; else the exact one without its prefix; else the only id that starts with the text,
 * with or without its prefix. Never one that merely contains it.
 * @throws BzError NOT_FOUND, or AMBIGUOUS_ID listing the candidates.
 */
export function resolveId(state: State, text: string, prefix: string): string {
  const whole = wholeId(state, text, prefix);
  if (whole !== undefined) return whole;
  const prefixed = `${prefix}-${text}`;
  const exact: string[] = [];
  const starting: string[] = [];
  if (text !== "") {
    for (const id of state.ids()) {
      const suffix = suffixOfId(id);
      if (suffix === text) exact.push(id);
      else if (id.startsWith(text) || id.startsWith(prefixed) || suffix.startsWith(text)) starting.push(id);
    }
  }
  const candidates = withoutTombstones(state, exact.length > 0 ? exact : starting);
  const [only] = candidates;
  if (only === undefined) throw notFound(state, text, prefix);
  if (candidates.length === 1) return only;
  throw new BzError("AMBIGUOUS_ID", `"${text}" could be ${listSome(candidates)}`, {
    hint: "write more of the id",
    context: { text, candidates: candidates.slice(0, 50) },
  });
}

function freshId(stem: string, count: number, random: RandomNumbers, taken: (id: string) => boolean): string {
  let length = shortestSuffix;
  while ((count + 1) / alphabet.length ** length >= collisionLimit) length++;
  // A length that fails this often is full (a tracker with ids made elsewhere), so the next one is tried.
  for (let attempt = 1; ; attempt++) {
    const id = stem + randomSuffix(length, random);
    if (!taken(id)) return id;
    if (attempt % 10 === 0) length++;
  }
}

/** Bytes from 252 up are thrown away: 256 is no multiple of 36, and folding them in would favour the first four characters. */
function randomSuffix(length: number, random: RandomNumbers): string {
  let suffix = "";
  while (suffix.length < length) {
    const bytes = random(length - suffix.length);
    // By place: an iterator over bytes takes several times as long, and a plan has a hundred thousand ids.
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 255;
      if (byte < 252) suffix += alphabet[byte % alphabet.length];
    }
  }
  return suffix;
}

function suffixOfId(id: string): string {
  return id.slice(id.lastIndexOf("-") + 1);
}

/**
 * The id that was written whole, with or without its prefix; for lists, where half an id is more likely a line that was cut off.
 * @throws BzError NOT_FOUND
 */
export function resolveWholeId(state: State, text: string, prefix: string): string {
  const id = wholeId(state, text, prefix);
  if (id !== undefined) return id;
  throw notFound(state, text, prefix);
}

/** The same, undefined for an unknown one. */
export function wholeId(state: State, text: string, prefix: string): string | undefined {
  if (state.has(text)) return text;
  const prefixed = `${prefix}-${text}`;
  return text !== "" && state.has(prefixed) ? prefixed : undefined;
}

/** A deleted issue can be named in full; it does not stand in the way of a living one. */
function withoutTombstones(state: State, ids: readonly string[]): readonly string[] {
  if (ids.length < 2) return ids;
  const living = ids.filter((id) => state.issue(id)?.status !== "tombstone");
  return living.length > 0 ? living : ids;
}

function notFound(state: State, text: string, prefix: string): BzError {
  const wanted = text.includes("-") ? text : `${prefix}-${text}`;
  const nearest = nearestSpellings(wanted, state.ids());
  return new BzError("NOT_FOUND", `there is no issue "${text}"`, {
    hint: nearest.length > 0 ? `did you mean ${listSome(nearest)}?` : "`bz list --all` shows the ids",
    context: { id: text, nearest },
  });
}

function listSome(ids: readonly string[]): string {
  const shown = ids.slice(0, 10).join(", ");
  return ids.length > 10 ? `${shown} and ${ids.length - 10} more` : shown;
}

/** All of both, each of which is in the order of `compareIds`. */
export function* mergedIds(ids: Iterable<string>, others: readonly string[]): Generator<string> {
  let next = 0;
  for (const id of ids) {
    for (let own = others[next]; own !== undefined && compareIds(own, id) < 0; own = others[++next])
      yield own;
    yield id;
  }
  yield* others.slice(next);
}
