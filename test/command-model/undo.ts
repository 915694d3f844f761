import type { Deed } from "./actions";
import { type PlainIssue, Rules, type Transaction } from "./model";
import { type Draft, Refusal, Undetermined } from "./rules";

/**
 * Takes back the last standing changes of whoever acts, as far as nobody else has touched the same issues since. What came of undos, and what
 * they took back, is nobody's.
 * @throws Undetermined where somebody has
 */
export function undo(draft: Draft, deed: Deed & { readonly do: "undo" }): void {
  const { log } = draft.model;
  // Of what was purged no change can be told from another any more.
  if ([...draft.tracker.issues.values()].some(({ isPurged }) => isPurged)) throw new Undetermined();
  const { targets, settled } = chosen(draft, deed);
  const sequences = new Set(targets.map(({ sequence }) => sequence));
  const isPassedOver = ({ sequence }: Transaction): boolean =>
    deed.butFirst === undefined && settled.has(sequence);
  const isTouched = ({ ids, keys, sequence }: Transaction): boolean =>
    targets.some(
      (target) =>
        sequence > target.sequence &&
        (ids.some((id) => target.ids.includes(id)) || keys.some((key) => target.keys.includes(key))),
    );
  if (log.some((each) => !sequences.has(each.sequence) && !isPassedOver(each) && isTouched(each)))
    throw new Undetermined();
  draft.undoes = targets.map(({ sequence }) => sequence);
  restore(draft, targets);
}

/** Oldest first. */
function chosen(
  draft: Draft,
  { count = 1, butFirst }: Deed & { readonly do: "undo" },
): { targets: readonly Transaction[]; settled: ReadonlySet<number> } {
  const { actor, session } = draft.step.by;
  const mine = draft.model.log.filter((each) => each.actor === actor);
  const settled = new Set<number>();
  const takenBack = new Set<number>();
  const standing = mine.toReversed().filter(({ sequence, undoes }) => {
    if (takenBack.has(sequence)) return false;
    if (undoes !== undefined) settled.add(sequence);
    for (const each of undoes ?? []) takenBack.add(each);
    return true;
  });
  for (const sequence of takenBack) settled.add(sequence);
  const isOurs = (each: Transaction): boolean => session === undefined || each.session === session;
  if (butFirst === undefined) {
    const deeds = standing.toReversed().filter((each) => each.undoes === undefined && isOurs(each));
    if (deeds.length < count) throw beyond(draft);
    return { targets: deeds.slice(-count), settled };
  }
  const isNews = standing.some(
    (each) =>
      each.sequence > butFirst && isOurs(each) && (each.undoes?.some((target) => target <= butFirst) ?? true),
  );
  if (butFirst < draft.model.base) throw new Undetermined();
  if (!isNews) throw new Refusal("NOTHING_TO_UNDO");
  return { targets: mine.filter((each) => each.sequence > butFirst && isOurs(each)), settled };
}

/** What was done before the log begins can be undone as well, but the model does not know it. */
function beyond({ model }: Draft): Error {
  return model.base > 0 ? new Undetermined() : new Refusal("NOTHING_TO_UNDO");
}

function restore({ tracker, model }: Draft, targets: readonly Transaction[]): void {
  const removed: string[] = [];
  const brought: PlainIssue[] = [];
  const done = new Set<string>();
  for (const { ids, keys, before } of targets) {
    for (const id of ids) {
      if (done.has(id)) continue;
      done.add(id);
      const earlier = before.issues.get(id);
      const present = tracker.issues.get(id);
      if (present === undefined) continue;
      if (earlier !== undefined) {
        brought.push(present);
        tracker.issues.set(id, { ...structuredClone(earlier), version: present.version });
      } else if (present.status !== "tombstone") {
        removed.push(id);
        Object.assign(present, { statusBefore: present.status, status: "tombstone" });
      }
    }
    for (const key of keys) {
      if (done.has(`memory ${key}`)) continue;
      done.add(`memory ${key}`);
      const text = before.memories.get(key);
      if (text === undefined) tracker.memories.delete(key);
      else tracker.memories.set(key, text);
    }
  }
  const rules = new Rules(tracker, model.nowMs);
  if (removed.some((id) => rules.holders(id).length > 0)) throw new Refusal("UNDO_CONFLICT");
  for (const present of brought) refuseCycles(rules, present);
}
/** Edges that come back may close a circle with those that were made since. */
function refuseCycles(rules: Rules, present: PlainIssue): void {
  const issue = rules.tracker.issues.get(present.id);
  if (issue === undefined) return;
  const edges = issue.edges.filter((edge) => !present.edges.some((each) => Bun.deepEquals(each, edge)));
  if (issue.parent !== undefined && issue.parent !== present.parent)
    edges.push({ on: issue.parent, type: "parent-child" });
  if (edges.some((edge) => rules.isCyclic(issue.id, edge))) throw new Refusal("UNDO_CONFLICT");
}
