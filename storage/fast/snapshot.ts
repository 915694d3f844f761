import type { Link } from "../../model/dependency";
import type { Issue } from "../../model/issue";
import type { IssueSource } from "../../model/issue-source";
import { statusAt } from "../../native/file-status";
import { deltaName, snapshotName } from "../paths";
import type { LeafEntry } from "../snapshot-format";
import { type Level, openLevel } from "./level";
import { isSameFile } from "./place";
import { giveUp } from "./unusual";

/** The base, and its delta if there is one, as `LayeredSnapshot` lays them over each other. */
export class FastSnapshot implements IssueSource {
  readonly base: Level;
  readonly delta: Level | undefined;
  /** The one that says where the log goes on. */
  readonly top: Level;
  readonly count: number;
  /** Of whoever wants them whole, see `prepareInState`. */
  issue?: (id: string) => Issue | undefined;
  #id: string | undefined;
  #entry: LeafEntry | undefined;
  #level: Level | undefined;
  /** What was last asked for, as are those before. */
  #line: string | undefined;

  constructor(store: number) {
    const base = openLevel(store, snapshotName) ?? giveUp();
    if (base.header.over !== undefined) giveUp();
    const delta = openLevel(store, deltaName);
    // One that is over another base is a remainder, which the whole program passes over.
    if (delta !== undefined && delta.header.over?.base !== base.identity) giveUp();
    this.base = base;
    this.delta = delta;
    this.top = delta ?? base;
    this.count = delta?.header.over?.count ?? base.header.count;
  }

  /** Whether these are still the files that a reader finds. */
  isPublished(store: number): boolean {
    if (!isSameFile(statusAt(store, snapshotName), this.base.status)) return false;
    const found = statusAt(store, deltaName);
    return this.delta === undefined ? found === undefined : isSameFile(found, this.delta.status);
  }

  has(id: string): boolean {
    return this.#find(id) !== undefined;
  }

  line(id: string): string | undefined {
    const entry = this.#find(id);
    if (entry === undefined) return undefined;
    // Who shows an issue asks for what it says and for its line.
    this.#line ??= this.#level?.line(entry);
    return this.#line;
  }

  version(id: string): number {
    return this.#find(id)?.version ?? 0;
  }

  ids(): Iterable<string> {
    return giveUp();
  }

  surelyClosed(id: string): boolean {
    const { base, delta } = this;
    const isClosed = delta?.isClosed(id);
    if (isClosed !== undefined || delta?.entryOf(id) !== undefined) return isClosed === true;
    return base.isClosed(id) === true;
  }

  idsMentioning(id: string, link?: Link): readonly string[] {
    const found = this.base.idsMentioning(id, link);
    const { delta } = this;
    if (delta === undefined) return found;
    const ids = delta.idsMentioning(id, link);
    for (const each of found) if (delta.entryOf(each) === undefined) ids.push(each);
    return ids;
  }

  #find(id: string): LeafEntry | undefined {
    if (this.#id === id) return this.#entry;
    this.#level = this.top;
    this.#entry = this.top.entryOf(id);
    if (this.#entry === undefined && this.delta !== undefined) {
      this.#level = this.base;
      this.#entry = this.base.entryOf(id);
    }
    this.#id = id;
    this.#line = undefined;
    return this.#entry;
  }
}
