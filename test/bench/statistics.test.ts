import { describe, expect, test } from "bun:test";
import { comparePairs } from "../../bench/pairs";
import { quantile, rounded, spreadOf } from "../../bench/statistics";

describe("the spread of what was measured", () => {
  test("is its middle, and between what its middle half lies", () => {
    expect(spreadOf([9, 1, 5, 3, 7])).toEqual({ median: 5, lower: 3, upper: 7, samples: 5 });
  });

  test("of an even number lies between the two in the middle", () => {
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, lower: 1.75, upper: 3.25, samples: 4 });
  });

  test("of one is that one", () => {
    expect(spreadOf([8])).toEqual({ median: 8, lower: 8, upper: 8, samples: 1 });
  });

  test("of nothing is no number", () => {
    expect(spreadOf([]).median).toBeNaN();
  });

  test("a quantile is found in proportion, and the order given does not matter", () => {
    const values = Array.from({ length: 101 }, (_, at) => 100 - at);
    expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([0, 50, 99, 100]);
  });

  test("numbers are kept to four digits", () => {
    expect([1234.56, 0.00123456].map(rounded)).toEqual([1235, 0.001235]);
  });
});

describe("pairs", () => {
  const limits = { pairs: 4, budgetMs: 60_000, fewest: 2 };

  test("the ratio is the median of the pairs' own ratios, and the first pair does not count", async () => {
    const taken = [1000, 20, 30, 80, 100].map((ms) => ({ ms, cpuMs: ms }));
    const bases = [1, 10, 10, 20, 20].map((ms) => ({ ms, cpuMs: ms * 2 }));
    const spreads = await comparePairs(
      limits,
      () => taken.shift() ?? { ms: 0, cpuMs: 0 },
      () => bases.shift() ?? { ms: 0, cpuMs: 0 },
    );
    expect(spreads.ratio).toEqual({ median: 3.5, lower: 2.75, upper: 4.25, samples: 4 });
    expect(spreads.cpuRatio?.median).toBe(1.75);
    expect(spreads.ms?.median).toBe(55);
  });

  test("what comes first changes from pair to pair", async () => {
    const order: string[] = [];
    const say = (name: string) => () => {
      order.push(name);
      return { ms: 1, cpuMs: 1 };
    };
    await comparePairs({ ...limits, pairs: 2 }, say("call"), say("base"));
    expect(order.join(" ")).toBe("call base base call call base");
  });

  test("far beyond the budget one pair has to do", async () => {
    let calls = 0;
    const count = () => {
      calls += 1;
      return { ms: 1, cpuMs: 1 };
    };
    // A budget of nothing is spent at once, and eight times of it, too.
    const limits = { pairs: 50, budgetMs: 0, fewest: 3 };
    await comparePairs(limits, count, () => ({ ms: 1, cpuMs: 1 }));
    expect(calls).toBe(2);
  });

  test("the first pair counts when everything is to be found cold", async () => {
    const { ms } = await comparePairs(
      { ...limits, pairs: 1, isCold: true },
      () => ({ ms: 7, cpuMs: 1 }),
      () => ({ ms: 1, cpuMs: 1 }),
    );
    expect(ms).toEqual({ median: 7, lower: 7, upper: 7, samples: 1 });
  });
});
