import type { FirstIssue, FirstIssues } from "../../storage/fast/heads";
import { stateBehindLog } from "../../storage/fast/state-behind-log";
import type { FastFiles } from "../../storage/fast/store";
import { giveUp } from "../../storage/fast/unusual";
import { usualList } from "../usual-page";
import { usualReady } from "../usual-ready";
import type { UsualList } from "./list";

/** The first issues of an order that the snapshot knows, with what the log says worked in. Gives up where all issues have to be looked at. */
export function firstBehindLog(files: FastFiles, list: UsualList, limit: number, nowMs: number): FirstIssues {
  const state = stateBehindLog(files);
  const query = { limit, offset: 0, nowMs };
  const { places, issues, total } =
    (list === "list" ? usualList(state, query) : usualReady(state, query)) ?? giveUp();
  const first: FirstIssue[] = [];
  for (let at = 0; at < issues.length; at += 1) {
    const issue = issues[at];
    // All of a usual page are there.
    if (issue === undefined || issue.id !== places[at]?.id) giveUp();
    first.push({ ...issue, unblocks: places[at]?.unblocks ?? 0 });
  }
  return { total, issues: first };
}
