import { parentChild } from "./dependency";
import type { Issue } from "./issue";
import type { State } from "./state";

/** An issue that refers to one that is not here. */
export interface Orphan {
  readonly issue: Issue;
  /** `hierarchy`: what it is a part of; `dependency`: what it waits for or is linked to. */
  readonly kind: "hierarchy" | "dependency";
  readonly missingId: string;
  /** The type of the edge; undefined where the id alone says what it is a part of. */
  readonly edgeType?: string;
  /** It was here, and somebody deleted it. */
  readonly isDeleted: boolean;
}

/** What an issue refers to in vain. Ids in another project (`external:...`) are nobody's business here. */
export function orphanReferences(state: State, issue: Issue): Orphan[] {
  const found: Orphan[] = [];
  for (const { depends_on_id: missingId, type: edgeType } of issue.dependencies) {
    const isDeleted = state.issue(missingId)?.status === "tombstone";
    if ((state.has(missingId) && !isDeleted) || missingId.startsWith("external:")) continue;
    const kind = edgeType === parentChild ? "hierarchy" : "dependency";
    found.push({ issue, kind, missingId, edgeType, isDeleted });
  }
  const above = issue.id.slice(0, Math.max(0, issue.id.lastIndexOf(".")));
  // A child that was moved elsewhere keeps its id, so only one that has no parent at all is missing it.
  if (issue.parent === undefined && above.includes("-") && !state.has(above))
    found.push({ issue, kind: "hierarchy", missingId: above, isDeleted: false });
  return found;
}
