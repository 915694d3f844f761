import { describe, expect, test } from "bun:test";
import { BzError } from "../../model/errors";
import type { Operation } from "../../model/operation";
import { encodeTransaction } from "../../storage/transaction";
import { storeWithWrites } from "../helpers/moments";
import { attempt, codeOf } from "../helpers/simulated-world";
import { line } from "../helpers/story";

const info = { timeMs: 1, actor: "tester", command: "test" };
const limits = { operation: 1000, payload: 3000 };

describe("the payload of a transaction", () => {
  test("is one JSON object", () => {
    const operations: Operation[] = [put("t-1", "One"), { op: "purge", id: "t-2", at: 5 }];
    const text = new TextDecoder().decode(encodeTransaction({ ...info, session: "s" }, operations, limits));
    expect(text).toBe(
      JSON.stringify({ time: 1, actor: "tester", session: "s", command: "test", operations }),
    );
  });

  test("has no operation above its limit; the error names the issue, the field and its size", () => {
    const change = { op: "change", id: "t-1", at: 5, set: { notes: "n", design: "ü".repeat(500) } } as const;
    for (const [operation, field, bytes] of [
      [put("t-1", "x".repeat(1000)), "title", 1002],
      [change, "design", 1002],
    ] as const) {
      const error = errorOf(() => encodeTransaction(info, [operation], limits));
      expect(error).toMatchObject({
        code: "INVALID",
        context: { id: "t-1", field, bytes, limit_bytes: 1000 },
      });
      expect(error?.message).toStartWith(`t-1: ${field} is too large`);
    }
  });

  test("has a limit as a whole, in bytes", () => {
    const many = (count: number, title: string) =>
      Array.from({ length: count }, (_, index) => put(`t-${index}`, title));
    expect(codeOf(attempt(() => encodeTransaction(info, many(20, "x"), limits)))).toBe("INVALID");
    expect(codeOf(attempt(() => encodeTransaction(info, many(4, "ü".repeat(300)), limits)))).toBe("INVALID");
    expect(encodeTransaction(info, many(5, "x"), limits).length).toBeLessThan(3000);
  });

  test("of more than 16 MiB in one operation is refused before the lock is taken", () => {
    const { world, story } = storeWithWrites(1);
    const process = world.start();
    const operation = put("t-big", "x".repeat(16 * 1024 * 1024));
    const outcome = attempt(() =>
      process.store().write(info, () => ({ operations: [operation], result: undefined })),
    );
    expect(codeOf(outcome)).toBe("INVALID");
    expect(process.calls.map(({ name }) => name)).not.toContain("tryLock");
    expect(story.check(world)).toEqual([1]);
  });

  test("that no reader would take again is refused before the lock is taken", () => {
    const { world, story } = storeWithWrites(1);
    const noted = { op: "change", id: "t-third", at: 5 } as const;
    for (const operation of [
      { op: "put", id: "t-new", line: `${line("t-new", "New")}\r` },
      { ...noted, set: { status: "closed" } },
      { ...noted, work: { status: "", reopens: 0 } },
      { ...noted, edges: [{ depends_on_id: "t-new", type: "", present: true }] },
    ] as const) {
      const process = world.start();
      const outcome = attempt(() =>
        process.store().write(info, () => ({ operations: [operation], result: undefined })),
      );
      expect(codeOf(outcome)).toBe("INTERNAL");
      expect(process.calls.map(({ name }) => name)).not.toContain("tryLock");
    }
    expect(story.check(world)).toEqual([1]);
  });
});

function put(id: string, title: string): Operation {
  return { op: "put", id, line: line(id, title) };
}

function errorOf(action: () => unknown): BzError | undefined {
  const outcome = attempt(action);
  return outcome.kind === "failed" && outcome.error instanceof BzError ? outcome.error : undefined;
}
