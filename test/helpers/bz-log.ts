import { type IssueEvent, issueEvents } from "../../commands/issue-events";
import { openStore } from "../../storage/store";
import type { Tracker } from "./bz";

/** Everything that was ever done in a tracker, oldest first, from its log. */
export async function readLog(tracker: Tracker): Promise<IssueEvent[]> {
  return issueEvents(await openStore({ cwd: tracker.directory, env: tracker.env }).history());
}
