import type { Creation, Deed } from "./actions";
import { Rules } from "./model";
import { anyCode, type Draft, Refusal, Undetermined } from "./rules";

/** Each line on what those before it left, and done as a whole or not at all. */
export function batch(draft: Draft, deed: Deed & { readonly do: "batch" }): void {
  const failed: string[] = [];
  for (const line of deed.lines) {
    const before = structuredClone(draft.tracker);
    const code = refusalOf(draft, line);
    if (code !== undefined) {
      if (deed.isAtomic) throw new Refusal(code);
      failed.push(code);
      draft.tracker = before;
      continue;
    }
    for (const [id, issue] of draft.tracker.issues)
      if (!Bun.deepEquals(before.issues.get(id), issue)) draft.touched.add(id);
  }
  draft.failed.push(...failed);
}

/** The code that a line is refused with. Which of several is said first is not the model's business. */
function refusalOf(draft: Draft, line: Deed): string | undefined {
  try {
    draft.perform(line);
    const codes = new Set(draft.failed.splice(0));
    return codes.size > 1 ? anyCode : codes.values().next().value;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** All or none, and refused for what `create` would refuse. Which of several mistakes is said first is not the model's business. */
export function createAll(draft: Draft, drafts: readonly Creation[]): void {
  const ids = drafts.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new Undetermined();
  // A plan may name what stands further down in it; that is told elsewhere.
  for (const [at, { edge, parent }] of drafts.entries()) {
    const later = ids.slice(at);
    if ([edge?.on, parent].some((id) => id !== undefined && later.includes(id))) throw new Undetermined();
  }
  try {
    for (const each of drafts) {
      if (each.edge !== undefined) draft.find(each.edge.on);
      draft.create(each);
    }
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(anyCode) : error;
  }
}

/** A line of another tool: a new issue, or one that is here already and stays as it is. */
export function bringIn(draft: Draft, line: Creation, status: string): void {
  if (draft.tracker.issues.has(line.id)) return;
  const { parent, edge, id } = line;
  // Import takes in what others made, circles too; what those then do is told in the tests of readiness.
  if (parent === id || edge?.on === id || (parent !== undefined && !draft.tracker.issues.has(parent)))
    throw new Undetermined();
  try {
    draft.create({ ...line, until: undefined });
  } catch (error) {
    throw error instanceof Refusal ? new Undetermined() : error;
  }
  draft.find(id).status = status;
}

/** What the backup holds is what it was; what came later stays. */
export function restore(draft: Draft): void {
  const { backup } = draft.model;
  if (backup === undefined) throw new Undetermined();
  const { tracker } = draft;
  for (const [id, earlier] of backup.issues) {
    const present = tracker.issues.get(id);
    if (present === undefined || present.isPurged) continue;
    tracker.issues.set(id, { ...structuredClone(earlier), version: present.version });
  }
  for (const [key, text] of backup.memories) tracker.memories.set(key, text);
  if (new Rules(tracker, draft.model.nowMs).hasCycle()) throw new Undetermined();
}
