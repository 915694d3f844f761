import { writeNewIssue } from "../model/create-issue";
import type { Draft } from "../model/draft";
import { BzError } from "../model/errors";
import { isJsonObject, type JsonObject } from "../model/json";
import { rawOf, readElements, readMembers } from "../model/json-members";
import { kept } from "../model/kept-text";
import { refuseRepeatedKeys, refuseRepeatedMembers } from "../model/repeated-keys";
import { DraftGathering } from "./draft-gathering";
import { type DraftReading, draftOfText } from "./draft-record";
import { decodeText, type NamedBytes } from "./named-text";
import { withPlanEdges } from "./plan-edges";
import { takeLines } from "./taken-lines";

export const draftFormats = ["titles", "jsonl", "json", "md"] as const;

export type DraftFormat = (typeof draftFormats)[number];

/** By the end of a file's name; undefined for any other. */
export function formatOfName(path: string): DraftFormat | undefined {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  return formatOfEnding.get(ending);
}

const formatOfEnding: ReadonlyMap<string, DraftFormat> = new Map([
  ["jsonl", "jsonl"],
  ["ndjson", "jsonl"],
  ["json", "json"],
  ["md", "md"],
  ["markdown", "md"],
]);

/**
 * Reads the issues that a text describes. All of it is read before anything is refused, so that every mistake is named at once. The bytes are of no use to
 * anybody else afterwards.
 * @throws BzError INVALID naming the lines or entries
 */
export async function readDrafts(
  input: NamedBytes,
  format: DraftFormat,
  reading: DraftReading,
): Promise<Draft[]> {
  // Of all formats the one that large plans are written in.
  if (format === "jsonl") return readLines(takeLines(input), reading);
  const plain = decodeText(input.bytes, input.source);
  if (format === "titles") return readTitles(plain);
  if (format === "json") return readPlan(plain, reading);
  const { readMarkdownDrafts } = await import("./markdown-drafts");
  return readMarkdownDrafts(plain, reading);
}

/** One a line. */
function readTitles(text: string): Draft[] {
  const drafts = new DraftGathering();
  for (const [at, line] of text.split("\n").entries()) {
    const title = line.trim();
    if (title === "") continue;
    const source = at + 1;
    drafts.add(source, () => ({
      source,
      issue: kept(writeNewIssue({ title })),
      dependsOn: [],
      blocks: [],
    }));
  }
  return drafts.finish();
}

function readLines(lines: Iterable<string>, reading: DraftReading): Draft[] {
  const drafts = new DraftGathering();
  let number = 0;
  for (const each of lines) {
    number += 1;
    const line = each.trim();
    if (line === "") continue;
    const source = number;
    drafts.add(source, () => draftOfText(line, source, reading));
  }
  return drafts.finish();
}

/**
 * A plan: `{"nodes":[...],"edges":[...]}`, or the list of the nodes alone. An edge goes from the issue that depends to the one that it depends
 * on, as in `dep add`.
 */
function readPlan(text: string, reading: DraftReading): Draft[] {
  const plan = parsePlan(text);
  const members = Array.isArray(plan) ? [] : readMembers(text);
  refuseRepeatedMembers(members);
  for (const { key } of members) {
    if (planKeys.includes(key)) continue;
    throw new BzError("INVALID", `a plan has no key "${key}"`, {
      hint: `its keys are ${planKeys.join(", ")}; the fields of an issue stand in its node`,
      context: { key },
    });
  }
  const nodes = Array.isArray(plan) ? text : (rawOf(members, "nodes") ?? rawOf(members, "issues") ?? "");
  if (!nodes.trimStart().startsWith("["))
    throw new BzError("INVALID", "the plan has no list of nodes", { hint: planHint });
  const drafts = new DraftGathering();
  for (const [at, raw] of readElements(nodes).entries()) {
    const source = `node ${at + 1}`;
    drafts.add(source, () => draftOfText(raw, source, reading));
  }
  const read = drafts.finish();
  const edges = rawOf(members, "edges");
  if (edges === undefined) return read;
  refuseRepeatedKeys(edges);
  return withPlanEdges(read, edges);
}

const planKeys = ["nodes", "issues", "edges"];
const planHint = 'write {"nodes":[{"key":"a","title":"..."},{"key":"b","title":"...","depends_on":["a"]}]}';

function parsePlan(text: string): JsonObject | unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BzError("INVALID", `the plan is not JSON: ${reason}`, { hint: planHint, cause: error });
  }
  if (Array.isArray(value) || isJsonObject(value)) return value;
  throw new BzError("INVALID", "the plan is neither an object nor a list", { hint: planHint });
}
