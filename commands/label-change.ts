import { editIssue } from "../model/change";
import { BzError, failedEntry } from "../model/errors";
import { validateLabel } from "../model/field-input";
import { prefixOfId } from "../model/issue-id";
import type { JsonObject } from "../model/json";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import type { Style } from "../output/style";
import type { View } from "../storage/store";
import type { Arguments, Values } from "./command";
import type { Context } from "./context";
import { changeContext } from "./current-issue";
import { type BatchOutcome, decideBatch } from "./issue-batch";

/** The arguments of `label add` and `label remove`. */
export const labelArguments = {
  words: { type: "positional", required: true, repeat: true, description: "An issue, then issues or labels" },
  label: { type: "string", alias: ["l", "labels"], repeat: true, description: "A label; repeatable, or a,b" },
} as const satisfies Arguments;

/** What was done with one label of one issue. */
interface LabelChange {
  readonly status: "added" | "removed" | "unchanged";
  readonly id: string;
  readonly label: string;
}

interface Outcome extends BatchOutcome {
  readonly changes: readonly LabelChange[];
}

/**
 * Adds or removes labels of one or several issues, in one transaction.
 * @throws BzError USAGE, INVALID for what cannot be a label, NOT_FOUND
 */
export async function changeLabels(
  context: Context,
  action: "added" | "removed",
  args: Values<typeof labelArguments>,
): Promise<Result> {
  const { result } = context.write((current, info) => {
    const { ids, labels } = splitWords(current, action, args);
    const changes: LabelChange[] = [];
    const { operations, result: outcome } = decideBatch(current, ids, ({ issue, line }) => {
      const edits = action === "added" ? { add_labels: labels } : { remove_labels: labels };
      const change = editIssue(issue, edits, changeContext(line, info));
      for (const label of labels) {
        const isChanged = change?.labels?.[label] !== undefined;
        changes.push({ status: isChanged ? action : "unchanged", id: issue.id, label });
      }
      return change === undefined ? [] : [change];
    });
    return { operations, result: { ...outcome, changes } };
  });
  return reply(action, result);
}

/**
 * `ID LABEL...` and `ID... LABEL` are both usual, so what exists decides: behind the first word, the whole id of an issue is an
 * issue. A word that only looks like one is refused rather than made a label: it is more likely a mistaken id.
 */
function splitWords(
  { state, prefix }: View,
  action: "added" | "removed",
  { words, label }: Values<typeof labelArguments>,
): { ids: readonly string[]; labels: readonly string[] } {
  if (label !== undefined) return { ids: words, labels: validLabels(label, action) };
  const [first = "", ...others] = words;
  const last = others.pop();
  if (last === undefined) {
    throw new BzError("USAGE", "there is an issue, but no label", {
      hint: `bz label ${action === "added" ? "add" : "remove"} ISSUE LABEL`,
    });
  }
  const isIssue = (word: string) => state.has(word);
  const ids = [first, ...others.filter(isIssue)];
  const labels = [...others.filter((word) => !isIssue(word)), last];
  const mistaken = labels.find((word) => isIssue(word) || prefixOfId(word) === prefix);
  if (mistaken !== undefined && words.length > 2) throw mistakenForLabel(mistaken, isIssue(mistaken));
  return { ids, labels: validLabels(labels, action) };
}

/** Lines from elsewhere hold labels that nobody may add here, with a comma in them; those can be taken away all the same. */
export function validLabels(labels: readonly string[], action: "added" | "removed"): string[] {
  const valid = [
    ...new Set(action === "added" ? labels.map(validateLabel) : labels.map((label) => label.trim())),
  ];
  if (valid.length > 0) return valid;
  throw new BzError("USAGE", "--label names no label", { hint: "write -l LABEL" });
}

function mistakenForLabel(word: string, isIssue: boolean): BzError {
  return new BzError(
    isIssue ? "USAGE" : "NOT_FOUND",
    isIssue ? `${word} is an issue, and no label follows` : `there is no issue "${word}"`,
    { hint: `nothing was changed; if it is meant as a label, write -l ${word}`, context: { id: word } },
  );
}

function reply(action: "added" | "removed", { done, unchanged, failures, changes }: Outcome): Result {
  return {
    data: () => ({
      labels: changes.map(changeRow),
      total: changes.length,
      returned: changes.length,
      truncated: false,
      ...(failures.length > 0 ? { failed: failures.map(failedEntry) } : {}),
    }),
    text: ({ style }) => changes.map((change) => `${changeText(change, action, style)}\n`).join(""),
    ids: done,
    saved: done.filter((id) => !unchanged.has(id)),
    failures,
  };
}

function changeRow({ status, id, label }: LabelChange): JsonObject {
  return { status, issue_id: id, label };
}

function changeText({ status, id, label }: LabelChange, action: "added" | "removed", style: Style): string {
  const [issue, shown] = [style.bold(escapeText(id)), escapeText(label)];
  if (status === "added") return `${issue} is now labelled ${shown}`;
  if (status === "removed") return `${issue} is no longer labelled ${shown}`;
  return action === "added" ? `${issue} was labelled ${shown} already` : `${issue} was not labelled ${shown}`;
}
