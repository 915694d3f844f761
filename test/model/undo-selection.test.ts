import { describe, expect, test } from "bun:test";
import { selectUndone, type TransactionHead } from "../../model/undo-selection";

/** `ann`, in session `s1` unless it says another; a list is what an undo took back. */
function log(...heads: (Partial<TransactionHead> | readonly number[])[]): TransactionHead[] {
  return heads.map((head, at) => ({
    sequence: at + 1,
    actor: "ann",
    session: "s1",
    isDeed: true,
    ...(Array.isArray(head) ? { undoes: head } : head),
  }));
}

const mine = { actor: "ann", session: "s1" };

describe("undo by number", () => {
  test("counts back over what still stands: undos and what they took back are passed over", () => {
    const transactions = log({}, {}, {}, [3], {}, [5, 2]);
    expect(selectUndone(transactions, { ...mine, extent: { last: 2 } }).undone).toEqual([1]);
    expect(selectUndone(transactions.slice(0, 5), { ...mine, extent: { last: 2 } }).undone).toEqual([2, 5]);
    expect(selectUndone(transactions, { ...mine, extent: { last: 1 } }).settled).toEqual(
      new Set([2, 3, 4, 5, 6]),
    );
  });

  test("passes over an undo that was taken back, and counts again what it had taken", () => {
    const transactions = log({}, {}, [2], [3]);
    expect(selectUndone(transactions, { ...mine, extent: { last: 1 } }).undone).toEqual([2]);
  });

  test("is about the actor's own deeds, and the session's where one is given", () => {
    const transactions = log(
      {},
      { session: "s2" },
      { actor: "bob" },
      { isDeed: false },
      { session: undefined },
    );
    expect(selectUndone(transactions, { ...mine, extent: { last: 9 } }).undone).toEqual([1]);
    expect(selectUndone(transactions, { actor: "ann", extent: { last: 9 } }).undone).toEqual([1, 2, 5]);
    expect(selectUndone(transactions, { actor: "ann", extent: { last: 1 } }).available).toBe(3);
  });
});

describe("undo behind a number", () => {
  test("takes back everything behind it, undos as well", () => {
    const transactions = log({}, {}, [2], {});
    expect(selectUndone(transactions, { ...mine, extent: { behind: 2 } }).undone).toEqual([3, 4]);
    expect(selectUndone(transactions, { ...mine, extent: { behind: 0 } }).undone).toEqual([1, 2, 3, 4]);
  });

  test("finds nothing where all is taken back already", () => {
    const transactions = log({}, {}, [2]);
    expect(selectUndone(transactions, { ...mine, extent: { behind: 1 } }).undone).toEqual([]);
    expect(selectUndone(transactions, { ...mine, extent: { behind: 3 } }).undone).toEqual([]);
  });
});
