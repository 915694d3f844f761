import { expect, test } from "bun:test";
import type { Operation } from "../../model/operation";
import { corrupt } from "../../storage/failure";
import { decodeOperations } from "../../storage/logged-transaction";
import { decodeLongOperations } from "../../storage/long-transaction";
import { encodeTransaction } from "../../storage/transaction";
import { frameKind } from "../../storage/wal-format";
import { attempt, codeOf } from "../helpers/simulated-world";
import { line } from "../helpers/story";

const info = { timeMs: 1, actor: "tester", command: "test" };
const long = 'äöü "quoted" \\ },{"op":"put"}'.repeat(1000);
const many = Array.from({ length: 200 }, (_, at) => put(`t-${at}`, `${at} ${long}`));

test("a long transaction says what it says read as a whole", () => {
  const others: Operation[] = [
    put('t-"odd"', long),
    { op: "purge", id: "t-1", at: 5 },
    { op: "change", id: "t-2", at: 5, set: { metadata: [{ a: 1 }, { op: "put" }] } },
    put("t-last", "Last"),
  ];
  for (const operations of [
    many,
    [...many, ...others],
    [...others.slice(0, 2), ...many],
    [...others, ...many],
  ]) {
    const frame = frameOf(encodeTransaction(info, operations));
    expect(wholeOf(decodeLongOperations(frame, corrupt))).toEqual(wholeOf(decodeOperations(frame, corrupt)));
  }
});

test("a long transaction that is JSON of another form is read all the same", () => {
  const operations = many.slice(0, 150);
  const text = JSON.stringify({ ...head, operations }, undefined, 1);
  expect(wholeOf(decodeLongOperations(frameOf(bytesOf(text)), corrupt))).toEqual(operations);
});

test("what is no transaction is named, be it only a line that is none", () => {
  const text = new TextDecoder().decode(encodeTransaction(info, many));
  for (const damaged of [
    text.slice(0, -1),
    text.replace('"op":"put"', '"op":"pot"'),
    text.replace('"time"', '"tide"'),
  ])
    expect(codeOf(attempt(() => decodeLongOperations(frameOf(bytesOf(damaged)), corrupt)))).not.toBe("done");
  const [first] = decodeLongOperations(frameOf(bytesOf(text.replace('"line":"{', '"line":"['))), corrupt);
  expect(codeOf(attempt(() => (first?.op === "put" ? first.line : "")))).toBe("CORRUPT");
});

const head = { time: 1, actor: "tester", command: "test" };

/** With every line read. */
function wholeOf(operations: readonly Operation[]): Operation[] {
  return operations.map((operation) =>
    operation.op === "put" ? { op: "put", id: operation.id, line: operation.line } : operation,
  );
}

function frameOf(payload: Uint8Array) {
  return { kind: frameKind.transaction, sequence: 1, payload };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function put(id: string, title: string): Operation {
  return { op: "put", id, line: line(id, title) };
}
