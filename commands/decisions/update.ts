import { editIssue, type IssueEdits } from "../../model/change";
import { changeLine } from "../../model/change-line";
import type { EdgeInput } from "../../model/create-issue";
import { parentChild } from "../../model/dependency";
import { BzError } from "../../model/errors";
import { parseIssue } from "../../model/issue-json";
import { everyIn, givenIn } from "../../model/list";
import type { ChangeIssue } from "../../model/operation";
import type { Decision, TransactionInfo, View } from "../../storage/store";
import { changeContext } from "../current-issue";
import { refuseNewCycles, resolveTarget } from "../edges";
import type { NamedEdge } from "../issue-arguments";
import { type BatchItem, type BatchOutcome, decideBatch } from "../issue-batch";
import { refuseOpenChildren } from "../open-children";
import { type Claiming, decideClaim } from "./claim";

/** Ids as they were written. */
export interface UpdateRequest {
  readonly edits: Omit<IssueEdits, "parent" | "add_edges" | "remove_edges">;
  readonly parent: string | undefined;
  readonly edges: readonly NamedEdge[] | undefined;
  /** Claim it first. */
  readonly claim: Claiming | undefined;
  readonly force: boolean | undefined;
  readonly expectedVersion: number | undefined;
}

/**
 * Refuses what makes no sense whatever the issues are.
 * @param count of issues
 * @throws BzError USAGE
 */
export function checkUpdate(request: UpdateRequest, count: number): void {
  const { edits, parent, edges, claim, force, expectedVersion } = request;
  const isIdle = everyIn(Object.entries(edits), ([key, value]) => value === undefined || idleKeys.has(key));
  if (isIdle && parent === undefined && edges === undefined && claim === undefined) throw nothingToDo();
  if (claim !== undefined) refuseClaimBeside(edits);
  const isClosing = edits.status === "closed";
  if (edits.close_reason !== undefined && !isClosing) throw reasonAlone();
  if (force === true && !isClosing && claim === undefined) throw forceAlone();
  if (expectedVersion !== undefined && count > 1) throw severalVersions();
}

/** @throws BzError for a single issue; of several, each error is in the outcome */
export function decideUpdate(
  view: View,
  ids: readonly string[],
  { edits, parent, edges, claim, force, expectedVersion }: UpdateRequest,
  info: TransactionInfo,
): Decision<BatchOutcome> {
  return decideBatch(view, ids, (item) => {
    refuseOtherVersion(item, expectedVersion);
    if (edits.status === "closed" && force !== true) refuseOpenChildren(item.state, item.issue, item.batch);
    const claiming = claim === undefined ? undefined : decideClaim(item, claim, info);
    const claimed = claiming === undefined ? item : after(item, claiming);
    const change = editIssue(
      claimed.issue,
      {
        ...edits,
        parent: parent === undefined || parent === "" ? parent : resolveTarget(view, parent, parentChild),
        add_edges: edges === undefined ? undefined : namedEdges(view, edges),
      },
      changeContext(claimed.line, info),
    );
    if (change !== undefined) refuseNewCycles(item, change, view.sequence + 1);
    return givenIn([claiming, change]);
  });
}

export function namedEdges(view: View, edges: readonly NamedEdge[]): EdgeInput[] {
  return edges.map(({ type, target, metadata }) => {
    return { type, depends_on_id: resolveTarget(view, target, type), metadata };
  });
}

/** The issue as the change leaves it. */
function after(item: BatchItem, change: ChangeIssue): BatchItem {
  const line = changeLine(item.line, change);
  return { ...item, line, issue: parseIssue(line) };
}

/** Alone they ask for nothing. */
const idleKeys = new Set(["close_reason", "closed_by_session"]);

/** @throws BzError USAGE for flags that say otherwise what a claim says */
function refuseClaimBeside(edits: Pick<IssueEdits, "status" | "assignee">): void {
  for (const flag of ["status", "assignee"] as const) {
    if (edits[flag] === undefined) continue;
    throw new BzError("USAGE", `--claim and --${flag} contradict each other`, {
      hint: "a claim makes the issue yours and in progress; leave one of the two out",
    });
  }
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
