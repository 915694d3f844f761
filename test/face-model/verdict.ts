import type { Issue } from "../../model/issue";
import { parseIssue } from "../../model/issue-json";
import type { Clone } from "./clone";
import { saidOf } from "./edits";
import type { Entry, Operations } from "./operations";
import type { Setting } from "./settings";

export type Violation =
  | "DIVERGED"
  | "ISSUE LOST"
  | "LOST"
  | "PRESENCE"
  | "MOVE LOST"
  | "REOPENED"
  | "STAYED CLOSED"
  | "TORN WORK"
  | "UNKNOWN KEY LOST";

/** Other tools can undo a change in a way that one line without stamps cannot tell from not having seen it. */
const neverWith: readonly Violation[] = ["DIVERGED", "ISSUE LOST", "TORN WORK", "UNKNOWN KEY LOST"];

/** What was removed or reopened before stamps began can come back, when a clone born from an older commit has changed the issue before it saw the newer one. */
const withPast: readonly Violation[] = ["PRESENCE", "STAYED CLOSED"];

/** What of it must not happen there: nothing while bz is alone from the beginning. */
export function promised(found: Iterable<Violation>, { tools, past }: Setting): Violation[] {
  return [...found].filter((violation) =>
    tools === undefined ? past !== true || !withPast.includes(violation) : neverWith.includes(violation),
  );
}

/** What went wrong in a history, after everything was exchanged. */
export function judge(clones: readonly Clone[], operations: Operations): Set<Violation> {
  const violations = new Set<Violation>();
  const [first] = clones;
  const store = first?.store ?? new Map<string, Entry>();
  if (new Set(clones.map(bytesOf)).size > 1) violations.add("DIVERGED");
  for (const operation of operations.all) {
    if (operation.kind === "birth" && !store.has(operation.issue)) violations.add("ISSUE LOST");
  }
  for (const [id, { line, seen }] of store) {
    const issue = parseIssue(line);
    const known = operations.of(id, seen);
    judgeItems(issue, known, violations);
    judgeWork(issue, known, violations);
    if (!line.includes('"size":1') || !line.includes('"weight":1')) violations.add("UNKNOWN KEY LOST");
  }
  return violations;
}

type Known = ReturnType<Operations["of"]>;

function bytesOf(clone: Clone): string {
  return [...clone.store.values()]
    .map(({ line }) => line)
    .sort()
    .join("\n");
}

/** Every item says what an operation said that nobody who had seen it overwrote. */
function judgeItems(issue: Issue, known: Known, violations: Set<Violation>): void {
  const items = new Set(known.map(({ operation }) => operation.item));
  for (const item of ["title", "notes", "external_ref", "assignee", "parent", ...items]) {
    if (item === "work" || item === "all") continue;
    const standing = standingOf(known, item).map(({ operation }) =>
      operation.item === "all" && item.includes(" ") ? "off" : operation.value,
    );
    if (!standing.includes(saidOf(issue, item))) violations.add(item.includes(" ") ? "PRESENCE" : "LOST");
  }
}

/** Operations on an item, the birth among them, that no other one on it had seen. */
function standingOf(known: Known, item: string): Known {
  const all = known.filter(({ operation }) => operation.item === item || operation.item === "all");
  return all.filter(({ bit }) => all.every(({ operation }) => (operation.past & bit) === 0n));
}

function judgeWork(issue: Issue, known: Known, violations: Set<Violation>): void {
  const closes = known.filter(({ operation }) => operation.kind === "close");
  const reopens = known.filter(({ operation }) => operation.kind === "reopen");
  const isClosed = issue.status === "closed";
  if (closes.length > 0 && reopens.length === 0 && !isClosed) violations.add("REOPENED");
  const allCloses = closes.reduce((bits, { bit }) => bits | bit, 0n);
  if (isClosed && reopens.some(({ operation }) => (operation.past & allCloses) === allCloses))
    violations.add("STAYED CLOSED");
  if (isClosed !== (issue.closed_at !== undefined)) violations.add("TORN WORK");
  if (closes.length > 0) return;
  const values = standingOf(known, "work").map(({ operation }) =>
    operation.item === "all" ? "open" : operation.value,
  );
  if (!values.includes(issue.status)) violations.add("MOVE LOST");
}
