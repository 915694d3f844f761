import { withSeldomBranchesMarked } from "./branch-marks";
import { withCallsInlined } from "./inlined-calls";
import { withPlainReads } from "./plain-reads";
import { withSeldomBranchesApart } from "./seldom-branches";
import { withSeldomMembersApart } from "./seldom-members";
import { withListsMadeWhenUsed, withSeldomRunApart } from "./seldom-run";
import { withUniqueNames } from "./unique-names";
import { withUsualCallsApart } from "./usual-calls-apart";
import { withConstantsWritten } from "./written-constants";

/**
 * The body of a unit that does the same in fewer functions.
 * @param body of which each name stands for one thing
 * @param run what a usual call runs of it, as `withMarks` names it; undefined where that is not known
 */
export function withLessRun(body: string, run: ReadonlySet<string> | undefined): string {
  if (run === undefined) return body;
  const apart = withUsualCallsApart(withSeldomBranchesMarked(body, run), run);
  const branches = withUniqueNames(withSeldomBranchesApart(withUniqueNames(apart.body), apart.run));
  const members = withSeldomMembersApart(branches, apart.run, keptToThemselves);
  const often = withListsMadeWhenUsed(withSeldomRunApart(members, apart.run));
  return withPlainReads(withCallsInlined(withConstantsWritten(often)));
}

/** Of which no unit hands an object to another one: what is handed on are files, and what was read of them. */
const keptToThemselves = [
  ...["State", "LoggedChanges", "Judge", "Neighbours", "EditedLine", "WalState", "FastLock"],
  ...["Readiness", "ReadinessReach", "LogOutline", "UnreadLog", "UnreadSegment", "FrameWalk"],
];
