import fc from "fast-check";
import { changeLine, withStamp } from "../../model/change-line";
import { signNewLine } from "../../model/create-issue";
import { planImport } from "../../model/import";
import { parseIssue, parseRecord } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import { readMembers } from "../../model/json-members";
import { formatItems, isSameItems, readItems } from "../../model/line-items";
import { readStamps } from "../../model/line-stamps";
import { mergeLines } from "../../model/merge";
import { State } from "../../model/state";
import { takeLine } from "../../model/take-line";
import { parseFace } from "../../storage/face-lines";
import { anyJson, dayText, plainLine, rawTexts } from "../model/samples";
import { claim, claimEqual, damaged, type Target, unlessRefused } from "./target";

const edges = `"dependencies":[{"depends_on_id":"x-2","type":"blocks"},{"target_id":"x-3","dep_type":"parent_child","metadata":"{}"}]`;
const comments = `"comments":[{"id":1,"author":"ann","text":"said","created_at":"${dayText}"},{"body":"no id","thread":7}]`;
const first = plainLine("x-1", `,"labels":["a","b"],${edges},${comments}`);
const signed = signNewLine(first);
const changed = changeLine(signed, {
  op: "change",
  id: "x-1",
  at: Date.UTC(2026, 0, 3),
  set: { title: "T2" },
  work: { status: "closed", reopens: 1 },
  labels: { a: false, c: true },
});
const samples = [
  first,
  signed,
  changed,
  plainLine(
    "x-1",
    `,"due_at":"2026-02-01","estimated_minutes":90,"metadata":{"k":[1.0]},"n":12345678901234567890`,
  ),
  '{"id":"x-1","title":"gone","status":"tombstone","deleted_at":"2026-01-02T00:00:00Z","_stamp":"!"}',
  '{"_type":"issue","id":"x-1","title":"bd","status":"in progress","priority":"P1","owner":"ann","created_at":"2025-01-01"}',
  '{"_type":"memory","key":"k","value":"v"}',
];
const keys = [
  "id title description status priority issue_type type assignee owner labels dependencies comments created_at updated_at",
  "closed_at close_reason due_at defer_until estimated_minutes external_ref parent metadata deleted_at ephemeral pinned",
  "_stamp _type _schema id created_by depends_on_id text __proto__ notes design acceptance_criteria source_repo",
]
  .join(" ")
  .split(" ");
const stampPieces = [
  "@k1",
  "^1",
  "^zzzzzzzzzz",
  "t=1",
  "t=-1",
  "w=zz",
  "l:a",
  "b:blocks:x-2",
  "k:1:0",
  "!",
  "#0",
  " #",
  "%20",
];
const linePieces = [
  ...keys.map((key) => `"${key}":`),
  ...rawTexts,
  "x-1",
  "x-2",
  "closed",
  dayText,
  ...stampPieces,
];

const anyMember = fc
  .tuple(
    fc.constantFrom(...keys),
    fc.oneof(
      anyJson.map((value) => JSON.stringify(value)),
      fc.constantFrom(...linePieces),
    ),
  )
  .map(([key, raw]) => `"${key}":${raw.endsWith(":") ? "1" : raw}`);
const anyObject = fc
  .array(anyMember, { maxLength: 6 })
  .map((members) => `{${['"id":"x-1"', ...members].join(",")}}`);
const anyLine = fc.oneof(
  { weight: 3, arbitrary: damaged(samples, linePieces) },
  { weight: 1, arbitrary: anyObject },
);
const anyFile = fc
  .tuple(
    fc.array(anyLine, { maxLength: 4 }),
    fc.constantFrom("\n", "\r\n", "\n\n"),
    fc.constantFrom("", "\n", "<<<<<<< a\n"),
  )
  .map(([lines, gap, end]) => lines.join(gap) + end);

function random(length: number): Uint8Array {
  return new Uint8Array(length).fill(length);
}

function stateOf(line: string): State {
  const state = new State(emptySource);
  state.apply({ op: "put", id: "x-1", line }, 1);
  return state;
}

/** The line, when it is one that a store would take. */
function issueLine(text: string): string | undefined {
  const issue = unlessRefused(() => parseIssue(text));
  return issue?.id === "x-1" ? text : undefined;
}

