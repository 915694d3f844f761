import { describe, expect, test } from "bun:test";
import { breaks, firstFailure, report } from "./failure.ts";
import { needed, redundant, ways } from "./mutations.ts";
import { simulate } from "./schedule.ts";
import { product, type SettingName, settings } from "./settings.ts";
import { steps } from "./steps.ts";

const names = Object.keys(settings) as SettingName[];
/** The long form, run.ts, tries many more. */
const runsOfEach = 100;
const timeout = 120_000;

describe("the protocol", () => {
  // BZ_MODEL_SEED moves the whole slice elsewhere, so that a nightly run need not try what CI has tried.
  const from = Number(Bun.env.BZ_MODEL_SEED ?? 0);
  for (const name of names) {
    const title = `${name}: nothing is lost, nothing is invented, nothing is mixed`;
    const body = () =>
      expect(report(name, firstFailure({ setting: name, without: [] }, from, runsOfEach))).toBe(
        "no violation",
      );
    test(title, body, timeout);
  }

  test("the same seed gives the same history", () => {
    const first: string[] = [];
    const second: string[] = [];
    simulate(7, settings.everything, product, [], first);
    simulate(7, settings.everything, product, [], second);
    expect(first.length).toBeGreaterThan(10);
    expect(second).toEqual(first);
  });
});

describe("a step that is needed: without it the model fails", () => {
  for (const mutation of needed) {
    test(`${mutation.without.join(" and ")}`, () => expect(breaks(mutation)).toBe(true), timeout);
  }
});

describe("a step that something else stands behind", () => {
  for (const { step, because, setting, with: others, from } of redundant) {
    const title = `${step}: ${because}`;
    const body = () => {
      expect(report(setting, firstFailure({ setting, without: [step] }, from ?? 0, 40))).toBe("no violation");
      if (!others) return;
      const mutation = { without: [step, ...others], setting, ...(from === undefined ? {} : { from }) };
      expect(breaks(mutation)).toBe(true);
    };
    test(title, body, timeout);
  }

  test("every step is either needed or marked", () => {
    const marked = redundant.map(({ step }) => step);
    const alone = needed.flatMap(({ without }) => without);
    expect([...alone, ...marked].sort()).toEqual([...steps].sort());
  });
});

describe("ways that we did not take", () => {
  for (const { title, ...way } of ways) {
    test(title, () => expect(breaks(way)).toBe(true), timeout);
  }
});
