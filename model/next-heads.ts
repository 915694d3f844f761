import { compareBytes } from "./compare";
import {
  comparePlaces,
  type Deferral,
  type Deferrals,
  type Head,
  type Heads,
  type Moves,
  movesOf,
  type Order,
  type Place,
  placeOf,
  type Shown,
  type Standing,
} from "./heads";
import { type IssueFacts, timeMsOf } from "./issue-facts";
import { filterIn } from "./list";
import { liveOrder } from "./live-order";
import { Readiness } from "./readiness";
import { mostJudged, readyOrder } from "./ready-order";
import { shownInBase, shownOf } from "./shown-facts";
import type { State } from "./state";
import { isLive } from "./status";
import { isReadyAlone } from "./verdict";
import { findWaitCycles } from "./wait-cycles";

/** How much a snapshot keeps. */
export interface HeadSizes {
  /** Of each order. */
  readonly places: number;
  /** Of those that come back at a moment to come, and of those that came back: clocks differ. */
  readonly comingBack: number;
  readonly cameBack: number;
  /** Of each order, as far as it says what a list shows. */
  readonly shown: number;
}

interface HeadOptions {
  readonly sizes?: HeadSizes;
  readonly whole?: () => State;
  readonly knownPlace?: (id: string) => Place | undefined;
}

export const usualSizes: HeadSizes = { places: 1024, comingBack: 256, cameBack: 64, shown: 128 };
/** Of a small store, which is folded often: so many outlast a log, and each fold reads and writes all of them. */
export const sizesOfSmall: HeadSizes = { ...usualSizes, places: 256 };

/**
 * The heads of a state, worked out from those of its base and what was changed since, while enough of them is left.
 * @param whole the same state for whoever looks at all issues
 * @param knownPlace where some of the changed issues stand, if they unblock none, for whoever has that at hand
 */
export function nextHeads(
  state: State,
  nowMs: number,
  { sizes = usualSizes, whole = () => state, knownPlace = () => undefined }: HeadOptions = {},
): Heads {
  const known = state.headsOfBase();
  return (known && advanced(state, known, nowMs, { sizes, knownPlace })) ?? headsOf(whole(), nowMs, sizes);
}

/** The same by looking at all issues. */
export function headsOf(state: State, nowMs: number, sizes = usualSizes): Heads {
  const readiness = new Readiness(state, nowMs);
  readiness.readAll();
  const live = [...state.allFacts()].filter(({ status }) => isLive(status));
  const linked = live.filter((issue) => !standsAlone(issue));
  const ready = live.filter((issue) =>
    standsAlone(issue) ? isReadyAlone(issue, nowMs) : readiness.isReady(issue.id),
  );
  const urgentReady = mostUrgent(ready, sizes.places);
  const deferrals = live.map(deferralOf).filter((entry) => entry !== undefined);
  return {
    nowMs,
    live: headOf(
      state,
      live.length,
      mostUrgent(live, sizes.places).map((issue) => placeOf(issue)),
      sizes,
    ),
    ready: headOf(
      state,
      ready.length,
      urgentReady.map((issue) =>
        placeOf(issue, readiness.isEnd(issue.id) ? 0 : readiness.unblocks(issue.id)),
      ),
      sizes,
    ),
    hasWaitCycles:
      findWaitCycles(
        linked.map(({ id }) => id),
        (id) => readiness.waitsFor(id),
      ).length > 0,
    deferrals: deferralsAround(nowMs, { fromMs: -Infinity, untilMs: Infinity, entries: deferrals }, sizes),
  };
}

/** Whether it waits for nobody, whoever waits for it. Most of many do, and are judged by what they say themselves. */
function standsAlone({ dependencies, parent, issue_type: type }: IssueFacts): boolean {
  return dependencies.length === 0 && parent === undefined && type !== "epic";
}

