import { withCallsInlined } from "./inlined-calls";
import { withPlainReads } from "./plain-reads";
import { withListsMadeWhenUsed, withSeldomRunApart } from "./seldom-run";
import { withUniqueNames } from "./unique-names";
import { withUsualCallsApart } from "./usual-calls-apart";
import { withConstantsWritten } from "./written-constants";

/**
 * The body of a unit that does the same in fewer functions.
 * @param body of which each name stands for one thing
 * @param run what a usual call runs of it, as `withMarks` names it; undefined where that is not known
 * @param waiting the same of one that has to wait
 */
export function withLessRun(
  body: string,
  run: ReadonlySet<string> | undefined,
  waiting?: ReadonlySet<string>,
): string {
  if (run === undefined) return body;
  const apart = withUsualCallsApart(body, run);
  const often = withListsMadeWhenUsed(withSeldomRunApart(withUniqueNames(apart.body), apart.run, waiting));
  return withPlainReads(withCallsInlined(withConstantsWritten(often)));
}
