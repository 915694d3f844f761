import { compareBytes } from "./compare";
import { type IssueFacts, instantMsOf, type ListedFacts } from "./issue-facts";
import { lastIn } from "./list";
import { keepsPlace, type OutlinedIssue } from "./log-outline";
import type { State } from "./state";

/**
 * What a snapshot knows of the orders that are asked for most, as of its issues and a moment: the first issues of each. Whoever asks later merges in what
 * has changed since, and reads no other issue.
 */
export interface Heads {
  /** The moment that `ready` is about. */
  readonly nowMs: number;
  /** The order of `list`: live issues by priority, then age. */
  readonly live: Head;
  /** The order of `ready`. */
  readonly ready: Head;
  /** Whether issues wait for each other for ever. */
  readonly hasWaitCycles: boolean;
  readonly deferrals: Deferrals;
}

export interface Head {
  /** How many issues the order has. */
  readonly total: number;
  /** How many of them `places` has, the first ones. */
  readonly length: number;
  readonly places: Iterable<Place>;
  /** Whether an issue is among `places`, told without going through them; false also where that cannot be told. */
  readonly surelyHas?: (id: string) => boolean;
  /** What a list says of the first of these, one each; undefined where that is long. */
  readonly shown: readonly (Shown | undefined)[];
}

/** What a list says of an issue beside its place, so that its line need not be read. */
export type Shown = Omit<ListedFacts, "id" | "priority">;

/** All that decides where an issue stands. `unblocks` is 0 in an order that does not ask for it. */
export interface Place {
  readonly id: string;
  readonly priority: number;
  readonly unblocks: number;
  readonly createdMs: number;
}

/** The live issues that come back by themselves within a span of time, all of them. */
export interface Deferrals {
  readonly fromMs: number;
  /** Later ones are not among them, nor those of this very moment. */
  readonly untilMs: number;
  /** By time. */
  readonly entries: readonly Deferral[];
}

export interface Deferral {
  readonly id: string;
  /** Until when it is put off. */
  readonly untilMs: number;
}

/** An order as it is now. */
export interface Order {
  /** As the base knows it. */
  readonly head: Head;
  readonly total: number;
  /** The first places; fewer than asked for where there are no more, or where they cannot be told without looking at all issues. */
  first(count: number): Place[];
}

export function placeOf(issue: Standing, unblocks = 0): Place {
  return { id: issue.id, priority: issue.priority, unblocks, createdMs: instantMsOf(issue, "created_at") };
}

/** By priority, then the one that unblocks more, then the older one. */
export function comparePlaces(left: Place, right: Place): number {
  return (
    left.priority - right.priority ||
    right.unblocks - left.unblocks ||
    left.createdMs - right.createdMs ||
    compareBytes(left.id, right.id)
  );
}

/** By `comparePlaces`. Changes come in the order of their time, so that those of one priority are mostly in order already, and the engine sorts what is in a pass. */
function sortedPlaces(places: readonly Place[]): Place[] {
  const byPriority: Place[][] = [];
  for (const place of places) {
    const { priority } = place;
    const same = byPriority[priority];
    if (same === undefined) byPriority[priority] = [place];
    else same.push(place);
  }
  let sorted: Place[] = [];
  for (const same of byPriority) if (same !== undefined) sorted = sorted.concat(same.sort(comparePlaces));
  return sorted;
}

/** An issue as far as it decides what place it may have. `created_at` may be left out, as "". */
export type Standing = Pick<IssueFacts, "id" | "priority" | "created_at" | "knownMs">;

/** What stands above a base, as far as an order may have other places for it. */
export interface Moves {
  /** New ones without edges, which are not pinned and not put off. No issue of the base is linked to them. */
  readonly plain: readonly OutlinedIssue[];
  /** Others of which the base knows nothing. Not all of them: some may be among `touched`. */
  readonly added: readonly IssueFacts[];
  readonly touched: readonly OutlinedIssue[];
  /** Where one of them stands now, if it unblocks none; undefined for one that is gone. */
  readonly place: (issue: Standing) => Place | undefined;
}

