import { BzError } from "../model/errors";
import type { JsonObject } from "../model/json";
import { nearestSpellings } from "../model/spelling";
import { readNames, readSwitch, readWord } from "./issue-record";

/** One line of a batch, its members read by what they have to be. Keys of issues and of new ones (`$key`) are told apart here. */
export class BatchRecord {
  readonly #record: JsonObject;
  readonly #refer: (text: string) => string;

  /** @param refer the id for what a user wrote: `$key` is what an earlier line made, all else stays */
  constructor(record: JsonObject, refer: (text: string) => string) {
    this.#record = record;
    this.#refer = refer;
  }

  /** @throws BzError INVALID for any other key */
  allow(command: string, keys: readonly string[]): void {
    for (const key in this.#record) {
      if (key === "cmd" || keys.includes(key)) continue;
      const nearest = nearestSpellings(key, keys);
      throw new BzError("INVALID", `${command} has no key "${key}"`, {
        hint:
          nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : `its keys are ${keys.join(", ")}`,
        context: { key, nearest },
      });
    }
  }

  /** The issues that the line is about: `id` is one, or several; `ids` is another word for it. */
  ids(): string[] {
    const { id, ids } = this.#record;
    if (id !== undefined && ids !== undefined)
      throw new BzError("INVALID", '"id" and "ids" are the same; give one of them');
    const named = readNames(id ?? ids, "id") ?? [];
    if (named.length === 0) throw missing("id");
    return named.map(this.#refer);
  }

  /** The one issue that the line is about, under any of these keys. */
  issue(...keys: readonly string[]): string {
    const [key, ...more] = keys.filter((each) => this.#record[each] !== undefined);
    const id = key === undefined ? undefined : this.text(key);
    if (id === undefined || id === "") throw missing(keys[0] ?? "id");
    if (more.length > 0)
      throw new BzError("INVALID", `"${key}" and "${more[0]}" are the same; give one of them`);
    return this.#refer(id);
  }

  text(key: string): string | undefined {
    return readWord(this.#record[key], key, undefined);
  }

  /** @throws BzError INVALID when it is missing */
  required(...keys: readonly string[]): string {
    const key = keys.find((each) => this.#record[each] !== undefined);
    const text = key === undefined ? undefined : this.text(key);
    if (text === undefined) throw missing(keys[0] ?? "");
    return text;
  }

  names(...keys: readonly string[]): string[] | undefined {
    const key = keys.find((each) => this.#record[each] !== undefined);
    return key === undefined ? undefined : readNames(this.#record[key], key);
  }

  switch(key: string): boolean | undefined {
    return readSwitch(this.#record[key], key);
  }

  wholeNumber(key: string): number | undefined {
    const value = this.#record[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw new BzError("INVALID", `"${key}" is not a whole number`, { context: { key } });
  }
}

function missing(key: string): BzError {
  return new BzError("INVALID", `"${key}" is missing`, { context: { key } });
}
