import type { NewIssues, Operation } from "../model/operation";
import { isOperation } from "../model/operation-shape";
import type { OperationList } from "./transaction";
import { unreadableForm } from "./unreadable-change";

export { withNewIssues } from "../model/new-issues";

/** What is taken in, then the new issues, then what else happens. */
export function aroundCreations(
  taken: readonly Operation[],
  creations: NewIssues,
  operations: readonly Operation[],
): OperationList {
  return {
    length: taken.length + creations.length + operations.length,
    roughLength: creations.roughLength,
    *[Symbol.iterator]() {
      yield* taken;
      for (const creation of creations) {
        if (!isOperation(creation)) throw unreadableForm(creation);
        yield creation;
      }
      yield* operations;
    },
  };
}
