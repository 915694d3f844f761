import {
  type AppliedEdit,
  addComments,
  applyEdit,
  distanceOf,
  type ForeignEdit,
  findEdit,
} from "./foreign-edit";
import { saysSame } from "./item-content";
import { describeItem } from "./item-words";
import { floorMs, formatItems, type LineItems, readItems } from "./line-items";
import { someIn } from "./list";
import { barePurgedLine, mergeLines } from "./merge";
import { isOfAnotherTime, isUnstamped, plainEdit } from "./plain-edit";

/** A state this store had, or a line it took in. */
export interface RememberedState {
  /** Its stamps can be believed. */
  readonly line: string;
  /** The line as it stood in a face, if it differs. */
  readonly raw?: string | undefined;
}

export interface TakenLine {
  /**
   * `known`: equal to a remembered state, or brings nothing that would have to be remembered. `stamped`: its own stamps hold.
   * `foreign`: by a tool that does not know stamps; what it changed was found, and `state` differs from the line.
   */
  readonly kind: "known" | "stamped" | "foreign";
  /** The line as a state with stamps. */
  readonly state: string;
  /** The line afterwards: `current` itself when nothing changed. */
  readonly result: string;
  /** What a line without stamps that hold said otherwise, or seemed to, and what stays as it was, as a user would name it. */
  readonly notTaken?: readonly string[];
  /** The edges of the issue are what they were. */
  readonly keepsEdges?: true;
}

/**
 * Whether the stamps of a line alone decide, so that no remembered state has to be looked up.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function standsAlone(line: string): boolean {
  if (isUnstamped(line)) return false;
  const { stamps } = readItems(line);
  return stamps.isPurged || (stamps.checksum !== undefined && stamps.isIntact);
}

/**
 * Whether a line without stamps that hold says just what this state says, so that nothing has to be looked up to know that it is nothing new.
 * @throws BzError INVALID for a line that is no JSON object
 */
export function repeats(line: string, state: string): boolean {
  if (isOfAnotherTime(line, state)) return false;
  const items = readItems(line);
  const { checksum, isIntact, isPurged } = items.stamps;
  if (isPurged || (checksum !== undefined && isIntact)) return false;
  return saysSame(items, readItems(state));
}

/**
 * Takes in one line of a face. A line without stamps that hold brings nothing when it says what a remembered state says. Else it
 * is an edit of the remembered state that is nearest to it among those it can have been made from, that is, of those not later
 * than itself; without any such state it is an old state, and merged as one.
 * @param remembered all states of the issue that this store had and all lines of it that it took in
 * @throws BzError INVALID for a line that is no JSON object
 */
export function takeLine(
  line: string,
  current: string | undefined,
  remembered: readonly RememberedState[],
): TakenLine {
  const known: TakenLine = { kind: "known", state: line, result: current ?? line };
  if (line === current || remembered.some((state) => state.line === line || state.raw === line)) return known;
  if (
    current !== undefined &&
    !someIn(remembered, (state) => state.line !== current || state.raw !== undefined)
  ) {
    const state = plainEdit(line, current);
    if (state !== undefined) return { kind: "foreign", state, result: state, keepsEdges: true };
  }
  const items = readItems(line);
  if (items.stamps.isPurged) return stamped(barePurgedLine(items), current);
  // Text that was removed for good must not come back into the log.
  if (current !== undefined && readItems(current).stamps.isPurged) return { ...known, state: current };
  if (items.stamps.checksum !== undefined && items.stamps.isIntact) return stamped(line, current);
  const states = readStates(remembered, current);
  if (states.some(({ spellings }) => spellings.some((each) => saysSame(items, each)))) return known;
  const start = items.stamps.checksum;
  if (start === undefined && isPrehistory(items, states)) return prehistory(line, items, current ?? line);
  const lineage = start === undefined ? states : states.filter((state) => isOfLineage(state, start));
  const edit = nearestEdit(items, lineage, start !== undefined);
  if (edit === "nothing") return known;
  if (edit !== undefined) {
    const applied = applyEdit(items, edit, isNewest(items, lineage));
    // Of the present line an edit leaves what it does not change, and is later in the rest: there is nothing to merge.
    const isOnTop = applied.isLater && current !== undefined && edit.base === readItems(current);
    return foreign(applied, isOnTop ? undefined : current);
  }
  return line.includes('"_stamp"')
    ? foreign({ state: formatItems(items), notTaken: [] }, current)
    : stamped(line, current);
}