/** Undefined when so many of the first issues are gone that those behind them are needed, or so many were changed that it takes no longer to look at all. */
function advanced(
  state: State,
  known: Heads,
  nowMs: number,
  { sizes, knownPlace }: Required<Omit<HeadOptions, "whole">>,
): Heads | undefined {
  if ([...state.changedIds()].length > mostJudged) return undefined;
  const moves = withKeptPlaces(movesOf(state), knownPlace);
  const shownNow = keptShown(state);
  // What they were before, and their neighbours.
  state.expectFacts(moves.touched.length);
  const live = advancedHead(state, liveOrder(state, known, moves), sizes, shownNow);
  const order = live && readyOrder(state, known, nowMs, { moves });
  const ready = order && advancedHead(state, order, sizes, shownNow);
  if (live === undefined || ready === undefined) return undefined;
  const { fromMs, untilMs, entries } = known.deferrals;
  // What keeps its place comes back when it did, and a plain one never went.
  const moved = new Set(moves.touched.map(({ id }) => id));
  const comingBack = filterIn(entries, ({ id }) => !moved.has(id));
  const enter = (issue: IssueFacts | undefined): void => {
    if (issue?.defer_until === undefined || !isLive(issue.status)) return;
    const entry = deferralOf(issue);
    if (entry !== undefined && entry.untilMs >= fromMs && entry.untilMs < untilMs) comingBack.push(entry);
  };
  for (const issue of moves.added) enter(issue);
  for (const { id } of moves.touched) enter(state.facts(id));
  const span = { fromMs, untilMs, entries: comingBack };
  return { nowMs, live, ready, hasWaitCycles: false, deferrals: deferralsAround(nowMs, span, sizes) };
}

/** Most issues of one order are in the other, too. */
function keptShown(state: State): (id: string) => Shown | undefined {
  const shown = new Map<string, Shown | undefined>();
  return (id) => {
    if (!shown.has(id)) shown.set(id, shownOf(state, id));
    return shown.get(id);
  };
}

/** The same of places. */
function withKeptPlaces(moves: Moves, knownPlace: Required<HeadOptions>["knownPlace"]): Moves {
  const places = new Map<string, Place>();
  const place = (issue: Standing): Place | undefined => {
    const kept = places.get(issue.id);
    if (kept !== undefined) return kept;
    const found = knownPlace(issue.id) ?? moves.place(issue);
    if (found !== undefined) places.set(issue.id, found);
    return found;
  };
  return { ...moves, place };
}

function advancedHead(
  state: State,
  order: Order,
  sizes: HeadSizes,
  shownNow: (id: string) => Shown | undefined,
): Head | undefined {
  const { head, total } = order;
  const places = order.first(sizes.places);
  const isEnough = places.length >= Math.min(total, sizes.places / 2);
  if (!isEnough) return undefined;
  const known = shownInBase(state, head);
  const shown: (Shown | undefined)[] = [];
  for (const { id } of places.slice(0, sizes.shown)) shown.push(known(id) ?? shownNow(id));
  return { total, length: places.length, places, shown };
}

function headOf(state: State, total: number, places: Place[], sizes: HeadSizes): Head {
  const first = places.sort(comparePlaces).slice(0, sizes.places);
  const shown = first.slice(0, sizes.shown).map(({ id }) => shownOf(state, id));
  return { total, length: first.length, places: first, shown };
}

/** At least the first `limit`, whatever decides between those of one priority. */
function mostUrgent(issues: readonly IssueFacts[], limit: number): readonly IssueFacts[] {
  if (issues.length <= limit) return issues;
  const counts = new Map<number, number>();
  for (const { priority } of issues) counts.set(priority, (counts.get(priority) ?? 0) + 1);
  let found = 0;
  let last = 0;
  for (const priority of [...counts.keys()].sort((left, right) => left - right)) {
    last = priority;
    found += counts.get(priority) ?? 0;
    if (found >= limit) break;
  }
  return issues.filter(({ priority }) => priority <= last);
}

function deferralOf(issue: IssueFacts): Deferral | undefined {
  const untilMs = timeMsOf(issue, "defer_until");
  return untilMs === undefined ? undefined : { id: issue.id, untilMs };
}

/** A part of a span around a moment that has not too many entries; of those at one moment there are all or none. */
function deferralsAround(
  nowMs: number,
  { fromMs, untilMs, entries }: Deferrals,
  { comingBack, cameBack }: HeadSizes,
): Deferrals {
  const sorted = entries.toSorted(
    (left, right) => left.untilMs - right.untilMs || compareBytes(left.id, right.id),
  );
  const past = sorted.filter((entry) => entry.untilMs <= nowMs);
  const tooLate = sorted[past.length + comingBack];
  const tooEarly = past.at(-1 - cameBack);
  const span = {
    fromMs: tooEarly === undefined ? fromMs : tooEarly.untilMs + 1,
    untilMs: tooLate?.untilMs ?? untilMs,
  };
  return {
    ...span,
    entries: sorted.filter((entry) => entry.untilMs >= span.fromMs && entry.untilMs < span.untilMs),
  };
}
