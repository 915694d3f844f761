import { parentChild } from "./dependency";
import { purgedStamp, readDependencyType, readTarget, readText } from "./issue-json";
import { isJsonObject, type JsonObject, type JsonValue } from "./json";
import { parseStampText, stampsOf } from "./line-stamps";
import { latestStamp } from "./recency";
import { latestTimeMs, parseTimeMs } from "./time";

/** What can be said against the edges of a readable line: they are read, but other readers may see others. */
export function edgeProblems(id: string, record: JsonObject): string[] {
  const problems: string[] = [];
  const spellings = new Map<string, string>();
  const parents = new Set<string>();
  for (const edge of Array.isArray(record.dependencies) ? record.dependencies : []) {
    const target = isJsonObject(edge) ? readTarget(edge) : undefined;
    if (!isJsonObject(edge) || target === undefined) continue;
    const type = readDependencyType(edge);
    problems.push(...contradictions(id, edge));
    if (type === parentChild) parents.add(target);
    const spelling = JSON.stringify([edge.type ?? edge.dep_type ?? null, spelledTargets(edge)]);
    const before = spellings.get(`${type} ${target}`);
    if (before !== undefined)
      problems.push(`${type} ${target} stands twice${before === spelling ? "" : ", in two spellings"}`);
    spellings.set(`${type} ${target}`, spelling);
  }
  if (parents.size > 1) problems.push(`has ${parents.size} parents: ${[...parents].join(", ")}`);
  return problems;
}

/** What can be said against the times and the stamps of a readable line. */
export function stampProblems(line: string, record: JsonObject, nowMs: number): string[] {
  const problems: string[] = [];
  for (const key of ["created_at", "updated_at"]) {
    const timeMs = typeof record[key] === "string" ? parseTimeMs(record[key]) : undefined;
    if (timeMs !== undefined && timeMs > latestTimeMs)
      problems.push(`${key} is after 2100 and counts as the epoch`);
  }
  if (!isStampBelievable(record)) problems.push("its _stamp is none of bz and counts as none");
  else if (record._stamp !== undefined) {
    const latestMs = latestStamp(stampsOf(line, record));
    if (latestMs > nowMs + toleranceMs)
      problems.push(
        `was last written in the future, at ${new Date(latestMs).toISOString()}: a clock is wrong`,
      );
  }
  return problems;
}

/** Whether a tool that does not know `_stamp` has changed the rest of the line. */
export function isEditedUnderStamp(line: string, record: JsonObject): boolean {
  return record._stamp !== undefined && !stampsOf(line, record).isIntact;
}

/** Where one edge says two things. */
function contradictions(id: string, edge: JsonObject): string[] {
  const problems: string[] = [];
  const targets = new Set(spelledTargets(edge));
  if (targets.size > 1) problems.push(`one edge leads to ${[...targets].join(" and to ")}`);
  const types = [edge.type, edge.dep_type].filter(isThere).map((type) => readDependencyType({ type }));
  if (new Set(types).size > 1) problems.push(`one edge is of type ${types.join(" and of type ")}`);
  const owner = readText(edge.issue_id, "issue_id");
  if (owner !== undefined && owner !== id) problems.push(`holds an edge of ${owner}`);
  return problems;
}

function spelledTargets(edge: JsonObject): string[] {
  return [edge.depends_on_id, edge.depends_on, edge.target_id].filter(isThere).map(String);
}

function isThere(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null && value !== "";
}

/** Clocks of two machines are seldom further apart. */
const toleranceMs = 24 * 3_600_000;

/** Whether the `_stamp` of a line is one that we could have written. One that is not counts as none. */
export function isStampBelievable(record: JsonObject): boolean {
  const text = record._stamp;
  if (text === undefined || text === purgedStamp) return true;
  return typeof text === "string" && parseStampText(text, record) !== undefined;
}
