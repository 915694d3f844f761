import type { Operation } from "../model/operation";
import { parseStatus } from "../model/status";
import type { Decision, TransactionInfo, View } from "../storage/store";
import { BatchRecord } from "./batch-record";
import type { BatchCaller, LineOutcome } from "./batch-verbs";
import { decideAddedEdge } from "./decisions/added-edge";
import { checkUpdate, decideUpdate } from "./decisions/update";
import { readDraftRecord } from "./draft-record";
import type { NamedEdge } from "./issue-arguments";
import { readIssueRecord, readMembersOf } from "./issue-record";
import { decideNewIssue } from "./new-issue";

/** The two verbs that take the fields of an issue. */
export interface IssueLine {
  /** The line as it was written. */
  readonly text: string;
  readonly view: View;
  readonly info: TransactionInfo;
  readonly caller: BatchCaller & { readonly customStatuses: () => readonly string[] };
  readonly random: (length: number) => Uint8Array;
  /** As in `BatchRecord`. */
  refer(text: string): string;
}

export function decideCreateLine(line: IssueLine): Decision<LineOutcome> {
  const { text, view, info, caller, random, refer } = line;
  const { cmd: _, ...members } = readMembersOf(text, ["cmd", "key", "id"]);
  const draft = readDraftRecord(members, text, caller);
  const edges = referring(draft.dependsOn, refer);
  const { operations, result: id } = decideNewIssue(
    view,
    info,
    {
      fields: draft.fields,
      id: draft.id,
      parent: draft.parent === undefined ? undefined : refer(draft.parent),
      edges,
    },
    random,
  );
  const all: Operation[] = [...operations];
  const state = view.state.fork();
  for (const operation of operations) state.apply(operation, view.sequence + 1);
  for (const { type, target, metadata } of referring(draft.blocks, refer)) {
    const added = decideAddedEdge({ ...view, state }, info, { issue: target, on: id, type, metadata });
    for (const operation of added.operations) state.apply(operation, view.sequence + 1);
    all.push(...added.operations);
  }
  const targets = state.issue(id)?.dependencies.map((edge) => edge.depends_on_id) ?? [];
  return { operations: all, result: { ids: [id], targets } };
}

export function decideUpdateLine(line: IssueLine): Decision<LineOutcome> {
  const { text, view, info, caller, refer } = line;
  const members = readMembersOf(text, ["cmd", ...updateKeys], ["labels", "blocks"]);
  const record = new BatchRecord(members, refer);
  const {
    labels: _,
    blocks: __,
    status,
    title,
    parent,
    depends_on,
    ...fields
  } = readIssueRecord(members, text, caller.nowMs, "");
  const ids = record.ids();
  const session = record.text("session") ?? caller.session;
  const force = record.switch("force");
  const request = {
    edits: {
      ...fields,
      title,
      status: status === undefined ? undefined : parseStatus(status, caller.customStatuses),
      append_notes: record.text("append_notes"),
      add_labels: record.names("add_labels", "add_label"),
      remove_labels: record.names("remove_labels", "remove_label"),
      set_labels: record.names("set_labels"),
      close_reason: record.text("reason"),
      closed_by_session: session,
    },
    parent: parent === undefined || parent === "" ? parent : refer(parent),
    edges: depends_on === undefined ? undefined : referring(depends_on, refer),
    claim: record.switch("claim") === true ? { ...caller, session, force } : undefined,
    force,
    expectedVersion: record.wholeNumber("expect_version"),
  };
  checkUpdate(request, ids.length);
  const { operations, result } = decideUpdate(view, ids, request, info);
  const [failure] = result.failures;
  if (failure !== undefined) throw failure;
  const targets = operations.flatMap((operation) =>
    operation.op === "change" ? (operation.edges ?? []).map((edge) => edge.depends_on_id) : [],
  );
  return { operations, result: { ids: result.done, targets } };
}

const updateKeys = [
  ..."id ids append_notes add_labels add_label remove_labels remove_label set_labels".split(" "),
  ..."reason claim force expect_version session".split(" "),
];

function referring(edges: readonly NamedEdge[], refer: (text: string) => string): NamedEdge[] {
  return edges.map((edge) => ({ ...edge, target: refer(edge.target) }));
}
