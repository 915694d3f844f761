import { expect } from "bun:test";
import fc from "fast-check";
import { BzError } from "../../model/errors";
import type { IssueSource } from "../../model/issue-source";
import { emptySource } from "../../model/issue-source";
import { isOnIssue, saysWholeIssue } from "../../model/operation";
import { parseOperation } from "../../model/operation-shape";
import { State } from "../../model/state";
import { UnreadLog } from "../../storage/unread-log";
import { encodeFrame, frameKind } from "../../storage/wal-format";
import { walkFrames } from "../../storage/wal-reader";
import { anyJson, day, dayText, plainLine } from "../model/samples";

export const ids = ["t-a", "t-b", "t-c", "t-é", 't"q', "t\\b"];
const anId = fc.constantFrom(...ids);
const aMoment = fc.constantFrom(dayText, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00.000Z");

/** What JSON may say of a key, as text. */
type Member = readonly [key: string, json: string];
const text = (value: unknown): string => JSON.stringify(value);
const aText = fc.oneof(
  fc.constantFrom(
    "One",
    'Say "so"',
    "a\\b",
    "line\nbreak",
    "/",
    '\\"',
    '","priority":0,"',
    "\u0001",
    "\u2028",
  ),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const anEdge = fc
  .tuple(fc.constantFrom(...ids, "gone"), fc.constantFrom("blocks", "blocks", "parent-child", "related"))
  .map(([target, type]) => ({ depends_on_id: target, type }));

/** Keys in the order in which bz writes them. */
function lineMembers(id: string): fc.Arbitrary<Member[]> {
  const sometimes = (key: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Member[]> =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Member[]>([]) },
      { weight: 1, arbitrary: value.map((each): Member[] => [[key, text(each)]]) },
    );
  const always = (key: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Member[]> =>
    value.map((each): Member[] => [[key, text(each)]]);
  const rarely = fc.oneof(
    { weight: 9, arbitrary: fc.constant<Member[]>([]) },
    {
      weight: 3,
      arbitrary: fc.oneof(
        sometimes("dependencies", fc.array(anEdge, { maxLength: 2 })),
        sometimes("pinned", fc.boolean()),
        sometimes("defer_until", aMoment),
        sometimes("metadata", anyJson),
        sometimes("own", anyJson),
      ),
    },
  );
  return fc
    .tuple(
      always("id", fc.constant(id)),
      always("title", aText),
      sometimes("description", aText),
      sometimes("notes", aText),
      always(
        "status",
        fc.constantFrom("open", "open", "open", "closed", "in_progress", "deferred", "tombstone"),
      ),
      always("priority", fc.constantFrom(0, 1, 2, 2, 4)),
      always("issue_type", fc.constantFrom("task", "epic")),
      sometimes("assignee", fc.constant("ann")),
      always("created_at", aMoment),
      sometimes("created_by", aText),
      always("updated_at", aMoment),
      sometimes("external_ref", aText),
      sometimes("labels", fc.array(fc.constantFrom("x", "y"), { minLength: 1, maxLength: 2 })),
      rarely,
      always("_stamp", fc.constant("#abc")),
    )
    .map((members) => members.flat());
}

/** The same as others may write it: in another order, twice, with less or more of it, with spaces, each character as an escape. */
const anySpelling: fc.Arbitrary<(members: readonly Member[]) => string> = fc.oneof(
  { weight: 16, arbitrary: fc.constant((members: readonly Member[]) => objectOf(members)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.nat(30),
        fc.nat(30),
        fc.constantFrom("swap", "again", "without", "unknown", "spaces", "escapes"),
      )
      .map(([one, other, way]) => (members: readonly Member[]): string => {
        const all = [...members];
        const [at, to] = [one % all.length, other % all.length];
        const [first, second] = [all[at], all[to]];
        if (first === undefined || second === undefined) return objectOf(all);
        if (way === "swap") [all[at], all[to]] = [second, first];
        if (way === "again") all.splice(to, 0, [first[0], second[1]]);
        if (way === "without") all.splice(at, 1);
        if (way === "unknown") all.splice(at, 0, [`x${first[0]}`, second[1]]);
        const json = objectOf(all);
        if (way === "spaces") return json.replaceAll(/(?<=[{,:]) ?(?=")/g, " ");
        return way === "escapes" ? json.replaceAll("p", "\\u0070") : json;
      }),
  },
);

function objectOf(members: readonly Member[]): string {
  return `{${members.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(",")}}`;
}

const aLine = anId.chain((id) =>
  fc.tuple(lineMembers(id), anySpelling).map(([members, spell]) => ({ id, line: spell(members) })),
);

const partsOfChange = {
  set: fc.oneof(
    fc.record(
      {
        title: aText,
        priority: fc.nat(4),
        description: fc.option(aText),
        pinned: fc.boolean(),
        issue_type: fc.constantFrom("task", "epic"),
        own: anyJson,
      },
      { requiredKeys: [] },
    ),
    fc.record({ priority: fc.nat(4) }),
    fc.record({ notes: aText }),
  ),
  work: fc.record(
    {
      reopens: fc.nat(2),
      status: fc.constantFrom("open", "closed", "in_progress", "deferred", "tombstone", "pinned"),
      closed_at: aMoment,
      defer_until: aMoment,
    },
    { requiredKeys: ["reopens", "status"] },
  ),
  claim: fc.record({ assignee: aText, started_at: aMoment }, { requiredKeys: [] }),
  parent: fc.record({ id: fc.option(anId), created_at: fc.constant(dayText) }),
  labels: fc.constant({ x: true }),
  edges: fc.array(
    anEdge.map((edge) => ({ ...edge, present: true, created_at: dayText })),
    { maxLength: 2 },
  ),
  comments: fc.constant([{ id: "1", created_at: dayText, present: true, author: "ann", text: "So" }]),
};

/** What `change` may say, in the order in which bz writes it: one thing, or several. */
const aChange: fc.Arbitrary<Member[]> = fc
  .oneof(
    ...Object.entries(partsOfChange).map(([key, part]) => fc.record({ [key]: part })),
    fc.record<Record<string, unknown>>(partsOfChange, { requiredKeys: [] }),
  )
  .map((change) => Object.entries(change).map(([key, value]): Member => [key, text(value)]));

const anOperation: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(aLine, anySpelling).map(([{ id, line }, spell]) =>
      spell([
        ["op", '"put"'],
        ["id", text(id)],
        ["line", text(line)],
      ]),
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(anId, aChange, anySpelling)
      .map(([id, change, spell]) =>
        spell([["op", '"change"'], ["id", text(id)], ["at", String(day)], ...change]),
      ),
  },
  {
    weight: 1,
    arbitrary: anId.map((id) =>
      objectOf([
        ["op", '"purge"'],
        ["id", text(id)],
        ["at", String(day)],
      ]),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(aLine, fc.boolean())
      .map(([{ id, line }, isNew]) =>
        objectOf([
          ["op", '"take"'],
          ["id", text(id)],
          ["line", text(line)],
          ...(isNew ? [["result", text(line)] as const] : []),
        ]),
      ),
  },
);
export function usualEnvelope(operations: string): string {
  return `{"time":1,"actor":"ann","command":"q","operations":[${operations}]}`;
}

/** Around the operations. */
const envelopes = [
  usualEnvelope,
  (operations: string): string =>
    `{"time":1,"actor":"ann","session":"s","command":"q","operations":[${operations}]}`,
  (operations: string): string =>
    `{"time":1,"actor":"ann","command":"q","undoes":[1],"operations":[${operations}]}`,
  (operations: string): string => `{"actor":"ann","time":1,"command":"q","operations":[${operations}]}`,
  (operations: string): string => `{"time":1,"actor":"\\u0061nn","command":"q","operations":[${operations}]}`,
  (operations: string): string =>
    `{"time":1,"actor":"ann","command":"q","operations":[],"operations":[${operations}]}`,
  (operations: string): string => `{ "time":1,"actor":"ann","command":"q","operations":[ ${operations} ] }`,
  (operations: string): string =>
    `{"time":1,"actor":"ann","command":"q","operations":[${operations}],"own":{"operations":[]}}`,
];
export interface Logged {
  readonly operations: readonly string[];
  readonly enclose: (operations: string) => string;
}
const aTransaction: fc.Arbitrary<Logged> = fc.record({
  operations: fc.oneof(
    { weight: 5, arbitrary: fc.tuple(anOperation) },
    { weight: 1, arbitrary: fc.array(anOperation, { maxLength: 3 }) },
  ),
  enclose: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...envelopes.slice(0, 2)) },
    { weight: 1, arbitrary: fc.constantFrom(...envelopes) },
  ),
});

/** So many that their outline is told by an expression. */
export const fillers = Array.from({ length: 64 }, (_, number): Logged => {
  const id = `t-${number}`;
  const line = plainLine(id, ',"_stamp":"#abc"');
  return { operations: [text({ op: "put", id, line })], enclose: usualEnvelope };
});

/** The log that holds what of the transactions is possible above a base, and the state that this leads to. */
export function behind(
  base: IssueSource,
  transactions: readonly Logged[],
): { unread: UnreadLog; eager: State } {
  const eager = new State(base);
  const payloads = [...fillers, ...transactions].map(({ operations, enclose }, index) => {
    const possible = operations.filter((each) => applyIfPossible(eager, each, index + 1));
    return enclose(possible.join(","));
  });
  return { unread: logOf(payloads), eager };
}

export function logOf(payloads: readonly string[]): UnreadLog {
  const salt = new Uint8Array(16).fill(7);
  const frames: Uint8Array[] = [];
  let previousChecksum = 0n;
  for (const [index, text] of payloads.entries()) {
    const content = { sequence: index + 1, previousChecksum, kind: frameKind.transaction };
    const frame = encodeFrame({ ...content, payload: new TextEncoder().encode(text) }, salt);
    frames.push(frame.bytes);
    previousChecksum = frame.checksum;
  }
  const start = { generation: 1, offset: 0, sequence: 0, checksum: 0n };
  const walk = walkFrames(new Uint8Array(Buffer.concat(frames)), 0, salt, start);
  expect(walk.end.sequence).toBe(frames.length);
  return new UnreadLog().and(walk);
}

/** What no bz would log, or what makes a line that is no issue, is not. */
function applyIfPossible(state: State, json: string, sequence: number): boolean {
  try {
    const operation = parseOperation(JSON.parse(json));
    if (!isOnIssue(operation)) return false;
    if ((operation.op === "purge" || !saysWholeIssue(operation)) && !state.has(operation.id)) return false;
    const next = state.fork();
    next.apply(operation, sequence);
    if (next.issue(operation.id)?.id !== operation.id) return false;
    state.apply(operation, sequence);
    return true;
  } catch (error) {
    if (error instanceof BzError) return false;
    throw error;
  }
}

export const anyBase = fc.array(aLine, { minLength: 4, maxLength: 9 });
export const anyLog = fc.array(aTransaction, { minLength: 6, maxLength: 16 });

export function baseOf(lines: readonly { id: string; line: string }[]): State {
  const base = new State(emptySource);
  for (const { id, line } of lines) applyIfPossible(base, text({ op: "put", id, line }), 0);
  return base;
}
