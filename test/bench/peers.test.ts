import { expect, test } from "bun:test";
import type { Figure, Measurements } from "../../bench/figures";
import { peersText } from "../../bench/report/peers";

const spread = (median: number) => ({ median, lower: median, upper: median, samples: 9 });
const call = (form: string, ratio: number): Figure => ({
  name: "create",
  form,
  issues: 100,
  spreads: { ratio: spread(ratio), ms: spread(ratio * 5) },
  numbers: {},
});
const agents = (form: string, kept: number): Figure => ({
  name: "10 agents",
  form,
  issues: 100,
  spreads: {},
  numbers: { ms: 2500, asked: 1000, acknowledged: 1000, kept, differentIds: kept },
});
const measurements = (figures: Figure[]): Measurements => ({
  machine: {},
  sections: {
    peers: {
      measuredAt: "2026-01-15T12:00:00.000Z",
      seconds: 1,
      load: [0],
      failures: [],
      notes: ["sd 1.0: as it comes."],
      figures,
    },
  },
});

test("who lost what was acknowledged is said, with the number", () => {
  const text = peersText(
    measurements([call("bz", 1.3), call("sd", 12), agents("bz", 1000), agents("sd", 988)]),
  );
  expect(text).toMatch(/\| sd +\| 2\.50 s \| 1,000 \| 1,000 +\| 988 +\| \*\*12\*\* \| 988 +\|/);
  expect(text).toMatch(/\| create \| 100 +\| 1\.30 \(6\.50 ms\) \| 12\.0 \(60\.0 ms\) \|/);
  expect(text).toContain("- sd 1.0: as it comes.");
});

test("without figures of others nothing is said of them", () => {
  expect(peersText({ machine: {}, sections: {} })).toBe("");
});
