import * as v from "valibot";
import { findCycles } from "../model/cycles";
import type { Issue } from "../model/issue";
import type { State } from "../model/state";
import { parseTimeMs } from "../model/time";
import type { Finding } from "./check";

/**
 * What a line has to hold for every program of the family to read it. Reading is more tolerant than this: whatever fails here still works in bz, but another
 * tool may refuse it.
 */
const time = v.pipe(
  v.string(),
  v.check((text) => parseTimeMs(text) !== undefined, "no RFC 3339 time"),
);
const issueLine = v.looseObject({
  id: v.pipe(v.string(), v.nonEmpty()),
  title: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  status: v.pipe(v.string(), v.nonEmpty()),
  priority: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4)),
  issue_type: v.pipe(v.string(), v.nonEmpty()),
  created_at: time,
  updated_at: time,
  closed_at: v.nullish(time),
  labels: v.nullish(v.array(v.string())),
  dependencies: v.nullish(v.array(v.looseObject({ depends_on_id: v.pipe(v.string(), v.nonEmpty()) }))),
  comments: v.nullish(v.array(v.looseObject({ text: v.string() }))),
});

/** What the issues themselves say: the shape of their lines, edges to nothing, cycles. */
export function checkIssues(state: State): Finding[] {
  const issues = new Map<string, Issue>();
  for (const issue of state.issues()) issues.set(issue.id, issue);
  return [shapes(state), danglingEdges(issues), cycles(state)];
}

/** Where a parsed line is not as other tools expect it, and why; undefined when it is. */
export function shapeProblem(record: unknown): string | undefined {
  const [first] = v.safeParse(issueLine, record).issues ?? [];
  return first && `${v.getDotPath(first) ?? "line"}: ${first.message}`;
}

function shapes(state: State): Finding {
  const bad: string[] = [];
  for (const id of state.ids()) {
    const problem = shapeProblem(JSON.parse(state.line(id) ?? "null"));
    if (problem !== undefined) bad.push(`${id} (${problem})`);
  }
  return bad.length === 0
    ? { check: "issues", status: "pass", message: "Each line has the keys and types of the dialect." }
    : { check: "issues", status: "warning", message: `Not as other tools expect it: ${some(bad)}.` };
}

/** Edges to issues that are not here come with partial imports; they block nobody. */
function danglingEdges(issues: ReadonlyMap<string, Issue>): Finding {
  const dangling: string[] = [];
  for (const { id, dependencies } of issues.values())
    for (const { depends_on_id } of dependencies)
      if (!issues.has(depends_on_id)) dangling.push(`${id} -> ${depends_on_id}`);
  return dangling.length === 0
    ? { check: "edges", status: "pass", message: "Each leads to an issue." }
    : {
        check: "edges",
        status: "warning",
        message: `${dangling.length} lead to no issue and block nothing: ${some(dangling)}.`,
      };
}

function cycles(state: State): Finding {
  const found = findCycles(state).map((cycle) => [...cycle, cycle[0]].join(" -> "));
  return found.length === 0
    ? { check: "cycles", status: "pass", message: "None." }
    : { check: "cycles", status: "warning", message: `Blocked by itself: ${some(found)}.` };
}

/** The first few of a list, and how many more there are. */
export function some(items: readonly string[]): string {
  return items.length <= 5
    ? items.join(", ")
    : `${items.slice(0, 5).join(", ")} and ${items.length - 5} more`;
}
