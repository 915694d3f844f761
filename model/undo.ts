import { type ChangeContext, deleteIssue } from "./change";
import { changeLine } from "./change-line";
import { BzError } from "./errors";
import {
  changedItems,
  type IssueItem,
  itemsOfChange,
  itemsOfLine,
  itemValue,
  type ReadLine,
  readLine,
  spokenItem,
  stampNameOf,
} from "./issue-item";
import { purgedLine } from "./issue-json";
import { isSameJson } from "./json";
import { readStamps, type Stamps } from "./line-stamps";
import type { ChangeIssue, Operation } from "./operation";
import { recencyOf } from "./recency";
import { type Restored, restoringChange } from "./restoring-change";

/** An operation in the life of an issue. */
export interface PastOperation {
  readonly operation: Operation;
  /** The line right before it; undefined when there was no issue, or when `isKnown` is false. */
  readonly before: string | undefined;
  readonly isKnown: boolean;
  /** "undone": to be taken back; "settled": of the same hand, and without effect by now; "other": of somebody else. */
  readonly role: "undone" | "settled" | "other";
}

/** Something that was changed again after what is to be taken back. */
export interface LaterChange<P> {
  /** What a user calls it: "title". */
  readonly item: string;
  readonly stampMs: number;
  /** Undefined when it did not happen here: it came with a line from elsewhere. */
  readonly by: P | undefined;
}

export interface Undoing<P> {
  /** Undefined when everything is as it was. */
  readonly change: ChangeIssue | undefined;
  /** What it brings back. */
  readonly items: readonly string[];
  /** The issue was made by what is taken back, so it is deleted. */
  readonly isRemoved: boolean;
  /** With any of these nothing must be taken back. */
  readonly laterChanges: readonly LaterChange<P>[];
}

/**
 * How to take back what was done to one issue: a new change with a new stamp, which sets every item to what it was before the first operation that
 * touched it. An item that somebody else has changed since is left to them.
 *
 * @param past all operations on the issue, oldest first, one of them undone at least
 * @param line the present one
 * @throws BzError CANNOT_UNDO for a purge, and where it is not known what was there before
 */
export function undoIssue<P extends PastOperation>(
  id: string,
  past: readonly P[],
  { line, nowMs, actor }: Omit<ChangeContext, "recency"> & { readonly line: string },
): Undoing<P> {
  const first = past.findIndex(({ role }) => role === "undone");
  const steps = past.slice(first).map((each) => new Step(each));
  const present = new Moment(line);
  const context = { recency: recencyOf(line), nowMs, actor };
  refuseImpossible(id, steps, present);
  const isRemoved = steps[0]?.isBirth === true;
  const targets = isRemoved ? allItems(steps, present) : firstTouches(steps);
  const laterChanges: LaterChange<P>[] = [];
  const restored: Restored[] = [];
  for (const [name, { item, earlier }] of targets) {
    const value = earlier === undefined ? undefined : itemValue(earlier, item);
    if (value !== undefined && isSameJson(value, itemValue(present.read, item))) continue;
    const later = laterChange(steps, present, name, item);
    if (later !== undefined) laterChanges.push(later);
    else if (earlier !== undefined) restored.push({ item, earlier });
  }
  const change = isRemoved
    ? deleteIssue(present.read.issue, {}, context)
    : restoringChange(id, restored, present.read, context);
  return { change, items: restored.map(({ item }) => spokenItem(item)), isRemoved, laterChanges };
}

/** A line with its stamps. */
class Moment {
  readonly read: ReadLine;
  readonly stamps: Stamps;

  constructor(line: string) {
    this.read = readLine(line);
    this.stamps = readStamps(line);
  }

  stampOf(name: string): number {
    return this.stamps.items.get(name) ?? this.stamps.base;
  }
}

/** An operation, with what it touched. */
class Step<P extends PastOperation> {
  readonly before: Moment | undefined;
  /** By the names of their stamps. */
  readonly touched: ReadonlyMap<string, IssueItem>;
  /** Of an operation that says the whole issue. */
  readonly #after: Moment | undefined;

