import { type FirstIssues, firstOfPage } from "../../storage/fast/heads";
import { stateBehindLog } from "../../storage/fast/state-behind-log";
import type { FastFiles } from "../../storage/fast/store";
import { usualReady } from "../usual-ready";

/** The first issues of `ready`, as the snapshot knows them, with what the log says worked in. */
export function firstBehindLog(files: FastFiles, limit: number, nowMs: number): FirstIssues {
  return firstOfPage(usualReady(stateBehindLog(files), { limit, offset: 0, nowMs }));
}
