import { claimsUntil, heldSinceMs, holderText, releaseIssue } from "../model/claim";
import { parseDuration } from "../model/date-input";
import { BzError } from "../model/errors";
import type { Issue } from "../model/issue";
import type { JsonObject } from "../model/json";
import { defineBz } from "./command";
import { changeContext } from "./current-issue";
import { decideBatch } from "./issue-batch";
import { changedIssue, changedIssues } from "./issue-reply";

export const command = defineBz({
  meta: {
    name: "release",
    description:
      "Gives issues back: nobody's, and open again. What another one holds is released only with --force, or with --older-than, which frees every claim that began longer ago: those of agents that are gone. Releasing what nobody holds changes nothing.",
  },
  args: () => ({
    ids: { type: "positional", repeat: true, description: "The issues; with --older-than, only these" },
    force: { type: "boolean", alias: "f", description: "Release what somebody else holds, too" },
    "older-than": {
      type: "string",
      valueHint: "TIME",
      description: "Claims of anybody that began longer ago than that: 90s, 10m, 2h, 1d",
    },
  }),
  answer: "released-issues",
  examples: ["bz release bd-x1y2", "bz release bd-x1y2 --force", "bz release --older-than 10m"],
  async run(context, args) {
    const { "older-than": age, force } = args;
    const latestMs = age === undefined ? undefined : context.nowMs - parseDuration(age);
    if (args.ids === undefined && latestMs === undefined) throw nothingNamed();
    if (latestMs !== undefined && force === true) throw forcedAge();
    const { result, view } = context.write((current, info) => {
      const before = new Map<string, Issue>();
      const ids = args.ids ?? claimsUntil(current.state, latestMs ?? 0).map(({ id }) => id);
      const { operations, result: outcome } = decideBatch(current, ids, ({ issue, line }) => {
        if (latestMs !== undefined) {
          if (issue.status !== "in_progress") return [];
          refuseYoung(issue, latestMs, age ?? "");
        }
        const change = releaseIssue(
          issue,
          { force: force === true || latestMs !== undefined },
          changeContext(line, info),
        );
        if (change === undefined) return [];
        before.set(issue.id, issue);
        return [change];
      });
      return { operations, result: { ...outcome, before } };
    });
    const { done, unchanged, failures, before } = result;
    const [first] = done;
    const words = {
      verb: (id: string) => (unchanged.has(id) ? "Was not held:" : "Released"),
      detail: (id: string) => {
        const held = before.get(id);
        return held === undefined ? "" : `was with ${holderText(held)}`;
      },
    };
    if (args.ids?.length === 1 && first !== undefined)
      return changedIssue(view, first, { verb: words.verb(first), detail: words.detail });
    return {
      ...changedIssues({
        view,
        ids: done,
        failures,
        ...words,
        facts: () => ({ released: [...before.values()].map(holderRow) }),
      }),
      notes: done.length === 0 && failures.length === 0 ? [`no claim is older than ${age}`] : [],
    };
  },
});

/** Whose it was. */
function holderRow({ id, assignee, claim_session, started_at }: Issue): JsonObject {
  return {
    id,
    assignee: assignee ?? null,
    claim_session: claim_session ?? null,
    started_at: started_at ?? null,
  };
}

/** With ids named, a claim younger than asked for is somebody's work and stays. */
function refuseYoung(issue: Issue, latestMs: number, age: string): void {
  if (heldSinceMs(issue) <= latestMs) return;
  throw new BzError("CLAIMED", `${issue.id} is held by ${holderText(issue)}: no longer than ${age}`, {
    hint: "`bz list -s in_progress` shows who works on what",
    context: { id: issue.id, holder: issue.assignee ?? null, since: issue.started_at ?? null },
  });
}

function forcedAge(): BzError {
  return new BzError("USAGE", "--older-than and --force say different things", {
    hint: "--older-than frees old claims of anybody, --force any claim on the issues that are named; leave one of the two out",
  });
}

function nothingNamed(): BzError {
  return new BzError("USAGE", "release was not told what to release", {
    hint: "name issues, as in `bz release bd-x1y2`, or an age, as in `--older-than 10m`",
  });
}