  constructor(readonly past: P) {
    const { operation, before } = past;
    this.before = before === undefined ? undefined : new Moment(before);
    const line = operation.op === "change" ? undefined : lineAfter(before, operation);
    this.#after = line === undefined ? undefined : new Moment(line);
    const items = operation.op === "change" ? itemsOfChange(operation) : this.#differences();
    this.touched = new Map(items.map((item) => [stampNameOf(item), item]));
  }

  get isBirth(): boolean {
    return this.past.isKnown && this.before === undefined && this.#after !== undefined;
  }

  /** Whether the item got this stamp from it. */
  gave(name: string, stampMs: number): boolean {
    const { operation } = this.past;
    if (operation.op === "change") return operation.at === stampMs && this.touched.has(name);
    return this.#after?.stampOf(name) === stampMs;
  }

  #differences(): IssueItem[] {
    const after = this.#after?.read;
    const before = this.before?.read;
    if (after === undefined) return [];
    if (before === undefined) return itemsOfLine(after);
    return changedItems(before, after);
  }
}

/** The line that an operation makes of another one; undefined where it changes an issue that is not known. */
export function lineAfter(before: string | undefined, operation: Operation): string | undefined {
  switch (operation.op) {
    case "put":
      return operation.line;
    case "take":
      return operation.result ?? before;
    case "purge":
      return purgedLine(operation.id, operation.at);
    case "change":
      return before === undefined ? undefined : changeLine(before, operation);
  }
}

function refuseImpossible<P extends PastOperation>(
  id: string,
  steps: readonly Step<P>[],
  present: Moment,
): void {
  const context = { id };
  if (present.stamps.isPurged)
    throw new BzError("CANNOT_UNDO", `${id} was purged, and with it everything that it was before`, {
      hint: "undo does not step over a purge: set what is older by hand, as `bz history ID` tells it",
      context,
    });
  if (steps.some(({ past }) => past.role === "undone" && !past.isKnown))
    throw new BzError("CANNOT_UNDO", `it is not known here what ${id} was before`, {
      hint: `\`bz history ${id}\` shows what was set; set what is wrong by hand`,
      context,
    });
}

interface Target {
  readonly item: IssueItem;
  /** Undefined: there was no issue. */
  readonly earlier: ReadLine | undefined;
}

/** Also those that were there and are not any more. */
function allItems<P extends PastOperation>(steps: readonly Step<P>[], present: Moment): Map<string, Target> {
  const items = [...steps.flatMap(({ touched }) => [...touched.values()]), ...itemsOfLine(present.read)];
  return new Map(items.map((item) => [stampNameOf(item), { item, earlier: undefined }]));
}

function firstTouches<P extends PastOperation>(steps: readonly Step<P>[]): Map<string, Target> {
  const targets = new Map<string, Target>();
  for (const { past, before, touched } of steps) {
    if (past.role !== "undone") continue;
    for (const [name, item] of touched)
      if (!targets.has(name)) targets.set(name, { item, earlier: before?.read });
  }
  return targets;
}

/** The first change of the item by anybody else, from the first operation on that is taken back. */
function laterChange<P extends PastOperation>(
  steps: readonly Step<P>[],
  present: Moment,
  name: string,
  item: IssueItem,
): LaterChange<P> | undefined {
  // An issue's birth stamps all that it may ever say.
  const own = steps.filter(
    ({ past, touched, isBirth }) => past.role !== "other" && (isBirth || touched.has(name)),
  );
  const first = own.findIndex(({ past }) => past.role === "undone");
  // What an own operation replaced was put there by the own one before it, or it is somebody's.
  const moments = [...own.slice(first + 1).map(({ before }) => before), present];
  for (const moment of moments) {
    const stampMs = moment?.stampOf(name) ?? 0;
    if (moment === undefined || own.some((step) => step.gave(name, stampMs))) continue;
    const by = steps.find((step) => step.past.role === "other" && step.gave(name, stampMs))?.past;
    return { item: spokenItem(item), stampMs, by };
  }
  return undefined;
}
