import type { IssueEdits } from "../model/change";
import { parseStatus } from "../model/status";
import { defineBz } from "./command";
import { checkUpdate, decideUpdate, namedEdges, type UpdateRequest } from "./decisions/update";
import { targetsOf, warningsAbout } from "./edges";
import { freedBy } from "./freed";
import { issueFieldArguments, parseEdge, parseWholeNumber, readIssueFields } from "./issue-arguments";
import { changedIssues } from "./issue-reply";

export const command = defineBz({
  meta: {
    name: "update",
    description:
      'Changes fields of issues; "" clears one. `--notes` replaces the notes (the old ones stay in `bz history`), `--append-notes` adds a line to them. `-s closed` does what `bz close` does.',
  },
  args: () => ({
    ids: { type: "positional", required: true, repeat: true, description: "The issues" },
    title: { type: "string", valueHint: "TEXT", text: true, description: "The new title" },
    status: { type: "string", alias: "s", description: "open, in_progress, blocked, deferred, closed ..." },
    ...issueFieldArguments(),
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
  }),
  answer: "updated-issues",
  examples: [
    "bz update bd-x1y2 -s in_progress -a alice",
    "bz update bd-x1y2 --claim --append-notes 'Begins with the parser'",
    "bz update bd-x1y2 bd-a3b4 -p 1 --add-label urgent",
    "bz update bd-x1y2 --expect-version 42 -d @description.md",
  ],
  async run(context, args) {
    const { ids, force, "expect-version": version, parent, dep } = args;
    const { nowMs, session, claimsBySession: bySession } = context;
    const edits: IssueEdits = {
      ...readIssueFields(args, nowMs),
      title: args.title,
      status: args.status === undefined ? undefined : parseStatus(args.status, context.customStatuses),
      append_notes: args["append-notes"],
      add_labels: args["add-label"],
      remove_labels: args["remove-label"],
      set_labels: args["set-labels"],
      close_reason: args.reason,
      closed_by_session: session,
    };
    const request: UpdateRequest = {
      edits,
      parent,
      edges: dep?.map(parseEdge),
      claim: args.claim === true ? { nowMs, session, bySession, force } : undefined,
      force,
      expectedVersion: version === undefined ? undefined : parseWholeNumber("--expect-version", version),
    };
    checkUpdate(request, ids.length);
    const { result, view } = context.write((current, info) => {
      const { operations, result: outcome } = decideUpdate(current, ids, request, info);
      return { operations, result: { ...outcome, before: current.state } };
    });
    const { done, unchanged, failures } = result;
    const freed = edits.status === "closed" ? freedBy(result, nowMs) : undefined;
    const answer = changedIssues({
      view,
      ids: done,
      failures,
      verb: (id) => (unchanged.has(id) ? "Unchanged" : "Updated"),
      facts: freed === undefined ? undefined : () => freed.facts(),
      warnings:
        done.length === 0 ? [] : warningsAbout(view, targetsOf(namedEdges(view, request.edges ?? []))),
    });
    return freed === undefined
      ? answer
      : { ...answer, text: (screen) => answer.text(screen) + freed.text(screen) };
  },
});
