import { editIssue, type IssueEdits } from "../model/change";
import { changeLine } from "../model/change-line";
import { claimIssue } from "../model/claim";
import type { EdgeInput } from "../model/create-issue";
import { parentChild } from "../model/dependency";
import { BzError } from "../model/errors";
import { hindranceOf } from "../model/hindrance";
import { parseIssue } from "../model/issue-json";
import type { ChangeIssue } from "../model/operation";
import { Readiness } from "../model/readiness";
import { parseStatus } from "../model/status";
import type { TransactionInfo, View } from "../storage/store";
import { freedBy } from "./close-reply";
import { defineBz } from "./command";
import type { Context } from "./context";
import { refuseNewCycles, resolveTarget, targetsOf, warningsAbout } from "./edges";
import { issueFieldArguments, parseEdge, parseWholeNumber, readIssueFields } from "./issue-arguments";
import { type BatchItem, decideBatch } from "./issue-batch";
import { changedIssues } from "./issue-reply";
import { refuseOpenChildren } from "./open-children";

export const command = defineBz({
  meta: {
    name: "update",
    description:
      'Changes fields of issues; "" clears one. `--notes` replaces the notes (the old ones stay in `bz history`), `--append-notes` adds a line to them. `-s closed` does what `bz close` does.',
  },
  args: {
    ids: { type: "positional", required: true, repeat: true, description: "The issues" },
    title: { type: "string", valueHint: "TEXT", text: true, description: "The new title" },
    status: { type: "string", alias: "s", description: "open, in_progress, blocked, deferred, closed ..." },
    ...issueFieldArguments,
    "append-notes": {
      type: "string",
      valueHint: "TEXT",
      text: true,
      description: "A further line below the notes",
    },
    "add-label": {
      type: "string",
      alias: ["l", "label"],
      repeat: true,
      description: "Add a label; repeatable, or a,b",
    },
    "remove-label": { type: "string", repeat: true, description: "Take a label away; repeatable, or a,b" },
    "set-labels": { type: "string", repeat: true, description: "These labels and no others" },
    reason: {
      type: "string",
      alias: "r",
      valueHint: "TEXT",
      text: true,
      description: "With `-s closed`: why",
    },
    "expect-version": {
      type: "string",
      valueHint: "N",
      description: "Change it only if its `version` is still N; else exit 4",
    },
    claim: {
      type: "boolean",
      description: "Claim it first, as `bz claim` does; if that is lost, nothing is changed",
    },
    force: {
      type: "boolean",
      alias: "f",
      description:
        "With `-s closed`: close an epic although children are open; with --claim: claim although blocked or deferred",
    },
  },
  answer: "updated-issues",
  examples: [
    "bz update bd-x1y2 -s in_progress -a alice",
    "bz update bd-x1y2 --claim --append-notes 'Begins with the parser'",
    "bz update bd-x1y2 bd-a3b4 -p 1 --add-label urgent",
    "bz update bd-x1y2 --expect-version 42 -d @description.md",
  ],
  async run(context, args) {
    const { ids, force, "expect-version": version, parent, dep } = args;
    const edits: IssueEdits = {
      ...readIssueFields(args, context.nowMs),
      title: args.title,
      status: args.status === undefined ? undefined : parseStatus(args.status, context.customStatuses),
      append_notes: args["append-notes"],
      add_labels: args["add-label"],
      remove_labels: args["remove-label"],
      set_labels: args["set-labels"],
      close_reason: args.reason,
      closed_by_session: context.session,
    };
    const isIdle = Object.entries(edits).every(([key, value]) => value === undefined || idleKeys.has(key));
    const isClaiming = args.claim === true;
    if (isIdle && parent === undefined && dep === undefined && !isClaiming) throw nothingToDo();
    if (isClaiming) refuseClaimBeside(args);
    if (args.reason !== undefined && edits.status !== "closed") throw reasonAlone();
    if (force === true && edits.status !== "closed" && !isClaiming) throw forceAlone();
    if (version !== undefined && ids.length > 1) throw severalVersions();
    const expected = version === undefined ? undefined : parseWholeNumber("--expect-version", version);
    const { result, view } = await context.write((current, info) => {
      const { operations, result: outcome } = decideBatch(current, ids, (item) => {
        refuseOtherVersion(item, expected);
        if (edits.status === "closed" && force !== true)
          refuseOpenChildren(item.state, item.issue, item.batch);
        const claim = isClaiming ? claimFor(item, context, force, info) : undefined;
        const claimed = claim === undefined ? item : after(item, claim);
        const change = editIssue(
          claimed.issue,
          { ...edits, ...placed(current, parent, dep) },
          lineOf(claimed, info),
        );
        if (change !== undefined) refuseNewCycles(item, change, current.sequence + 1);
        return [claim, change].filter((each) => each !== undefined);
      });
      return { operations, result: { ...outcome, before: current.state } };
    });
    const { done, unchanged, failures } = result;
    const freed = edits.status === "closed" ? freedBy(result, context.nowMs) : undefined;
    const answer = changedIssues({
      view,
      ids: done,
      failures,
      verb: (id) => (unchanged.has(id) ? "Unchanged" : "Updated"),
      facts: freed === undefined ? undefined : () => freed.facts(),
      warnings: done.length === 0 ? [] : warningsAbout(view, targetsOf(namedEdges(view, dep ?? []))),
    });
    return freed === undefined
      ? answer
      : { ...answer, text: (screen) => answer.text(screen) + freed.text(screen) };
  },
});

