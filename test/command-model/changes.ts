import type { Deed } from "./actions";
import { type Edge, isLive, type PlainIssue } from "./model";
import { type Draft, Refusal } from "./rules";

type Move = Extract<Deed, { readonly do: "reopen" | "undelete" | "undefer" | "defer" }>;

export function label(issue: PlainIssue, verb: "add" | "remove", text: string): void {
  const others = issue.labels.filter((each) => each !== text);
  issue.labels = verb === "add" ? [...others, text].sort() : others;
}

export function editComment(issue: PlainIssue, at: number, text: string): void {
  const comment = issue.comments[at];
  if (comment === undefined) throw new Refusal("NOT_FOUND");
  refuseDeleted(issue);
  issue.comments[at] = { ...comment, text };
}

export function deleteComment(issue: PlainIssue, at: number): void {
  if (issue.comments[at] === undefined) throw new Refusal("NOT_FOUND");
  refuseDeleted(issue);
  issue.comments.splice(at, 1);
}

export function addEdge(issue: PlainIssue, edge: Edge): boolean {
  if (issue.edges.some(({ on, type }) => on === edge.on && type === edge.type)) return false;
  issue.edges.push(edge);
  return true;
}

export function removeEdges(issue: PlainIssue, on: string, type: string | undefined): void {
  const isParent = issue.parent === on && (type ?? "parent-child") === "parent-child";
  const edges = issue.edges.filter((edge) => edge.on === on && edge.type === (type ?? edge.type));
  if (edges.length === 0 && !isParent) throw new Refusal("NOT_FOUND");
  refuseDeleted(issue);
  issue.edges = issue.edges.filter((edge) => !edges.includes(edge));
  if (isParent) issue.parent = undefined;
}

export function move(draft: Draft, deed: Move): void {
  const until = deed.do === "defer" ? deed.until : undefined;
  draft.refusePast(until);
  const issue = draft.find(deed.id);
  if (deed.do === "undelete") {
    if (issue.isPurged) throw new Refusal("INVALID");
    if (issue.status === "tombstone")
      Object.assign(issue, { status: issue.statusBefore, statusBefore: undefined });
    return;
  }
  refuseDeleted(issue);
  if (deed.do === "reopen") {
    if (issue.status === "closed") draft.setStatus(issue, "open");
  } else if (deed.do === "undefer") {
    if (issue.status === "deferred") draft.setStatus(issue, "open");
  } else {
    if (!isLive(issue)) throw new Refusal("INVALID");
    Object.assign(issue, { status: "deferred", until, session: undefined, isStarted: false });
  }
}

function refuseDeleted({ status }: PlainIssue): void {
  if (status === "tombstone") throw new Refusal("INVALID");
}

export function purge(issue: PlainIssue): void {
  const bare = {
    title: "(purged)",
    status: "tombstone",
    labels: [],
    edges: [],
    comments: [],
    isPurged: true,
  };
  Object.assign(issue, { priority: 2, type: "task" });
  const nothing = { parent: undefined, assignee: undefined, session: undefined, until: undefined };
  const silence = { reason: undefined, notes: undefined, statusBefore: undefined };
  Object.assign(issue, { ...bare, ...nothing, ...silence, isStarted: false });
}
