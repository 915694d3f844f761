import { compareKeys } from "./issue";
import { readTime } from "./issue-json";
import { isSameJson, type JsonObject, type JsonValue } from "./json";
import { type Member, rawOf, readElements, readMembers } from "./json-members";
import { filterIn } from "./list";
import { normaliseStatus } from "./status";

/** One element of a list, as text and as value. */
export interface Element {
  readonly raw: string;
  readonly value: JsonValue;
  /** Of a comment: when it was made, once somebody has asked. */
  commentMs?: number;
}

/** The other name under which tools write a key; it goes when the key is written. */
function aliasOf(key: string): string | undefined {
  if (key === "due_at") return "due_date";
  return key === "ephemeral" ? "wisp" : undefined;
}

const timeKeys: readonly string[] = ["started_at", "closed_at", "deleted_at", "due_at", "defer_until"];

/** A line that is being changed. Its text is split only where somebody needs the text of a value. */
export class EditedLine {
  readonly #line: string;
  #members: readonly Member[] | undefined;
  /** Of the values that were replaced; a key that was removed has none. */
  readonly #replaced = new Map<string, string | undefined>();
  readonly #lists = new Map<string, readonly Element[]>();

  /** @param record what the line says, which becomes what it will say, but for lists that are edited */
  constructor(
    line: string,
    readonly record: JsonObject,
  ) {
    this.#line = line;
  }

  /** As they were. */
  get members(): readonly Member[] {
    this.#members ??= readMembers(this.#line);
    return this.#members;
  }

  /** Null, undefined, false and "" remove the key, unless what stands there is empty, too. */
  assign(key: string, value: JsonValue | undefined): void {
    const wanted = isEmpty(value) ? undefined : value;
    // Of the keys of a change most are neither there nor wanted.
    if (wanted === undefined && this.record[key] === undefined && aliasOf(key) === undefined) return;
    const current = this.#current(key);
    if (current === wanted) return;
    if (current !== undefined && wanted !== undefined && isSameJson(current, wanted)) return;
    this.replace(key, wanted === undefined ? undefined : JSON.stringify(wanted));
  }

  /** Puts one member in the place of all of that name, and of its alias. */
  replace(key: string, raw: string | undefined): void {
    this.#replaceText(key, raw);
    setOwn(this.record, key, raw === undefined ? undefined : parseJson(raw));
  }

  has(key: string): boolean {
    return !isEmpty(this.record[key]);
  }

  /** `edit` returns the very list it was given when there is nothing to do. */
  editList(key: string, edit: (elements: readonly Element[]) => readonly Element[]): void {
    const elements = this.#lists.get(key) ?? this.#readList(key);
    const edited = edit(elements);
    if (edited !== elements) this.#lists.set(key, edited);
  }

  /** As they are now. Stable, so that repeated keys keep the order that decides between them. */
  ordered(): Member[] {
    for (const [key, elements] of this.#lists)
      this.#replaceText(
        key,
        elements.length === 0 ? undefined : `[${elements.map(({ raw }) => raw).join(",")}]`,
      );
    const ordered = filterIn(this.members, ({ key }) => key !== "_stamp" && !this.#replaced.has(key));
    for (const [key, raw] of this.#replaced) if (raw !== undefined) ordered.push({ key, raw });
    return ordered.sort((left, right) => compareKeys(left.key, right.key));
  }

  /** What `ordered` says. */
  finished(): JsonObject {
    for (const [key, elements] of this.#lists)
      setOwn(this.record, key, elements.length === 0 ? undefined : elements.map(({ value }) => value));
    return this.record;
  }

  #replaceText(key: string, raw: string | undefined): void {
    this.#replaced.set(key, raw);
    const alias = aliasOf(key);
    if (alias === undefined) return;
    this.#replaced.set(alias, undefined);
    delete this.record[alias];
  }

  #readList(key: string): Element[] {
    if (this.record[key] === undefined) return [];
    const raw = rawOf(this.members, key);
    if (!raw?.startsWith("[")) return [];
    return readElements(raw).map((text) => ({ raw: text, value: parseJson(text) }));
  }

  /** The value as the view has it, so that a time as a number equals the same time as text. */
  #current(key: string): JsonValue | undefined {
    const alias = aliasOf(key);
    const value =
      ownValue(this.record, key) ?? (alias === undefined ? undefined : ownValue(this.record, alias));
    if (isEmpty(value)) return undefined;
    if (key === "status") return typeof value === "string" ? normaliseStatus(value) : value;
    return timeKeys.includes(key) ? readTime(value, key) : value;
  }
}

export function parseJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}

export function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === "" || value === false;
}

/** Own keys only: a line may call a key `constructor`. */
function ownValue(record: JsonObject, key: string): JsonValue | undefined {
  const value = record[key];
  // All that an object inherits are functions, and `__proto__`.
  if (typeof value !== "function" && key !== "__proto__") return value;
  return Object.hasOwn(record, key) ? value : undefined;
}

/** Of a key like `__proto__`, too. */
function setOwn(record: JsonObject, key: string, value: JsonValue | undefined): void {
  if (value === undefined) delete record[key];
  else if (key === "__proto__")
    Object.defineProperty(record, key, { enumerable: true, configurable: true, writable: true, value });
  else record[key] = value;
}