/** Alone they ask for nothing. */
const idleKeys = new Set(["close_reason", "closed_by_session"]);

/** @throws BzError USAGE for flags that say otherwise what a claim says */
function refuseClaimBeside(args: {
  readonly status?: string | undefined;
  readonly assignee?: string | undefined;
}) {
  for (const flag of ["status", "assignee"] as const) {
    if (args[flag] === undefined) continue;
    throw new BzError("USAGE", `--claim and --${flag} contradict each other`, {
      hint: "a claim makes the issue yours and in progress; leave one of the two out",
    });
  }
}

function claimFor(
  item: BatchItem,
  { session, claimsBySession: bySession, nowMs }: Context,
  force: boolean | undefined,
  info: TransactionInfo,
): ChangeIssue | undefined {
  const hindrance = hindranceOf(new Readiness(item.state, nowMs), item.issue);
  return claimIssue(item.issue, { session, bySession, force, hindrance }, lineOf(item, info));
}

/** The issue as the change leaves it. */
function after(item: BatchItem, change: ChangeIssue): BatchItem {
  const line = changeLine(item.line, change);
  return { ...item, line, issue: parseIssue(line) };
}

function lineOf(item: BatchItem, info: TransactionInfo): { line: string; nowMs: number; actor: string } {
  return { line: item.line, nowMs: info.timeMs, actor: info.actor };
}

/** The edits that name other issues. */
function placed(
  view: View,
  parent: string | undefined,
  edges: readonly string[] | undefined,
): Pick<IssueEdits, "parent" | "add_edges"> {
  return {
    parent: parent === undefined || parent === "" ? parent : resolveTarget(view, parent, parentChild),
    add_edges: edges === undefined ? undefined : namedEdges(view, edges),
  };
}

function namedEdges(view: View, edges: readonly string[]): EdgeInput[] {
  return edges
    .map(parseEdge)
    .map(({ type, target }) => ({ type, depends_on_id: resolveTarget(view, target, type) }));
}

function refuseOtherVersion({ issue, state }: BatchItem, expected: number | undefined): void {
  const version = state.version(issue.id);
  if (expected === undefined || version === expected) return;
  throw new BzError("VERSION_MISMATCH", `${issue.id} is at version ${version}, not ${expected}`, {
    hint: `nothing was changed; look at it again with \`bz show ${issue.id}\` and decide anew`,
    context: { id: issue.id, expected, version },
  });
}

function nothingToDo(): BzError {
  return new BzError("USAGE", "update was not told what to change", {
    hint: "name a field, as in `-s in_progress`; `bz update --help` lists them",
  });
}

function reasonAlone(): BzError {
  return new BzError("USAGE", "--reason is about closing", {
    hint: "add `-s closed`, or use --append-notes",
  });
}

function forceAlone(): BzError {
  return new BzError("USAGE", "there is nothing that --force would force", {
    hint: "it is about `-s closed` and --claim; leave it out",
  });
}

function severalVersions(): BzError {
  return new BzError("USAGE", "--expect-version is about one issue", {
    hint: "update the issues one by one",
  });
}
