import type { CriticalPath } from "../model/analysis";
import type { Insights, Recommendation } from "../model/insights";
import { formatBottlenecks } from "./bottleneck-list";
import { formatCriticalPath } from "./critical-path";
import { escapeText } from "./escape";
import { formatIssueList } from "./issue-list";
import type { Screen, Style } from "./style";

/** What to do first, and then why: a part without anything in it is left out. */
export function formatInsights(
  insights: Insights,
  path: CriticalPath,
  nowMs: number,
  screen: Screen,
): string {
  const { style } = screen;
  if (insights.health.live === 0) return "";
  const parts: [string, string][] = [
    ["Health", healthText(insights)],
    ["What to do", insights.recommendations.map((one) => sentence(one, style)).join("")],
    ["Ready", formatIssueList(insights.ready, nowMs, screen)],
    ["Bottlenecks", formatBottlenecks(insights.bottlenecks, nowMs, screen)],
    ["Critical path", path.issues.length > 1 ? formatCriticalPath(path, nowMs, screen) : ""],
  ];
  return parts
    .filter(([, text]) => text !== "")
    .map(([heading, text]) => `${style.bold(heading)}\n${text}`)
    .join("\n");
}

const verbs = {
  break_cycle: "Break the cycle:",
  start: "Start",
  parallelize: "Side by side:",
  watch: "Watch",
  close_epics: "Close",
} as const satisfies Record<Recommendation["action"], string>;

function sentence({ action, ids, reason }: Recommendation, style: Style): string {
  const named = ids.map((id) => style.bold(escapeText(id))).join(", ");
  return `${verbs[action]} ${named}, which ${escapeText(reason)}\n`;
}

function healthText({ health }: Insights): string {
  const { live, classes, cycles, edges, density, phases, criticalPathLength } = health;
  const { ready, in_progress: begun, blocked, deferred, waiting } = classes;
  return [
    `${live} open: ${ready} ready, ${begun} in progress, ${blocked} blocked, ${deferred} deferred, ${waiting} waiting`,
    `${edges} ${edges === 1 ? "wait" : "waits"} between them (density ${density}), ${cycles} ${cycles === 1 ? "cycle" : "cycles"}`,
    `${phases} ${phases === 1 ? "phase" : "phases"}, critical path of ${criticalPathLength}`,
    "",
  ].join("\n");
}
