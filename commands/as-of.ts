import { parseDate } from "../model/date-input";
import { BzError } from "../model/errors";
import { formatTime, instantMs } from "../model/time";
import type { Result } from "../output/result";
import type { PastState, ReplayPast } from "../storage/store";
import type { Context, TimedView } from "./context";

/** A moment of the record: the last change that is shown, and when it was made, or the time that was asked for. */
export interface PastMoment {
  readonly sequence: number;
  readonly timeMs: number;
}

/**
 * Answers from the state as it was then, by the log: what others wrote into the face since is not in it. `text` is the sequence of a change, or a time; a day means its beginning.
 * @throws BzError INVALID for a moment that the record does not reach, CORRUPT for a damaged record
 */
export function readAsOf(
  context: Context,
  text: string,
  answer: (view: TimedView, moment: PastMoment) => Result,
): Promise<Result> {
  return context.readWithPast((view, replay) => {
    const moment = momentOf(text, view, changesIn(replay));
    let state: TimedView["state"] | undefined;
    const atEnd = (past: PastState): void => {
      state = past.copy();
    };
    replay({ upTo: moment.sequence, atEnd }, () => {});
    if (state === undefined)
      throw outOfReach(text, "the record does not hold what the issues were before some later change", {
        hint: "`bz doctor` says what is missing; a later moment may be known",
      });
    return answer({ ...view, state, sequence: moment.sequence, nowMs: moment.timeMs }, moment);
  });
}

export function momentRow({ sequence, timeMs }: PastMoment) {
  return { sequence, time: formatTime(timeMs) };
}

export function momentNote({ sequence, timeMs }: PastMoment): string {
  return `as of ${formatTime(timeMs)}, change ${sequence}`;
}

function changesIn(replay: ReplayPast): PastMoment[] {
  const changes: PastMoment[] = [];
  replay({}, ({ sequence, timeMs }) => {
    changes.push({ sequence, timeMs });
  });
  return changes;
}

function momentOf(text: string, view: TimedView, changes: readonly PastMoment[]): PastMoment {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined)
    throw outOfReach(text, "nothing has been recorded here yet", {
      hint: "the record begins with the first change",
    });
  return /^\d+$/.test(text.trim())
    ? momentOfChange(text, Number(text), changes, first, last)
    : momentOfTime(text, view, changes, first);
}

function momentOfChange(
  text: string,
  sequence: number,
  changes: readonly PastMoment[],
  first: PastMoment,
  last: PastMoment,
): PastMoment {
  if (sequence > last.sequence)
    throw outOfReach(text, `the last change is ${last.sequence}`, {
      hint: "`bz audit list` shows the changes",
    });
  if (sequence < first.sequence - 1)
    throw outOfReach(text, `the record of this store begins with change ${first.sequence}`, {
      hint: `${first.sequence - 1} shows what was there before it`,
    });
  // What was there before the first change has no time of its own.
  const { timeMs } = changes.findLast((change) => change.sequence <= sequence) ?? first;
  return { sequence, timeMs };
}

/** Clocks differ, so of all changes that say they were made by then, the last one counts. */
function momentOfTime(
  text: string,
  { nowMs }: TimedView,
  changes: readonly PastMoment[],
  first: PastMoment,
): PastMoment {
  const timeMs = instantMs(parseDate(text, nowMs));
  if (timeMs > nowMs)
    throw outOfReach(text, "that is in the future", {
      hint: "`bz list --deferred` shows what comes back later",
    });
  const change = changes.findLast((each) => each.timeMs <= timeMs);
  if (change !== undefined) return { sequence: change.sequence, timeMs };
  throw outOfReach(text, `the record of this store begins at ${formatTime(first.timeMs)}`, {
    hint: `${first.sequence - 1} instead of a time shows what was there before its first change`,
  });
}

function outOfReach(text: string, reason: string, { hint }: { hint: string }): BzError {
  return new BzError("INVALID", `there is no state as of ${text}: ${reason}`, {
    hint,
    context: { as_of: text },
  });
}
