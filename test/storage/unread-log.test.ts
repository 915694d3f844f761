import { expect, test } from "bun:test";
import fc from "fast-check";
import { dependentsOf } from "../../model/graph";
import { emptySource } from "../../model/issue-source";
import { isOnIssue, type Operation, saysWholeIssue } from "../../model/operation";
import { State } from "../../model/state";
import { UnreadLog } from "../../storage/unread-log";
import { encodeFrame, frameKind, segmentHeaderLength } from "../../storage/wal-format";
import { walkFrames, walkFromPrefix } from "../../storage/wal-reader";
import { day, dayText, plainLine } from "../model/samples";

/** One of each that JSON spells in more than one way, or in a line otherwise than in a text of its own. */
const ids = ["t-a", "t-a.1", "t-b", "t-é", "t/a", 't"a', "t\\a", "\u{10000}"];
const anId = fc.constantFrom(...ids);
const anAt = fc.integer({ min: day + 1, max: day + 1_000 });
const edgeTo = (to: string): string =>
  `,"dependencies":[{"depends_on_id":${JSON.stringify(to)},"type":"blocks"}]`;
const lineOf = (id: string, rest: string): string =>
  `{"id":${JSON.stringify(id)},${plainLine("x", rest).slice(10)}`;
const operation: fc.Arbitrary<Operation> = fc.oneof(
  anId.map((id): Operation => ({ op: "put", id, line: lineOf(id, "") })),
  fc.tuple(anId, anId).map(([id, to]): Operation => ({ op: "put", id, line: lineOf(id, edgeTo(to)) })),
  fc
    .tuple(anId, anAt, fc.string())
    .map(([id, at, notes]): Operation => ({ op: "change", id, at, set: { notes } })),
  fc.tuple(anId, anAt, anId, fc.boolean()).map(([id, at, to, present]): Operation => {
    return {
      op: "change",
      id,
      at,
      edges: [{ depends_on_id: to, type: "blocks", present, created_at: dayText }],
    };
  }),
  fc.tuple(anId, anAt, fc.option(anId)).map(([id, at, parent]): Operation => {
    return { op: "change", id, at, parent: { id: parent, created_at: dayText } };
  }),
  fc.tuple(anId, anAt).map(([id, at]): Operation => ({ op: "purge", id, at })),
  fc
    .tuple(anId, anAt, fc.option(fc.string()))
    .map(([key, at, value]): Operation => ({ op: "record", type: "memory", key, value, at, by: "ann" })),
  fc.tuple(anId, fc.option(anId)).map(([id, to]): Operation => {
    const line = lineOf(id, "");
    return { op: "take", id, line, ...(to === null ? {} : { result: lineOf(id, edgeTo(to)) }) };
  }),
);

/** How another program may write the same JSON. */
const spellings = [
  (json: string): string => json,
  (json: string): string =>
    json.replace(/"(?:[^"\\]|\\.)*"/g, (text) => text.replace(/(?<!\\)t/g, "\\u0074")),
  (json: string): string => json.replaceAll("/", "\\/"),
  (json: string): string => JSON.stringify(JSON.parse(json), null, 1),
];
const aTransaction = fc.record({
  operations: fc.array(operation, { minLength: 1, maxLength: 4 }),
  spell: fc.constantFrom(...spellings),
});

type Question = (state: State) => unknown;
const question: fc.Arbitrary<Question> = fc.oneof(
  anId.map(
    (id): Question =>
      (state) =>
        state.has(id),
  ),
  anId.map(
    (id): Question =>
      (state) =>
        state.line(id),
  ),
  anId.map(
    (id): Question =>
      (state) => [state.version(id), state.isTouched(id)],
  ),
  anId.map(
    (id): Question =>
      (state) =>
        state.issue(id),
  ),
  anId.map(
    (id): Question =>
      (state) =>
        dependentsOf(state, id),
  ),
  anId.map(
    (key): Question =>
      (state) =>
        state.record("memory", key),
  ),
  fc.constantFrom<Question>(
    (state) => state.count,
    (state) => [...state.ids()],
    (state) => [...state.changedIds()],
    (state) => state.records(),
    (state) => [...state.issues()],
  ),
);

/** Nothing is changed or purged that is not there. */
function isPossible(each: Operation, state: State): boolean {
  if (!isOnIssue(each)) return true;
  return (each.op !== "purge" && saysWholeIssue(each)) || state.has(each.id);
}

