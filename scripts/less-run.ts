import { withSeldomBranchesMarked } from "./branch-marks";
import { withCallsInlined } from "./inlined-calls";
import { withPlainReads } from "./plain-reads";
import { withSeldomBranchesApart } from "./seldom-branches";
import { withSeldomMembersApart } from "./seldom-members";
import { withListsMadeWhenUsed, withSeldomRunApart } from "./seldom-run";
import { withFieldsSet } from "./set-fields";
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
  waiting: ReadonlySet<string> = new Set(),
): string {
  if (run === undefined) return body;
  const apart = withUsualCallsApart(withSeldomBranchesMarked(body, new Set([...run, ...waiting])), run);
  const known = new Set([...apart.run, ...waiting]);
  const branches = withUniqueNames(withSeldomBranchesApart(withUniqueNames(apart.body), known));
  const members = withSeldomMembersApart(branches, known, keptToThemselves);
  const often = withListsMadeWhenUsed(withSeldomRunApart(members, apart.run, waiting));
  return withFieldsSet(withPlainReads(withCallsInlined(withConstantsWritten(often))));
}

/** Of which no unit hands an object to another one: what is handed on are files, and what was read of them. */
const keptToThemselves = [
  ...["State", "LoggedChanges", "Judge", "Neighbours", "EditedLine", "WalState", "FastLock"],
  ...["Readiness", "ReadinessReach", "LogOutline", "UnreadLog", "UnreadSegment", "FrameWalk"],
];
