import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Operation } from "../../model/operation";
import { decodeTransaction } from "../../storage/logged-transaction";
import { LongPayload } from "../../storage/long-payload";
import { encodeTransaction } from "../../storage/transaction";
import { encodeFrame, frameKind } from "../../storage/wal-format";

const info = { timeMs: 1, actor: "tester", command: "test" };
const texts = fc.array(
  fc.string({ unit: fc.constantFrom("a", '"', "\\", "é", "\u{10000}", "￿"), maxLength: 40 }),
);

test("a payload that is put together piece by piece is what one text of all pieces is, however much was expected", () => {
  fc.assert(
    fc.property(texts, fc.nat(60), (pieces, expectedLength) => {
      const payload = new LongPayload(expectedLength);
      for (const piece of pieces) payload.add(piece);
      const whole = new TextEncoder().encode(`${pieces.join("")}]}`);
      expect(payload.ended("]}")).toEqual(whole);
      expect(payload.length).toBe(whole.length);
    }),
  );
});

test("a transaction of many operations is the same JSON as one of few, and its frame the same bytes as that of a copy", () => {
  const salt = new Uint8Array(16).fill(7);
  fc.assert(
    fc.property(texts, (titles) => {
      const operations = Array.from({ length: 2000 }, (_, index): Operation => {
        const id = `t-${index}`;
        const title = titles[index % Math.max(1, titles.length)] ?? "";
        return { op: "put", id, line: JSON.stringify({ id, title }) };
      });
      const payload = encodeTransaction(info, operations);
      expect(new TextDecoder().decode(payload)).toBe(
        JSON.stringify({ time: 1, actor: "tester", command: "test", operations }),
      );
      const content = { sequence: 3, previousChecksum: 5n, kind: frameKind.transaction };
      const frame = encodeFrame({ ...content, payload }, salt);
      expect(frame).toEqual(encodeFrame({ ...content, payload: payload.slice() }, salt));
      // Not a second time in another place.
      expect(frame.bytes.buffer).toBe(payload.buffer);
    }),
    { numRuns: 20 },
  );
});

test.each([
  { actor: "a".repeat(70_000) },
  { session: "s".repeat(70_000) },
  { undoes: Array.from({ length: 20_000 }, (_, sequence) => sequence) },
])("a transaction in which more than its operations is long reads back as it was", (long) => {
  const lines = ["{}", '{"a":1}'];
  const operations = lines.map((line, at): Operation => ({ op: "put", id: `t-${at}`, line }));
  for (const some of [operations.slice(0, 1), operations]) {
    const transaction = { ...info, ...long, operations: some };
    const payload = encodeTransaction(transaction, some);
    expect(decodeTransaction({ kind: frameKind.transaction, sequence: 1, payload })).toEqual(transaction);
  }
});
