import type { IssueSource } from "../../model/issue-source";
import type { State } from "../../model/state";

/** The issues of a state and nothing that is worked out from them, as of a base without indexes. */
export function issuesAlone(issues: State): IssueSource {
  return {
    count: issues.count,
    has: (id) => issues.has(id),
    line: (id) => issues.line(id),
    version: (id) => issues.version(id),
    ids: () => issues.ids(),
    idsMentioning: (id) => issues.idsMentioning(id),
  };
}
