import type { IssueFacts } from "./issue-facts";
import { Neighbours } from "./neighbours";
import type { State } from "./state";

/** What became ready between two states because these issues were closed, by priority, then age. */
export function unblockedBy(
  before: State,
  after: State,
  closedIds: readonly string[],
  nowMs: number,
): IssueFacts[] {
  const neighbours = new Neighbours(after);
  const near: ClosedNeighbours = { parents: new Set(), dependents: [], withChildren: [] };
  for (const id of closedIds) {
    const parent = after.parentOf(id);
    if (parent !== undefined) near.parents.add(parent);
    for (const dependent of neighbours.dependentsOf(id)) near.dependents.push(dependent);
    if (neighbours.childrenOf(id).length > 0) near.withChildren.push(id);
  }
  if (near.parents.size === 0 && near.dependents.length === 0 && near.withChildren.length === 0) return [];
  // Most of what is closed has nobody who waits for it.
  const { freedAround } = require("./freed-around") as typeof import("./freed-around");
  return freedAround(near, before, after, neighbours, nowMs);
}

/** Where whoever waited for what was closed is found. */
export interface ClosedNeighbours {
  readonly parents: Set<string>;
  readonly dependents: string[];
  /** Of what was closed. */
  readonly withChildren: string[];
}