export function movesOf(state: State): Moves {
  const touched: OutlinedIssue[] = [];
  // What is changed and was not brought before is in the base.
  const brought: OutlinedIssue[] = [];
  const ids: string[] = [];
  for (const issue of state.outline()) {
    if (issue.told !== "changes") {
      brought.push(issue);
      ids.push(issue.id);
    } else if (!keepsPlace(issue)) touched.push(issue);
  }
  // A few are found faster one by one.
  const news = ids.length > fewChanges ? state.newAmong(ids) : [];
  const plain: OutlinedIssue[] = [];
  const added: IssueFacts[] = [];
  let next = 0;
  let before: State | undefined;
  for (const issue of brought) {
    const { id, told } = issue;
    // They are in the same order.
    let isNew = id === news[next];
    if (isNew) next += 1;
    else if (told === "all" && news.length > 0) {
      before ??= state.untouched();
      isNew = !before.has(id) && before.idsMentioning(id).length === 0;
    }
    const facts = isNew && told !== "all" ? state.facts(id) : undefined;
    if (isNew && told === "all") plain.push(issue);
    else if (facts !== undefined) added.push(facts);
    else touched.push(issue);
  }
  const place = (issue: Standing): Place | undefined => {
    const told = issue.created_at === "" ? state.facts(issue.id) : issue;
    return told && placeOf(told);
  };
  return { plain, added, touched, place };
}

const fewChanges = 4;

/**
 * An order of which the base knows the first places.
 * @param isStale whether what the head says of an issue may not be true any more
 * @param moved those, and new ones
 * @param placeNow where one of these stands; undefined for one that is not in the order
 */
export function mergedOrder(
  head: Head,
  total: number,
  isStale: (id: string) => boolean,
  moved: readonly Standing[],
  placeNow: (issue: Standing) => Place | undefined,
): Order {
  const first = (count: number): Place[] => {
    const places: Place[] = [];
    let left = count;
    for (const place of head.places) {
      if (left === 0) break;
      places.push(place);
      if (!isStale(place.id)) left -= 1;
    }
    // What is less urgent than the last of so many comes behind it: of those nobody asks how much they unblock, which takes long to find out.
    const lowest = left === 0 ? places[places.length - 1]?.priority : undefined;
    const own: Place[] = [];
    // Behind so many of them nobody looks either. New ones come in the order of their age, so that most are left out by one comparison.
    let last: Place | undefined;
    for (const issue of moved) {
      if (lowest !== undefined && issue.priority > lowest) continue;
      const place = placeNow(issue);
      if (place === undefined || (last !== undefined && comparePlaces(last, place) < 0)) continue;
      own.push(place);
      if (own.length < 2 * count) continue;
      own.sort(comparePlaces);
      own.length = count;
      last = lastIn(own);
    }
    return firstPlaces({ places, length: head.length, total: head.total }, isStale, own, count);
  };
  return { head, total, first };
}

/**
 * The first places of an order whose head is known, and where those that may have moved stand now.
 * @param isStale whether what the head says of an issue may not be true any more; all others stand where they stood
 * @param moved those of them that are still, or newly, in the order
 */
export function firstPlaces(
  { places, length, total }: Pick<Head, "places" | "length" | "total">,
  isStale: (id: string) => boolean,
  moved: readonly Place[],
  count: number,
): Place[] {
  const found: Place[] = [];
  const sorted = sortedPlaces(moved);
  let next = 0;
  for (const place of places) {
    for (let own = sorted[next]; own !== undefined && comparePlaces(own, place) <= 0; own = sorted[++next])
      found.push(own);
    if (!isStale(place.id)) found.push(place);
    if (found.length >= count) break;
  }
  // Behind a head that is cut off stand others, and nobody knows where.
  return (length === total ? found.concat(sorted.slice(next, next + count)) : found).slice(0, count);
}

/** The places of one page; undefined when they cannot be told. */
export function placesOnPage(
  order: Order,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Place[] | undefined {
  const end = limit === 0 ? order.total : Math.min(order.total, offset + limit);
  if (end <= offset) return [];
  const first = order.first(end);
  return first.length === end ? first.slice(offset) : undefined;
}

/** Which issues come back, or went, between two moments; undefined when the span does not hold both. */
export function crossedBetween(
  { fromMs, untilMs, entries }: Deferrals,
  oneMs: number,
  otherMs: number,
): string[] | undefined {
  const earlyMs = Math.min(oneMs, otherMs);
  const lateMs = Math.max(oneMs, otherMs);
  if (earlyMs < fromMs || lateMs >= untilMs) return undefined;
  return entries.filter(({ untilMs: at }) => at > earlyMs && at <= lateMs).map(({ id }) => id);
}
