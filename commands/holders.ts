import { blockingTypes, parentChild } from "../model/dependency";
import { dependentsOf } from "../model/graph";
import type { State } from "../model/state";

/** An issue that waits for another one, or is part of it. */
export interface Holder {
  readonly id: string;
  readonly depends_on_id: string;
  readonly type: string;
}

/** What waits for an issue or is part of it; mere links do not suffer from its deletion, nor gain by its return. */
export function holdersOf(state: State, id: string): Holder[] {
  return dependentsOf(state, id)
    .filter(({ dependency }) => blockingTypes.has(dependency.type) || dependency.type === parentChild)
    .map(({ issue, dependency }) => ({ id: issue.id, depends_on_id: id, type: dependency.type }));
}
