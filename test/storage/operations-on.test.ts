import { expect, test } from "bun:test";
import fc from "fast-check";
import { isOnIssue, type Operation } from "../../model/operation";
import { decodeTransaction, type FrameText } from "../../storage/logged-transaction";
import { withOperationsOn } from "../../storage/operations-on";
import { encodeTransaction } from "../../storage/transaction";
import { frameKind } from "../../storage/wal-format";
import type { Frame } from "../../storage/wal-reader";
import { line } from "../helpers/story";

const plainIds = ["t-a", "t-ab", "t-a.b", "é", "\u{10000}"];
const anId = fc.constantFrom(...plainIds, 't-"', "t-\\", "t-\u0007");
/** What could be taken for the bounds of operations. */
const someText = fc.constantFrom(
  "",
  "}]}",
  '"},{"op":"put","id":"t-a","line":"{}"}',
  '"operations":[',
  '{"op":"',
);
const textsOnly = fc.oneof(
  fc.tuple(anId, someText).map(([id, text]): Operation => ({ op: "put", id, line: line(id, text) })),
  fc.tuple(anId, someText, fc.boolean()).map(([id, text, isChange]): Operation => {
    const taken = line(id, text);
    return { op: "take", id, line: taken, state: line(id, "s"), ...(isChange ? { result: taken } : {}) };
  }),
);
const within = ["t-a", "t-ab", "t-a"].map((id) => ({ op: "put", id, line: "{}" }));
const nested: Operation = { op: "change", id: "t-other", at: 1, set: { list: within } };
const anyOperation = fc.oneof(
  textsOnly,
  fc.constantFrom<Operation>(
    nested,
    { op: "gone" },
    { op: "purge", id: "t-a", at: 1 },
    { op: "record", type: "memory", key: "t-a", value: '},{"op":"put","id":"t-a"', at: 1, by: "ann" },
  ),
);
const info = { timeMs: 7, actor: '"operations":[', session: "é", command: '}]},{"op":"' };
const someIds = fc.uniqueArray(anId, { minLength: 1 }).map((ids) => new Set(ids));
/** Short frames are left as they are. */
const long: Operation = { op: "put", id: "t-long", line: line("t-long", "x".repeat(1 << 16)) };

function frameOf(operations: readonly Operation[], undoes?: readonly number[]): Frame {
  const payload = encodeTransaction({ ...info, undoes }, operations);
  // In memory a payload lies somewhere within a segment.
  const bytes = Buffer.concat([Buffer.from("before"), payload, Buffer.from("},{behind")]);
  const found: FrameText = { kind: frameKind.transaction, sequence: 3, payload: bytes.subarray(6, -9) };
  return { ...found, offset: 80, length: 0, link: 0, checksum: 0n };
}

function only(ids: ReadonlySet<string>, operations: readonly Operation[]): Operation[] {
  return operations.filter((operation) => isOnIssue(operation) && ids.has(operation.id));
}

test("a transaction that was cut down says of the issues what the whole one says, whatever operations it has", () => {
  const property = fc.property(
    fc.array(textsOnly),
    fc.array(anyOperation, { maxLength: 3 }),
    fc.nat(),
    someIds,
    (texts, others, place, ids) => {
      const operations: Operation[] = [...texts, long];
      operations.splice(place % (operations.length + 1), 0, ...others);
      const frame = frameOf(operations, [1, 2]);
      const whole = decodeTransaction(frame);
      const cut = decodeTransaction(withOperationsOn(frame, ids));
      expect(only(ids, cut.operations)).toEqual(only(ids, operations));
      expect({ ...cut, operations: [] }).toEqual({ ...whole, operations: [] });
    },
  );
  fc.assert(property, { numRuns: 1000 });
}, 30_000);

test("of a long frame of whole issues nothing is left but what is on the issues", () => {
  const ids = new Set(["t-a", "é", "\u{10000}"]);
  const operations: Operation[] = plainIds.map((id) => ({ op: "put", id, line: line(id, '"},{') }));
  const { payload } = withOperationsOn(frameOf([long, ...operations, long]), ids);
  expect(payload).toEqual(encodeTransaction(info, only(ids, operations)));
  const none = withOperationsOn(frameOf([long]), ids);
  expect(none.payload).toEqual(encodeTransaction(info, []));
});

test("a frame is left as it is where it is short, purged, or has an operation that holds more than texts", () => {
  const ids = new Set(["t-a"]);
  const short = frameOf([{ op: "put", id: "t-b", line: "{}" }]);
  const purged = { ...frameOf([long]), kind: frameKind.purged };
  for (const frame of [short, purged, frameOf([long, nested, long])])
    expect(withOperationsOn(frame, ids)).toBe(frame);
});
