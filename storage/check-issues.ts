import { blockingTypes, parentChild } from "../model/dependency";
import type { Issue } from "../model/issue";
import type { State } from "../model/state";
import type { Finding } from "./check";

/** What the issues themselves say: readable lines, titles, edges to nothing, cycles. */
export function checkIssues(state: State): Finding[] {
  const issues = new Map<string, Issue>();
  for (const issue of state.issues()) issues.set(issue.id, issue);
  return [titles(issues), danglingEdges(issues), cycles(issues)];
}

function titles(issues: ReadonlyMap<string, Issue>): Finding {
  const bad = [...issues.values()]
    .filter(({ title }) => title.length === 0 || title.length > titleLimit)
    .map(({ id }) => id);
  return bad.length === 0
    ? { check: "titles", status: "pass", message: `1 to ${titleLimit} characters each.` }
    : {
        check: "titles",
        status: "warning",
        message: `Empty or over ${titleLimit} characters: ${some(bad)}.`,
      };
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

function cycles(issues: ReadonlyMap<string, Issue>): Finding {
  const cycle = firstCycle(issues);
  return cycle === undefined
    ? { check: "cycles", status: "pass", message: "None." }
    : { check: "cycles", status: "warning", message: `Blocked by itself: ${cycle.join(" -> ")}.` };
}

/** Depth first over edges that block and over parents, without recursion: a chain may be as long as the store. */
function firstCycle(issues: ReadonlyMap<string, Issue>): string[] | undefined {
  const done = new Set<string>();
  for (const start of issues.keys()) {
    const path: { id: string; next: Iterator<string> }[] = [];
    const onPath = new Set<string>();
    const enter = (id: string): void => {
      path.push({ id, next: blockersOf(issues.get(id)).values() });
      onPath.add(id);
    };
    if (!done.has(start)) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { value, done: isExhausted } = top.next.next();
      if (isExhausted === true) {
        done.add(top.id);
        onPath.delete(top.id);
        path.pop();
      } else if (onPath.has(value)) {
        const ids = path.map(({ id }) => id);
        return [...ids.slice(ids.indexOf(value)), value];
      } else if (!done.has(value) && issues.has(value)) enter(value);
    }
  }
  return undefined;
}

function blockersOf(issue: Issue | undefined): string[] {
  const edges =
    issue?.dependencies.filter(({ type }) => blockingTypes.has(type) || type === parentChild) ?? [];
  return edges.map(({ depends_on_id }) => depends_on_id);
}

function some(items: readonly string[]): string {
  return items.length <= 5
    ? items.join(", ")
    : `${items.slice(0, 5).join(", ")} and ${items.length - 5} more`;
}

const titleLimit = 500;
