import type { Model, PlainIssue, Transaction } from "./model";

/** What a clone had when it was last in step with the other one, and what was done there since. */
export interface Side {
  readonly base: PlainIssue | undefined;
  readonly model: Model;
}

type Groups = ReadonlyMap<string, unknown>;

/**
 * What is wrong with a merged issue, by what each side did to it since they were in step: what only one side touched is as that side has it, and what
 * both did is as one of them has it. Empty when nothing is.
 */
export function wrongInMerged(
  id: string,
  merged: PlainIssue,
  base: PlainIssue | undefined,
  sides: readonly [Model, Model],
): string[] {
  const [left, right] = sides.map((model) => touchedIn(model, id)) as [Touched, Touched];
  const [one, other] = sides.map(({ tracker }) => groupsOf(tracker.issues.get(id))) as [Groups, Groups];
  const now = groupsOf(merged);
  const before = groupsOf(base);
  // A purge wins over everything, and nothing but the id is left.
  if (sides.some(({ tracker }) => tracker.issues.get(id)?.isPurged))
    return merged.isPurged ? [] : ["is not purged"];
  const names = new Set([...before.keys(), ...one.keys(), ...other.keys(), ...now.keys()]);
  return [...names].flatMap((name) => {
    const value = now.get(name);
    const options = optionsFor(name, { before, one, other, left, right });
    if (options.some((option) => Bun.deepEquals(option, value))) return [];
    return [
      `${name} is ${JSON.stringify(value)}, not ${options.map((each) => JSON.stringify(each)).join(" or ")}`,
    ];
  });
}

/** The names of what was touched; undefined: all of it may be. */
interface Touched {
  has(name: string): boolean;
  readonly statuses: readonly string[];
}

interface Sides {
  readonly before: Groups;
  readonly one: Groups;
  readonly other: Groups;
  readonly left: Touched;
  readonly right: Touched;
}

function optionsFor(name: string, { before, one, other, left, right }: Sides): unknown[] {
  const [isLeft, isRight] = [left.has(name), right.has(name)];
  if (!isLeft && !isRight) return [before.get(name)];
  if (!isRight) return [one.get(name)];
  if (!isLeft) return [other.get(name)];
  const options = [one.get(name), other.get(name)];
  // Comments are told apart by what the model does not know: two that say the same may be one or two.
  if (name.startsWith("comment")) return [...Array(10).keys(), undefined];
  if (name !== "work") return options;
  return closedUnseen(options, [right, left]) ?? options;
}

/** A close, or a deletion, stands against those who had not seen it. */
function closedUnseen(
  options: readonly unknown[],
  others: readonly [Touched, Touched],
): unknown[] | undefined {
  const final = ["closed", "tombstone"];
  for (const [at, option] of options.entries()) {
    const [status = ""] = option as readonly string[];
    const isUnseen = !others[at]?.statuses.some((each) => final.includes(each));
    if (final.includes(status) && isUnseen) return [option];
  }
  return undefined;
}

function touchedIn({ log }: Model, id: string): Touched {
  const names = new Set<string>();
  const statuses: string[] = [];
  let isAll = false;
  for (const { ids, before, after } of log as readonly Transaction[]) {
    if (!ids.includes(id)) continue;
    const [was, is] = [before, after].map(({ issues }) => issues.get(id)) as [PlainIssue?, PlainIssue?];
    const [earlier, later] = [groupsOf(was), groupsOf(is)];
    if (was !== undefined) statuses.push(was.status);
    if (is !== undefined) statuses.push(is.status);
    const changed = [...new Set([...earlier.keys(), ...later.keys()])].filter(
      (name) => !Bun.deepEquals(earlier.get(name), later.get(name)),
    );
    for (const name of changed) names.add(name);
    // Something was changed and changed back within one transaction, or is new.
    if (changed.length === 0 || was === undefined) isAll = true;
  }
  return { has: (name) => isAll || names.has(name), statuses };
}

/** All that is merged as one, by name. */
function groupsOf(issue: PlainIssue | undefined): Groups {
  if (issue === undefined) return new Map();
  const { title, priority, type, notes, status, until, reason, statusBefore, assignee, session } = issue;
  const groups = new Map<string, unknown>([
    ["title", title],
    ["priority", priority],
    ["type", type],
    ["notes", notes],
    ["work", [status, until, reason, statusBefore]],
    ["claim", [assignee, session, issue.isStarted]],
    ["parent", issue.parent],
  ]);
  for (const label of issue.labels) groups.set(`label ${label}`, true);
  for (const { on, type } of issue.edges) groups.set(`edge ${type} ${on}`, true);
  for (const { author, text } of issue.comments) {
    const name = `comment ${author} ${text}`;
    groups.set(name, Number(groups.get(name) ?? 0) + 1);
  }
  return groups;
}
