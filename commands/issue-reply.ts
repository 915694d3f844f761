import { type BzError, failedEntry } from "../model/errors";
import type { JsonObject } from "../model/json";
import { countEdgesOf, issueRow } from "../model/row";
import { changeText } from "../output/change-text";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import type { TimedView } from "./context";
import { targetsOf, warningsAbout } from "./edges";

/** The answer about one new issue: its row at top level. */
export function createdIssue(view: TimedView, id: string, options: { isTerse: boolean }): Result {
  return {
    data: () => mutatedRows(view, [id])[0] ?? null,
    text: ({ style }) =>
      options.isTerse ? `${escapeText(id)}\n` : `${changeText("Created", titled(view, id), style)}\n`,
    ids: [id],
    saved: [id],
    warnings: warningsAbout(view, targetsOf(view.state.issue(id)?.dependencies ?? [])),
  };
}

/** The answer about the one issue that a command is about: its row at top level, and what else there is to say of it. */
export function changedIssue(
  view: TimedView,
  id: string,
  { verb, detail, facts }: Pick<ChangedIssues, "detail" | "facts"> & { readonly verb: string },
): Result {
  const { document: _, ...answer } = changedIssues({
    view,
    ids: [id],
    failures: [],
    verb: () => verb,
    detail,
  });
  return { ...answer, data: () => ({ ...mutatedRows(view, [id])[0], ...facts?.() }) };
}

export interface ChangedIssues {
  /** The state with the change in it. */
  readonly view: TimedView;
  /** Those that are now as was asked, in the order of the request. */
  readonly ids: readonly string[];
  readonly failures: readonly BzError[];
  /** What was done to an issue, for text: "Closed". */
  verb(id: string): string;
  /** What stands behind the title, for text: "until tomorrow". */
  readonly detail?: ((id: string) => string) | undefined;
  /** Further keys of the document. */
  readonly facts?: (() => JsonObject) | undefined;
  readonly warnings?: readonly string[];
}

export interface ChangedIssuesResult extends Result {
  document(): JsonObject;
}

/** The answer of a mutation that can be of several issues: the usual envelope, and what failed when anything did. */
export function changedIssues({
  view,
  ids,
  failures,
  verb,
  detail,
  facts,
  warnings,
}: ChangedIssues): ChangedIssuesResult {
  const document = () => ({
    issues: mutatedRows(view, ids),
    total: ids.length,
    returned: ids.length,
    truncated: false,
    ...facts?.(),
    ...(failures.length > 0 ? { failed: failures.map(failedEntry) } : {}),
  });
  return {
    document,
    data: document,
    text: ({ style }) =>
      ids
        .map((id) => {
          const more = detail?.(id) ?? "";
          const end = more === "" ? "" : style.dim(` (${escapeText(more)})`);
          return `${changeText(verb(id), titled(view, id), style)}${end}\n`;
        })
        .join(""),
    ids,
    saved: ids,
    failures,
    ...(warnings === undefined ? {} : { warnings }),
  };
}

/** Clients of old fail on raw edges in the reply to a mutation, so those are left out. */
function mutatedRows({ state, nowMs }: TimedView, ids: readonly string[]): JsonObject[] {
  const counts = countEdgesOf(state, ids);
  const rows = ids.map((id) => issueRow(state, id, counts, { withDependencies: false, nowMs }));
  return rows.filter((row) => row !== undefined);
}

function titled({ state }: TimedView, id: string): { readonly id: string; readonly title: string } {
  return { id, title: state.issue(id)?.title ?? "" };
}
