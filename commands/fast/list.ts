import { isDigits } from "../../model/digits";
import { plainLine } from "../../output/issue-list";
import { plainStyle } from "../../output/style";
import {
  type FirstIssue,
  type FirstIssues,
  firstLive,
  firstReady,
  openHeads,
} from "../../storage/fast/heads";
import { type FastFiles, openFastFiles } from "../../storage/fast/store";
import { noIssues, noneReady, pageAround } from "../page-around";
import { unblocksPhrase } from "../unblocks-column";
import { mostPlaces } from "../usual-page";
import { answerCall } from "./answer";
import type { FastAnswer, FastCall, FastWorld } from "./call";

type UsualList = "list" | "ready";

/** The first issues of one of the two, where the log has changed something. */
export interface BehindLog {
  firstBehindLog(files: FastFiles, limit: number, nowMs: number): FirstIssues;
}

/** `bz list` and `bz ready`, and either with `-n N` or `--limit N`. */
export function answer(
  words: readonly string[],
  behindLog: () => BehindLog,
  world?: FastWorld,
): FastAnswer | undefined {
  const [list, flag, limit = "50"] = words;
  const isPlain = words.length === 1 || (words.length === 3 && (flag === "-n" || flag === "--limit"));
  if (!isPlain || !isDigits(limit, 3) || (list !== "list" && list !== "ready")) return undefined;
  return answerCall((given) => firstOf(list, Number(limit), behindLog, given), world);
}

function firstOf(
  list: UsualList,
  limit: number,
  behindLog: () => BehindLog,
  world: FastWorld,
): FastCall | undefined {
  // 0 is all of them; of so many, others are read in another way.
  if (limit === 0 || limit > mostPlaces) return undefined;
  const files = openFastFiles(world.currentDirectory(), world.env, "read");
  const nowMs = world.nowMs();
  const first = firstInSnapshot(files, list, limit, nowMs) ?? behindLog().firstBehindLog(files, limit, nowMs);
  const { issues, total } = first;
  const [note] = pageAround(issues.length, total, { offset: 0 }, whenEmpty[list]).notes;
  return { output: linesOf(issues, nowMs), talk: note === undefined ? undefined : () => `${note}\n` };
}

/** Undefined where a log stands behind it, or it does not say enough. */
function firstInSnapshot(
  { snapshot, log }: FastFiles,
  list: UsualList,
  limit: number,
  nowMs: number,
): FirstIssues | undefined {
  if (log.length > 0) return undefined;
  const heads = openHeads(snapshot.top);
  return list === "list" ? firstLive(heads, limit) : firstReady(heads, limit, nowMs);
}

function linesOf(issues: readonly FirstIssue[], nowMs: number): string {
  let lines = "";
  for (const issue of issues) {
    const line = plainLine(issue, nowMs, plainStyle);
    lines += issue.unblocks === 0 ? `${line}\n` : `${line}  ${unblocksPhrase(issue.unblocks)}\n`;
  }
  return lines;
}

const whenEmpty = { list: noIssues, ready: noneReady };
