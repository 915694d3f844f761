import { changeLine } from "../../model/change-line";
import { signNewLine } from "../../model/create-issue";
import { applyEdit, distanceOf, type ForeignEdit, findEdit } from "../../model/foreign-edit";
import { parseIssue } from "../../model/issue-json";
import { compareStamps, formatItems, type Item, type LineItems, readItems } from "../../model/line-items";
import { readStamps } from "../../model/line-stamps";
import { mergeLines } from "../../model/merge";
import type { ChangeIssue } from "../../model/operation";
import { standingItems, workItem } from "../../model/stamp";
import { type RememberedState, standsAlone, takeLine } from "../../model/take-line";
import { instantMs } from "../../model/time";

const afterAPast = "alone, after a past without stamps";

/** The functions of the product that the model runs on, so that one of them can be replaced by a worse one. */
export interface Rules {
  /** The line of a new issue as bz puts it down. */
  sign(line: string): string;
  change(line: string, change: ChangeIssue, nowMs: number): string;
  /** Undefined for a line that is known. */
  take: Take;
}

type Take = (
  line: string,
  current: string | undefined,
  remembered: readonly RememberedState[],
) => { readonly state: string; readonly result: string } | undefined;

export const productRules: Rules = {
  sign: signNewLine,
  change: (line, change) => changeLine(line, change),
  take: (line, current, remembered) => {
    const taken = takeLine(line, current, remembered);
    return taken.kind === "known" ? undefined : taken;
  },
};

export interface BrokenRule {
  readonly rules: Partial<Rules>;
  /** The setting that shows it. */
  readonly in: string;
  /** A history that goes wrong with it, and without it does not. */
  readonly seed: number;
}

/** Each takes one rule away. With any of them the model has to find a loss. */
export const brokenRules: Readonly<Record<string, BrokenRule>> = {
  "the newer line wins whole": { rules: { take: takeAndMerge(mergeByLineTime) }, in: "alone", seed: 0 },
  "work goes by its time alone": { rules: { take: takeAndMerge(mergeWorkByTime) }, in: "alone", seed: 6 },
  "a reopen does not count": { rules: { change: changeWithoutReopens }, in: "alone", seed: 17 },
  "stamps are what the clock says": { rules: { change: changeByClock }, in: "alone", seed: 4 },
  "removed items leave no stamp": {
    rules: { take: takeAndMerge(mergeWithoutAbsence) },
    in: "alone",
    seed: 15,
  },
  "an old line without stamps is an edit": { rules: { take: takeAsEdit }, in: afterAPast, seed: 1 },
  "an old line without stamps is merged as any": { rules: { take: takeAsPlain }, in: afterAPast, seed: 249 },
  "a state is compared with the present one only": {
    rules: { take: takeWithoutMemory },
    in: "tools drop, labels",
    seed: 1,
  },
  "stamps hold although the line was edited": {
    rules: { take: takeBelieving },
    in: "tools keep, labels",
    seed: 1,
  },
  "new lines are not signed": { rules: { sign: (line) => line }, in: "tools keep, labels", seed: 376 },
};

function takeAndMerge(merge: (one: string, other: string) => string): Take {
  return (line, current, remembered) => {
    const taken = productRules.take(line, current, remembered);
    return taken === undefined || current === undefined
      ? taken
      : { state: taken.state, result: merge(current, taken.state) };
  };
}

function afterState(current: string | undefined, state: string): { state: string; result: string } {
  return { state, result: current === undefined ? state : mergeLines(current, state) };
}

function mergeByLineTime(one: string, other: string): string {
  const [first, second] = [parseIssue(one), parseIssue(other)];
  const order = instantMs(first.updated_at) - instantMs(second.updated_at);
  return order > 0 || (order === 0 && one > other) ? one : other;
}

function mergeWorkByTime(one: string, other: string): string {
  const merged = readItems(mergeLines(one, other));
  const works = [one, other].map((line) => readItems(line).items.get(workItem));
  const [first, second] = works;
  if (first === undefined || second === undefined) return mergeLines(one, other);
  const order = (first.stamp[2] ?? 0) - (second.stamp[2] ?? 0) || compareStamps(first.stamp, second.stamp);
  return withItem(merged, workItem, order >= 0 ? first : second);
}

function changeWithoutReopens(line: string, change: ChangeIssue): string {
  return changeLine(
    line,
    change.work === undefined ? change : { ...change, work: { ...change.work, reopens: 0 } },
  );
}

function changeByClock(line: string, change: ChangeIssue, nowMs: number): string {
  return changeLine(line, { ...change, at: nowMs });
}

function mergeWithoutAbsence(one: string, other: string): string {
  const merged = readItems(mergeLines(one, other));
  const items = new Map(
    [...merged.items].filter(([name, { value }]) => value !== undefined || standingItems().has(name)),
  );
  return formatItems({ ...merged, items });
}

/** A line from before the stamps is a state like any other: all that it says was written at its time. */
function takeAsPlain(...[line, current, remembered]: Parameters<Take>): ReturnType<Take> {
  const taken = productRules.take(line, current, remembered);
  return taken !== undefined && taken.state === line && !standsAlone(line)
    ? afterState(current, line)
    : taken;
}

/** Any line without stamps is an edit of the nearest state, whatever its time. */
function takeAsEdit(...[line, current, remembered]: Parameters<Take>): ReturnType<Take> {
  const taken = productRules.take(line, current, remembered);
  if (
    taken === undefined ||
    standsAlone(line) ||
    remembered.length === 0 ||
    readStamps(line).checksum !== undefined
  )
    return taken;
  const items = readItems(line);
  let nearest: ForeignEdit | undefined;
  for (const state of remembered) {
    const edit = findEdit(items, readItems(state.line));
    if (edit.changes.size > 0 && (nearest === undefined || distanceOf(edit) < distanceOf(nearest)))
      nearest = edit;
  }
  return nearest === undefined ? taken : afterState(current, applyEdit(items, nearest, false).state);
}

function takeWithoutMemory(...[line, current]: Parameters<Take>): ReturnType<Take> {
  return productRules.take(line, current, []);
}

function takeBelieving(...[line, current, remembered]: Parameters<Take>): ReturnType<Take> {
  const { checksum, isIntact } = readStamps(line);
  if (checksum === undefined || isIntact) return productRules.take(line, current, remembered);
  return afterState(current, formatItems(readItems(line)));
}

function withItem(line: LineItems, name: string, item: Item): string {
  return formatItems({ ...line, items: new Map(line.items).set(name, item) });
}
