import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { changeLine } from "../../model/change-line";
import { signNewLine } from "../../model/create-issue";
import { planImport } from "../../model/import";
import { parseIssue, parseRecord } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import { readMembers } from "../../model/json-members";
import { mergeLines } from "../../model/merge";
import { State } from "../../model/state";
import { parseFace } from "../../storage/face-lines";
import { plainLine } from "../model/samples";
import { claim, claimEqual, damaged, type Target, unlessRefused } from "./target";

const startMs = Date.UTC(2026, 0, 3);
const ids = ["x-1", "x-2", "x-3", "x-4"];

interface Edit {
  readonly id: string;
  readonly kind: "new" | "title" | "close" | "label" | "comment" | "edge" | "delete" | "foreign" | "key";
  /** Hours after the start. */
  readonly at: number;
  readonly text: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  id: fc.constantFrom(...ids),
  kind: fc.constantFrom(
    "new",
    "new",
    "title",
    "close",
    "label",
    "comment",
    "edge",
    "delete",
    "foreign",
    "key",
  ),
  at: fc.nat(6),
  text: fc.constantFrom("a", "b", "c\\d", 'q"', "é"),
});
/** What both sides came from, and what each of them did to it. */
const triples = fc
  .tuple(fc.array(edit, { maxLength: 5 }), fc.array(edit, { maxLength: 5 }), fc.array(edit, { maxLength: 5 }))
  .map((triple) => JSON.stringify(triple));

type FaceLines = ReadonlyMap<string, string>;

/** A later state of a face. */
function edited(face: FaceLines, edits: readonly Edit[]): FaceLines {
  const lines = new Map(face);
  for (const one of edits) {
    const line = lines.get(one.id);
    if (line === undefined) {
      if (one.kind === "new") lines.set(one.id, signNewLine(plainLine(one.id, `,"labels":["${one.id}"]`)));
    } else lines.set(one.id, editedLine(line, one));
  }
  return lines;
}

function editedLine(line: string, { id, kind, at: hour, text }: Edit): string {
  // Nobody closes what is deleted.
  if (kind === "close" && parseIssue(line).status === "tombstone") return line;
  // Later than all that its author had seen.
  const at = Math.max(startMs + hour * 3_600_000, Date.parse(parseIssue(line).updated_at) + 1);
  const change = { op: "change" as const, id, at };
  const created_at = new Date(at).toISOString();
  if (kind === "title") return changeLine(line, { ...change, set: { title: text } });
  if (kind === "close") return changeLine(line, { ...change, work: { status: "closed", reopens: 0 } });
  if (kind === "delete") return changeLine(line, { ...change, work: { status: "tombstone", reopens: 0 } });
  if (kind === "label") return changeLine(line, { ...change, labels: { [text]: true } });
  if (kind === "comment")
    return changeLine(line, {
      ...change,
      comments: [
        { id: String(hour * 1000 + text.charCodeAt(0)), present: true, text, author: "ann", created_at },
      ],
    });
  if (kind === "edge")
    return changeLine(line, {
      ...change,
      edges: [{ present: true, depends_on_id: "x-9", type: "blocks", created_at }],
    });
  // A tool that knows no stamps, but says when.
  if (kind === "foreign")
    return line
      .replace(/"title":"(?:[^"\\]|\\.)*"/, `"title":${JSON.stringify(`other ${text}`)}`)
      .replace(/"updated_at":"[^"]*"/, `"updated_at":"${created_at}"`);
  // A line with a key twice is no tool's, and read as the line with the last of them.
  if (kind !== "key" || line.includes(`"own_${hour}":`)) return line;
  return `${line.slice(0, -1)},"own_${hour}":${JSON.stringify(text)}}`;
}