export const lineTargets: readonly Target[] = [
  {
    name: "line",
    inputs: anyLine,
    check(text) {
      const record = unlessRefused(() => parseRecord(text));
      if (record === undefined) return;
      const names = new Set(readMembers(text).map(({ key }) => key));
      claimEqual([...names].sort(), Object.keys(record).sort(), "the members are not those of JSON.parse");
      for (const { key, raw } of readMembers(text).reverse()) {
        if (names.delete(key))
          claimEqual(JSON.parse(raw), record[key], `the member ${key} is not that of JSON.parse`);
      }
      unlessRefused(() => parseIssue(text));
    },
  },
  {
    name: "items of a line",
    inputs: anyLine,
    check(text) {
      const line = issueLine(text);
      if (line === undefined) return;
      const items = readItems(line);
      if (items.stamps.isPurged) return;
      const written = formatItems(items);
      claim(isSameItems(items, readItems(written)), `the items of ${written} are others`);
      claimEqual(formatItems(readItems(written)), written, "a line is not written as it was");
      parseIssue(written);
    },
  },
  {
    name: "_stamp",
    inputs: damaged(
      [...samples, ...samples].map((line) => /"_stamp":"([^"]*)"/.exec(line)?.[1] ?? "@k1 ^1 t=5 #0"),
      stampPieces,
    ),
    check(text) {
      const rest = readMembers(first);
      const line = `${first.slice(0, -1)},"_stamp":${JSON.stringify(text)}}`;
      const stamps = readStamps(line);
      const written = withStamp(rest, stamps);
      const again = readStamps(written);
      if (!stamps.isPurged)
        claimEqual(withStamp(rest, again), written, "stamps are not written as they were read");
      const later = changeLine(line, {
        op: "change",
        id: "x-1",
        at: Date.UTC(2026, 0, 4),
        set: { title: "later" },
      });
      if (!stamps.isPurged) claim(parseIssue(later).title === "later", "a change to a line did not hold");
    },
  },
  {
    name: "merge",
    inputs: anyLine,
    check(text) {
      const line = issueLine(text);
      if (line === undefined) return;
      for (const other of [first, signed, changed]) {
        const merged = mergeLines(line, other);
        claimEqual(mergeLines(other, line), merged, "merging is not the same both ways");
        claimEqual(mergeLines(merged, line), merged, "merging again changes something");
        claim(parseIssue(merged).id === "x-1", "a merged line is another issue's");
      }
    },
  },
  {
    name: "line taken in",
    inputs: anyLine,
    check(text) {
      const line = issueLine(text);
      if (line === undefined) return;
      for (const current of [undefined, first, changed]) {
        const taken = takeLine(line, current, [{ line: signed }]);
        claim(parseIssue(taken.result).id === "x-1", "a line that was taken in is another issue's");
        parseIssue(taken.state);
        const again = takeLine(line, taken.result, [{ line: signed }, { line: taken.state, raw: line }]);
        claim(
          again.kind === "known" && again.result === taken.result,
          "a line that was taken in is news again",
        );
      }
    },
  },
  {
    name: "face",
    inputs: anyFile,
    check(text) {
      const bytes = new TextEncoder().encode(text);
      const face = parseFace(bytes, undefined);
      const whole =
        face.lineCount + face.guests.length + face.conflictMarkers.length + (face.tornLine ? 1 : 0);
      const said = text
        .replace(/^\ufeff/, "")
        .split("\n")
        .filter((line) => line.replace(/^\ufeff/, "").trim() !== "").length;
      claim(whole === said, `${said} lines are ${whole}`);
      for (const { id, text: line } of face.lines)
        claimEqual(parseIssue(line).id, id, "a line is another issue's");
    },
  },
  {
    name: "import",
    inputs: anyFile,
    check(text) {
      for (const renamePrefix of [false, true]) {
        const state = stateOf(signed);
        const options = { prefix: "bd", random, nowMs: Date.UTC(2026, 0, 5), actor: "ann", renamePrefix };
        const plan = unlessRefused(() => planImport(state, text, options));
        if (plan === undefined) continue;
        for (const operation of [...plan.operations, ...(plan.memories?.operations ?? [])])
          state.apply(operation, 2);
        for (const id of state.ids()) claimEqual(state.issue(id)?.id, id, "an issue stands under another id");
        const again = planImport(state, text, options);
        claim(renamePrefix || again.operations.length === 0, "importing again changes something");
      }
    },
  },
];
