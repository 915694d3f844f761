import { parseDependencyType } from "../model/dependency";
import type { Draft, DraftEdge } from "../model/draft";
import { inDraft } from "../model/draft-names";
import { BzError } from "../model/errors";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json";
import { readWord } from "./issue-record";

/**
 * The drafts with the edges that a plan lists beside them, each `{"from","to","type"}`: `from` depends on `to`.
 * @throws BzError INVALID, NOT_FOUND for an edge that has nothing to do with the plan
 */
export function withPlanEdges(drafts: readonly Draft[], text: string): Draft[] {
  const edges: JsonValue = JSON.parse(text);
  if (!Array.isArray(edges)) throw new BzError("INVALID", '"edges" is not a list', { hint: edgeHint });
  const places = new Map<string, number>();
  for (const [at, { key, id }] of drafts.entries())
    for (const name of [key, id]) if (name !== undefined && !places.has(name)) places.set(name, at);
  const added = drafts.map((): { dependsOn: DraftEdge[]; blocks: DraftEdge[] } => ({
    dependsOn: [],
    blocks: [],
  }));
  for (const [at, edge] of edges.entries()) {
    inDraft(`edge ${at + 1}`, () => {
      const { from, to, type } = readEdge(edge);
      const own = added[places.get(plain(from)) ?? -1];
      const other = added[places.get(plain(to)) ?? -1];
      if (own !== undefined) own.dependsOn.push({ type, target: to });
      else if (other !== undefined) other.blocks.push({ type, target: from });
      else throw notOfPlan(from, to);
    });
  }
  return drafts.map((draft, at) => ({
    ...draft,
    dependsOn: [...draft.dependsOn, ...(added[at]?.dependsOn ?? [])],
    blocks: [...draft.blocks, ...(added[at]?.blocks ?? [])],
  }));
}

const edgeHint = 'write {"from":"b","to":"a"}: b depends on a';
const fromKeys = ["from", "from_key", "from_id"];
const toKeys = ["to", "to_key", "to_id"];

function readEdge(edge: JsonValue): { from: string; to: string; type: string } {
  if (!isJsonObject(edge)) throw new BzError("INVALID", "the edge is not an object", { hint: edgeHint });
  const unknown = Object.keys(edge).find((key) => ![...fromKeys, ...toKeys, "type"].includes(key));
  if (unknown !== undefined)
    throw new BzError("INVALID", `there is no key "${unknown}" in an edge`, { hint: edgeHint });
  const type = readWord(edge.type, "type", undefined) || "blocks";
  return { from: readEnd(edge, fromKeys), to: readEnd(edge, toKeys), type: parseDependencyType(type) };
}

function readEnd(edge: JsonObject, keys: readonly string[]): string {
  const given = keys.map((key) => readWord(edge[key], key, undefined) ?? "").filter((text) => text !== "");
  const [end] = given;
  if (end !== undefined && given.length === 1) return end;
  throw new BzError("INVALID", `the edge needs one "${keys[0]}"`, { hint: edgeHint });
}

function plain(name: string): string {
  return name.startsWith("$") ? name.slice(1) : name;
}

function notOfPlan(from: string, to: string): BzError {
  return new BzError("NOT_FOUND", `neither "${from}" nor "${to}" is a key of this plan`, {
    hint: "`bz dep add` connects issues that are there already",
    context: { from, to },
  });
}
