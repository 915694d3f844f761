import { type Document, isMap, isNode, isScalar, type Pair, parseDocument } from "yaml";
import { BzError } from "../model/errors";
import type { JsonValue } from "../model/json";
import type { Setting } from "../model/setting";
import { lookup, parseYaml } from "./config";

/**
 * The text of a settings file with one setting in it, or, for undefined, without it. Nothing else changes: comments, order, foreign keys and the way they are
 * written. Where the setting stands already, dotted or nested, it is changed there; a new one gets a line at the end.
 * @throws BzError INVALID when the text is no YAML, or bz would not read from the new text just what it was meant to write
 */
export function editSettings(
  text: string,
  setting: Setting,
  value: JsonValue | undefined,
  path: string,
): string {
  // Only the first one is a mark: a second one belongs to the text.
  if (text.startsWith(byteOrderMark) && !text.startsWith(byteOrderMark, 1))
    return byteOrderMark + editSettings(text.slice(byteOrderMark.length), setting, value, path);
  parseYaml(text, path);
  const before = parseStrictly(text, path);
  const pairs = pairsOf(before, setting.key);
  if (value === undefined && pairs.length === 0) return text;
  const proposals = [
    () => (value === undefined ? withoutPairs(text, pairs) : withValue(text, pairs, value, setting.key)),
    () => rewritten(text, setting.key, value),
  ];
  for (const propose of proposals) {
    const after = propose();
    if (after !== undefined && isJustThat(before, after, setting, value, path)) return after;
  }
  throw new BzError("INVALID", `${path} is written in a way that bz cannot change. It was left as it is.`, {
    hint: `Write \`${setting.key}\` by hand.`,
    context: { file: path, key: setting.key },
  });
}

/** Where a value stands, and the pair it belongs to. */
interface Place {
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

function parseStrictly(text: string, path: string): Document {
  const document = parseQuietly(text);
  const [error] = document.errors;
  const problem = error?.message ?? (isMapping(document) ? undefined : "it holds no settings");
  if (problem === undefined) return document;
  throw new BzError("INVALID", `${path} is not valid YAML: ${problem}. It was left as it is.`, {
    hint: "Correct it by hand.",
    context: { file: path },
    cause: error,
  });
}

/** The package would warn on stderr by itself, of keys that are collections for one. */
function parseQuietly(text: string): Document {
  return parseDocument(text, { logLevel: "error" });
}

/** Comments alone are a document without contents. */
function isMapping({ contents }: Document): boolean {
  return contents === null || isMap(contents) || (isScalar(contents) && contents.value === null);
}

/** The dotted one first, as when reading. */
function pairsOf(document: Document, key: string): Place[] {
  const [section = "", name = ""] = key.split(".");
  const inner = pairIn(document.contents, section)?.value;
  return [pairIn(document.contents, key), pairIn(inner, name)].flatMap((pair) => placeOf(pair));
}

function pairIn(map: unknown, key: string): Pair | undefined {
  return isMap(map) ? map.items.find((pair) => isScalar(pair.key) && pair.key.value === key) : undefined;
}

function placeOf(pair: Pair | undefined): Place[] {
  if (pair === undefined || !isNode(pair.key) || !isNode(pair.value)) return [];
  const { range: key } = pair.key;
  const { range: value } = pair.value;
  if (!key || !value) return [];
  return [{ keyStart: key[0], valueStart: value[0], valueEnd: value[1] }];
}

function withValue(text: string, [place]: readonly Place[], value: JsonValue, key: string): string {
  const written = JSON.stringify(value);
  if (place === undefined) {
    const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
    const separator = text === "" || text.endsWith("\n") ? "" : lineEnd;
    return `${text}${separator}${key}: ${written}${lineEnd}`;
  }
  // A block ends with the line end before the next line; a key without a value ends with its colon.
  const old = text.slice(place.valueStart, place.valueEnd);
  const rest = old.slice(old.trimEnd().length) + text.slice(place.valueEnd);
  const gap = old === "" ? " " : "";
  return text.slice(0, place.valueStart) + gap + written + rest;
}

/** From the last, so that the places of the others stay right. A comment behind the value goes with it. */
function withoutPairs(text: string, places: readonly Place[]): string {
  let left = text;
  for (const { keyStart, valueEnd } of [...places].sort((a, b) => b.keyStart - a.keyStart)) {
    const start = left.lastIndexOf("\n", keyStart - 1) + 1;
    const lineFeed = left[valueEnd - 1] === "\n" ? valueEnd - 1 : left.indexOf("\n", valueEnd);
    left = left.slice(0, start) + (lineFeed === -1 ? "" : left.slice(lineFeed + 1));
  }
  return left;
}

/** For collections in braces and other rarities: the same document, in the package's own layout. */
function rewritten(text: string, key: string, value: JsonValue | undefined): string | undefined {
  const document = parseQuietly(text);
  // A lone `null` is no mapping that a pair could be put into.
  if (isScalar(document.contents)) return undefined;
  const [section = "", name = ""] = key.split(".");
  const isDotted = pairIn(document.contents, key) !== undefined;
  if (value === undefined) {
    if (isDotted) document.delete(key);
    if (pairIn(pairIn(document.contents, section)?.value, name) !== undefined)
      document.deleteIn([section, name]);
  } else if (!isDotted && pairIn(pairIn(document.contents, section)?.value, name) !== undefined) {
    document.setIn([section, name], value);
  } else document.set(key, value);
  try {
    return document.toString({ lineWidth: 0 });
  } catch {
    // The old value held the anchor of an alias elsewhere.
    return undefined;
  }
}

/** Read as bz reads it, the setting is the value; and without it, all the rest is what it was. */
function isJustThat(
  before: Document,
  after: string,
  setting: Setting,
  value: JsonValue | undefined,
  path: string,
): boolean {
  const document = parseQuietly(after);
  if (document.errors.length > 0) return false;
  const found = lookup(parseYaml(after, path), setting.key);
  const read = found === undefined ? undefined : setting.read(found);
  return (
    Bun.deepEquals(read, value) &&
    Bun.deepEquals(others(before, setting.key, path), others(document, setting.key, path))
  );
}

function others(document: Document, key: string, path: string): unknown {
  const [section = "", name = ""] = key.split(".");
  const all = plainValue(document, path);
  const entries = Object.entries(all ?? {}).map(([own, value]) => {
    if (own !== section || !isObject(value)) return [own, value];
    const inner = Object.entries(value).filter(([innerKey]) => innerKey !== name);
    return [own, inner.length === 0 ? null : inner];
  });
  return entries.filter(([own, value]) => own !== key && !(own === section && value === null));
}

function plainValue(document: Document, path: string): object | undefined {
  try {
    const value: unknown = document.toJS();
    return isObject(value) ? value : undefined;
  } catch (cause) {
    // The package refuses aliases that would unfold without end.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BzError("INVALID", `${path}: ${reason}. It was left as it is.`, {
      cause,
      context: { file: path },
    });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const byteOrderMark = "\ufeff";