/** As git's union merge leaves the file: what only one side changed, and both lines where both did. */
function unionOf(base: FaceLines, ours: FaceLines, theirs: FaceLines): string {
  const lines: string[] = [];
  for (const id of ids) {
    const [before, one, other] = [base.get(id), ours.get(id), theirs.get(id)];
    if (one === other || other === before) lines.push(...(one === undefined ? [] : [one]));
    else if (one === before) lines.push(...(other === undefined ? [] : [other]));
    else lines.push(...[one, other].filter((line) => line !== undefined));
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** The lines of one face as one state of each issue. */
function merged(text: string): FaceLines {
  const result = new Map<string, string>();
  const face = parseFace(new TextEncoder().encode(text), undefined);
  claim(
    face.guests.length === 0 && face.tornLine === undefined && face.conflictMarkers.length === 0,
    "a line of the merge is no issue",
  );
  for (const { id, text: line } of face.lines) {
    const before = result.get(id);
    result.set(id, before === undefined ? line : mergeLines(before, line));
  }
  return result;
}

function checkTriple(text: string): void {
  const [first, mine, others]: [Edit[], Edit[], Edit[]] = JSON.parse(text);
  const hasForeign = [first, mine, others].flat().some(({ kind }) => kind === "foreign");
  const base = edited(new Map(), first);
  const [ours, theirs] = [edited(base, mine), edited(base, others)];
  const result = merged(unionOf(base, ours, theirs));
  claimEqual(result, merged(unionOf(base, theirs, ours)), "it matters whose side one is on");
  claimEqual(
    [...result.keys()].sort(),
    [...new Set([...ours.keys(), ...theirs.keys()])].sort(),
    "the ids are not those of both sides",
  );
  for (const [id, line] of result) {
    const issue = parseIssue(line);
    const sides = [ours.get(id), theirs.get(id)].filter((side) => side !== undefined);
    for (const side of sides) {
      const one = parseIssue(side);
      // Of two edits by tools without stamps nobody knows which is the later one.
      if (!hasForeign)
        claimEqual(mergeLines(line, side), line, `a side of ${id} is still news to the result`);
      for (const comment of one.comments)
        claim(
          issue.comments.some(({ text: said }) => said === comment.text),
          `a comment of ${id} is lost`,
        );
      for (const label of one.labels) claim(issue.labels.includes(label), `a label of ${id} is lost`);
      for (const { depends_on_id } of one.dependencies)
        claim(
          issue.dependencies.some((edge) => edge.depends_on_id === depends_on_id),
          `an edge of ${id} is lost`,
        );
      for (const { key } of readMembers(side))
        if (key.startsWith("own_")) claim(key in parseRecord(line), `the key ${key} of ${id} is lost`);
    }
    const titles = sides.map((side) => parseIssue(side).title);
    claim(titles.includes(issue.title), `nobody gave ${id} the title ${issue.title}`);
    if (sides.some((side) => parseIssue(side).status === "tombstone"))
      claim(issue.status === "tombstone", `${id} is back`);
  }
}

/** Lines of real trackers, where they are; otherwise none. */
export function realLines(): string[] {
  const folder = join(import.meta.dir, "../../../shared/data");
  const names = namesIn(folder).filter((name) => name.endsWith(".jsonl"));
  return names.flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .filter((line) => line !== ""),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Every seventh, and none that is so long that most damage would fall into one text. */
const sampleLines = realLines().filter((line, at) => at % 7 === 0 && line.length < 6000);

const realTarget: Target = {
  name: "real lines",
  inputs: fc
    .array(damaged(sampleLines.length === 0 ? ["{}"] : sampleLines), { minLength: 1, maxLength: 3 })
    .map((lines) => lines.join("\n")),
  check(text) {
    const face = parseFace(new TextEncoder().encode(text), undefined);
    for (const { id, text: line } of face.lines) {
      claimEqual(parseIssue(line).id, id, "a line is another issue's");
      if (!line.includes("_stamp") && line.endsWith("}")) {
        const signed = signNewLine(line);
        claimEqual(mergeLines(signed, line), mergeLines(line, signed), "merging is not the same both ways");
      }
    }
    const state = new State(emptySource);
    const options = {
      prefix: "bd",
      random: (length: number) => new Uint8Array(length),
      nowMs: startMs,
      actor: "ann",
      renamePrefix: false,
    };
    const plan = unlessRefused(() => planImport(state, text, options));
    if (plan === undefined) return;
    for (const operation of [...plan.operations, ...(plan.memories?.operations ?? [])])
      state.apply(operation, 1);
    claimEqual(planImport(state, text, options).operations, [], "importing again changes something");
  },
};

export const faceTargets: readonly Target[] = [
  { name: "merge of two faces", inputs: triples, check: checkTriple },
  ...(sampleLines.length === 0 ? [] : [realTarget]),
];

/** What cannot be tried here, and why. */
export const skippedFaceTargets: readonly string[] =
  sampleLines.length === 0 ? ["real lines: there is no ../shared/data"] : [];
