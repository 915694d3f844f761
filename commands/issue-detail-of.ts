import { childrenOf, dependentsOf } from "../model/graph";
import { mappedIn } from "../model/list";
import type { IssueDetail } from "../output/issue-detail";
import type { View } from "../storage/store";
import { currentIssue } from "./current-issue";

/**
 * What `show` says of one issue.
 * @throws BzError NOT_FOUND
 */
export function detailOf({ state }: Pick<View, "state">, id: string, withChildren: boolean): IssueDetail {
  const issue = currentIssue(state, id);
  return {
    issue,
    line: () => state.line(id) ?? "",
    version: state.version(id),
    dependsOn: mappedIn(issue.dependencies, (edge) => ({
      id: edge.depends_on_id,
      type: edge.type,
      issue: state.issue(edge.depends_on_id),
    })),
    dependents: mappedIn(dependentsOf(state, id), ({ issue: other, dependency }) => ({
      id: other.id,
      type: dependency.type,
      issue: other,
    })),
    children: withChildren ? childrenOf(state, id) : undefined,
  };
}