function applyPossible(state: State, operations: readonly Operation[], sequence: number): Operation[] {
  return operations.filter((each) => {
    if (!isPossible(each, state)) return false;
    state.apply(each, sequence);
    return true;
  });
}

const salt = new Uint8Array(16).fill(7);
const start = { generation: 1, offset: segmentHeaderLength, sequence: 0, checksum: 0n };

interface Logged {
  readonly operations: readonly Operation[];
  readonly spell: (json: string) => string;
}

/** The log that holds them, read in two parts as one that was caught up with, or behind a prefix that was verified before, and the state they led to. */
function logged(
  base: State,
  transactions: readonly Logged[],
  cut: number,
  isAtOnce: boolean,
): { unread: UnreadLog; eager: State } {
  const eager = new State(base);
  const frames: Uint8Array[] = [];
  let checksum = start.checksum;
  for (const [index, { operations, spell }] of transactions.entries()) {
    const applied = applyPossible(eager, operations, index + 1);
    const json = spell(JSON.stringify({ time: 1, actor: "ann", command: "q", operations: applied }));
    const content = { sequence: index + 1, previousChecksum: checksum, kind: frameKind.transaction };
    const frame = encodeFrame({ ...content, payload: new TextEncoder().encode(json) }, salt);
    frames.push(frame.bytes);
    checksum = frame.checksum;
  }
  const bytes = Buffer.concat(frames);
  const first = walkFrames(bytes, start.offset, salt, start, Math.min(cut, frames.length));
  if (isAtOnce && cut > 0 && cut < frames.length) {
    const whole = walkFromPrefix(bytes, salt, start, first.prefix(salt));
    if (whole === undefined) throw new Error("the prefix does not vouch for its own bytes");
    return { unread: new UnreadLog().and(whole), eager };
  }
  const rest = walkFrames(bytes.subarray(first.end.offset - start.offset), first.end.offset, salt, first.end);
  expect(rest.end.sequence).toBe(frames.length);
  return { unread: new UnreadLog().and(first).and(rest), eager };
}

test("a log that is read as far as somebody asks says what the whole of it says, whatever is asked, and of forks too", () => {
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 6 }),
      fc.array(aTransaction, { maxLength: 12 }),
      fc.nat(12),
      fc.boolean(),
      fc.array(fc.oneof(question, operation), { maxLength: 12 }),
      (below, transactions, cut, isAtOnce, steps) => {
        const base = new State(emptySource);
        applyPossible(base, below, 0);
        const { unread, eager } = logged(base, transactions, cut, isAtOnce);
        let [lazy, whole] = [new State(base, unread), eager];
        for (const [index, step] of steps.entries()) {
          if (typeof step === "function") {
            expect(step(lazy)).toEqual(step(whole));
            continue;
          }
          [lazy, whole] = [lazy.fork(), whole.fork()];
          if (!isPossible(step, whole)) continue;
          for (const state of [lazy, whole]) state.apply(step, transactions.length + 1 + index);
        }
        expect([...lazy.issues()]).toEqual([...whole.issues()]);
        expect([...lazy.changedIds()]).toEqual([...whole.changedIds()]);
      },
    ),
    { numRuns: 400 },
  );
});

test("what was changed behind a sequence is named, and nothing that no transaction behind it is about", () => {
  fc.assert(
    fc.property(
      fc.array(aTransaction, { maxLength: 12 }),
      fc.nat(12),
      fc.boolean(),
      fc.nat(13),
      fc.array(operation, { maxLength: 3 }),
      (transactions, cut, isAtOnce, sequence, applied) => {
        const base = new State(emptySource);
        const { unread, eager } = logged(base, transactions, cut, isAtOnce);
        const lazy = new State(base, unread);
        for (const each of applied) {
          if (!isPossible(each, eager)) continue;
          for (const state of [lazy, eager]) state.apply(each, transactions.length + 1);
        }
        const named = lazy.idsChangedAfter(sequence);
        const changed = [...eager.changedIds()].filter((id) => eager.version(id) > sequence);
        expect(changed.filter((id) => !named.has(id))).toEqual([]);
        const later = [...transactions.slice(sequence).flatMap(({ operations }) => operations), ...applied];
        const about = new Set(later.filter(isOnIssue).map(({ id }) => id));
        expect([...named].filter((id) => !about.has(id))).toEqual([]);
      },
    ),
    { numRuns: 400 },
  );
});
