import { type PlainIssue, Rules, type Transaction } from "./model";
import { type Draft, Refusal, Undetermined } from "./rules";

/**
 * Takes back the last standing change of whoever acts, as far as nobody else has touched the same issues since. What came of undos, and what
 * they took back, is nobody's.
 * @throws Undetermined where somebody has
 */
export function undo(draft: Draft): void {
  const { log } = draft.model;
  const { actor, session } = draft.step.by;
  // Of what was purged no change can be told from another any more.
  if ([...draft.tracker.issues.values()].some(({ isPurged }) => isPurged)) throw new Undetermined();
  const mine = log.filter((each) => each.actor === actor);
  const settled = new Set<number>();
  for (const { sequence, undoes } of mine) {
    if (undoes === undefined) continue;
    settled.add(sequence).add(undoes);
  }
  const target = mine.findLast(
    (each) => !settled.has(each.sequence) && (session === undefined || each.session === session),
  );
  if (target === undefined) throw new Refusal("NOTHING_TO_UNDO");
  const isTouched = ({ ids, keys, sequence }: Transaction): boolean =>
    sequence > target.sequence &&
    !settled.has(sequence) &&
    (ids.some((id) => target.ids.includes(id)) || keys.some((key) => target.keys.includes(key)));
  if (log.some(isTouched)) throw new Undetermined();
  draft.undoes = target.sequence;
  restore(draft, target);
}

function restore({ tracker, model }: Draft, { ids, keys, before }: Transaction): void {
  const removed: string[] = [];
  const brought: PlainIssue[] = [];
  for (const id of ids) {
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
    const text = before.memories.get(key);
    if (text === undefined) tracker.memories.delete(key);
    else tracker.memories.set(key, text);
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