/** A line from before the stamps of the issue began. What is absent later was removed since; only comments are never removed. */
function prehistory(line: string, items: LineItems, current: string): TakenLine {
  const { result, notTaken } = addComments(items, readItems(current));
  const state = line.includes('"_stamp"') ? formatItems(items) : line;
  return { kind: "stamped", state, result: result ?? current, ...namesOf(notTaken) };
}

/**
 * Whether a line without stamps is older than everything that some state says: each item of that state was written at its time
 * or later, as in a state that came from a later line without stamps. A state of the same time means an edit by hand.
 */
function isPrehistory(line: LineItems, states: readonly KnownState[]): boolean {
  return (
    states.some(({ items }) => items.updatedMs > line.updatedMs && floorMs(items) >= line.updatedMs) &&
    states.every(({ items }) => items.updatedMs !== line.updatedMs)
  );
}

/** A remembered state taken apart. */
interface KnownState {
  readonly items: LineItems;
  readonly raw: LineItems | undefined;
  /** Both of them, where there are two. */
  readonly spellings: readonly LineItems[];
}

function stamped(state: string, current: string | undefined): TakenLine {
  return { kind: "stamped", state, result: current === undefined ? state : mergeLines(current, state) };
}

function foreign(
  { state, notTaken }: Pick<AppliedEdit, "state" | "notTaken">,
  current: string | undefined,
): TakenLine {
  const result = current === undefined ? state : mergeLines(current, state);
  return { kind: "foreign", state, result, ...namesOf(notTaken) };
}

function namesOf(items: readonly string[]): { notTaken?: readonly string[] } {
  return items.length === 0 ? {} : { notTaken: items.map(describeItem) };
}

function readStates(remembered: readonly RememberedState[], current: string | undefined): KnownState[] {
  const all = current === undefined ? remembered : [...remembered, { line: current }];
  return all.map((state) => {
    const known = knownStates.get(state) ?? readState(state);
    knownStates.set(state, known);
    return known;
  });
}

function readState({ line, raw }: RememberedState): KnownState {
  const items = readItems(line);
  const rawItems = raw === undefined ? undefined : readItems(raw);
  return { items, raw: rawItems, spellings: rawItems === undefined ? [items] : [items, rawItems] };
}

/** A face may have many lines of one issue, each of which is compared with all states that are remembered. */
const knownStates = new WeakMap<RememberedState, KnownState>();

/** A tool that keeps `_stamp` repeats the checksum of the state that it began with, edit after edit. */
function isOfLineage({ items, raw }: KnownState, start: string): boolean {
  return items.stamps.checksum === start || raw?.stamps.checksum === start;
}

/**
 * `nothing`: it says what a state says that it can have come from, at another time. Undefined: there is no such state.
 */
function nearestEdit(
  line: LineItems,
  states: readonly KnownState[],
  isLineage: boolean,
): ForeignEdit | "nothing" | undefined {
  // Who edits by hand sets no time: then it is the time of the line that he saw, not that of the state which it became here.
  const timeOf = ({ items, raw }: KnownState): number => (isLineage ? (raw ?? items) : items).updatedMs;
  const possible = states.filter((state) => timeOf(state) <= latestTimeOf(line));
  // Of a lineage we know that the line came from it, so what its clock says does not matter.
  const candidates = possible.length > 0 || !isLineage ? possible : states;
  let nearest: ForeignEdit | undefined;
  for (const { items } of candidates) {
    const edit = findEdit(line, items);
    if (edit.changes.size > 0 && (nearest === undefined || isNearer(edit, nearest))) nearest = edit;
  }
  return nearest ?? (candidates.length > 0 ? "nothing" : undefined);
}

function isNearer(edit: ForeignEdit, nearest: ForeignEdit): boolean {
  const difference = distanceOf(edit) - distanceOf(nearest);
  if (difference !== 0) return difference < 0;
  // What can be told without a reopen is not one.
  if (edit.isReopen !== nearest.isReopen) return nearest.isReopen;
  return edit.base.updatedMs >= nearest.base.updatedMs;
}

/** One that is not newer than all that it can be an edit of may just be older than the close. */
function isNewest(line: LineItems, states: readonly KnownState[]): boolean {
  return states.every(({ items }) => items.updatedMs < line.updatedMs);
}

/** A tool that writes whole seconds means any moment of that second, except in a line that nobody touched since its birth. */
function latestTimeOf({ updatedMs, createdMs }: LineItems): number {
  return updatedMs % 1000 === 0 && updatedMs !== createdMs ? updatedMs + 999 : updatedMs;
}
