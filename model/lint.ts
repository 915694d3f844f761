import { findCycles } from "./cycles";
import { BzError } from "./errors";
import { fold } from "./fold";
import type { Issue } from "./issue";
import { validateIssueId } from "./issue-id";
import { orphanReferences } from "./orphans";
import type { State } from "./state";
import { instantMs, timeOrDayMs } from "./time";

export const severities = ["error", "warning", "info"] as const;

export type Severity = (typeof severities)[number];

export interface LintFinding {
  readonly severity: Severity;
  readonly category: string;
  readonly message: string;
  /** The issues it is about: one, but for a cycle. */
  readonly ids: readonly string[];
}

const dayMs = 86_400_000;
const longestTitle = 500;

/** What is wrong with these issues, or missing in them: errors first, then by category and id. */
export function lintIssues(state: State, issues: readonly Issue[], nowMs: number): LintFinding[] {
  const found = issues.flatMap((issue) => [
    ...titleFindings(issue),
    ...referenceFindings(state, issue),
    ...statusFindings(issue),
    ...timeFindings(issue, nowMs),
    ...missingSections(issue),
  ]);
  found.push(...cycleFindings(state, new Set(issues.map(({ id }) => id))));
  return found.sort((left, right) => severities.indexOf(left.severity) - severities.indexOf(right.severity));
}

function finding(severity: Severity, category: string, { id }: Issue, message: string): LintFinding {
  return { severity, category, message, ids: [id] };
}

function* titleFindings(issue: Issue): Iterable<LintFinding> {
  if (!isValidId(issue.id)) yield finding("warning", "id_format", issue, "other tools may not take this id");
  if (issue.title.trim() === "") yield finding("error", "empty_title", issue, "the title is empty");
  const length = [...issue.title].length;
  if (length > longestTitle)
    yield finding(
      "warning",
      "long_title",
      issue,
      `the title has ${length} characters; ${longestTitle} is the most`,
    );
}

function isValidId(id: string): boolean {
  try {
    return validateIssueId(id) === id && id.includes("-");
  } catch (error) {
    if (error instanceof BzError) return false;
    throw error;
  }
}

function referenceFindings(state: State, issue: Issue): LintFinding[] {
  return orphanReferences(state, issue).map(({ kind, missingId, edgeType, isDeleted }) => {
    const what = kind === "hierarchy" ? "is part of" : `has an edge (${edgeType}) to`;
    const reason = isDeleted ? "is deleted" : "does not exist";
    return finding("warning", `orphan_${kind}`, issue, `${what} ${missingId}, which ${reason}`);
  });
}

function* statusFindings(issue: Issue): Iterable<LintFinding> {
  const { status } = issue;
  const category = "status_consistency";
  if (status === "closed" && issue.closed_at === undefined)
    yield finding("warning", category, issue, "is closed, and nothing says when");
  if (status !== "closed" && status !== "tombstone" && issue.closed_at !== undefined)
    yield finding("warning", category, issue, `is ${status}, and yet has a time at which it was closed`);
  if (status === "deferred" && issue.defer_until === undefined)
    yield finding("info", category, issue, "is deferred, and nothing says until when");
  if (status === "in_progress" && issue.assignee === undefined)
    yield finding("info", category, issue, "is in progress, and nobody is assigned");
}

function* timeFindings(issue: Issue, nowMs: number): Iterable<LintFinding> {
  const past = ["created_at", "updated_at", "closed_at"] as const;
  for (const key of past) {
    if (instantMs(issue[key]) > nowMs + dayMs)
      yield finding("warning", "future_timestamp", issue, `${key} is in the future: ${issue[key]}`);
  }
  for (const key of [...past, "due_at", "defer_until"] as const) {
    const text = issue[key];
    if (text !== undefined && timeOrDayMs(text) === undefined)
      yield finding("warning", "unreadable_time", issue, `${key} is no time: ${text}`);
  }
  for (const key of ["updated_at", "closed_at"] as const) {
    const later = instantMs(issue[key]);
    if (later !== 0 && later < instantMs(issue.created_at))
      yield finding("warning", "timestamp_order", issue, `${key} is before created_at`);
  }
}

/** What the description of each type should speak of. The field of the acceptance criteria counts as well as a heading. */
const sections: ReadonlyMap<string, readonly string[]> = new Map([
  ["bug", ["Steps to Reproduce", "Acceptance Criteria"]],
  ["task", ["Acceptance Criteria"]],
  ["feature", ["Acceptance Criteria"]],
  ["epic", ["Success Criteria"]],
]);

function missingSections(issue: Issue): LintFinding[] {
  const description = fold(issue.description ?? "");
  const hasCriteria = (issue.acceptance_criteria ?? "").trim() !== "";
  return (sections.get(issue.issue_type) ?? [])
    .filter(
      (section) => !description.includes(fold(section)) && !(hasCriteria && section.endsWith("Criteria")),
    )
    .map((section) =>
      finding(
        "info",
        "missing_section",
        issue,
        `the description of ${issue.issue_type === "epic" ? "an" : "a"} ${issue.issue_type} has no "${section}"`,
      ),
    );
}

function cycleFindings(state: State, asked: ReadonlySet<string>): LintFinding[] {
  return findCycles(state)
    .filter((cycle) => cycle.some((id) => asked.has(id)))
    .map((cycle) => ({
      severity: "error",
      category: "circular_dependency",
      message: `wait for each other: ${[...cycle, cycle[0] ?? ""].join(" -> ")}`,
      ids: cycle,
    }));
}
