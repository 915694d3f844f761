import { describe, expect, test } from "bun:test";
import { type Mutation, needed, redundant } from "./mutations.ts";
import { type Outcome, simulate } from "./schedule.ts";
import { asDescribed, type Choices, product, type SettingName, settings } from "./settings.ts";
import { type Step, steps } from "./steps.ts";

const names = Object.keys(settings) as SettingName[];
const runsOfEach = 960;
const timeout = 120_000;
let powerCuts = 0;

interface Failure {
  readonly seed: number;
  readonly outcome: Outcome;
}

function firstFailure(
  setting: SettingName,
  choices: Choices,
  without: readonly Step[],
  from: number,
  runs: number,
): Failure | undefined {
  for (let seed = from; seed < from + runs; seed += 1) {
    const outcome = simulate(seed, settings[setting], choices, without);
    if (without.length === 0 && choices === product) powerCuts += outcome.powerCuts;
    if (outcome.violations.length > 0) return { seed, outcome };
  }
  return undefined;
}

/** What stands in the report of a failed test: enough to run that one history again. */
function report(setting: SettingName, failure: Failure | undefined): string {
  if (!failure) return "no violation";
  const command = `bun test/protocol-model/run.ts 1 "${setting}" --seed ${failure.seed} --trace`;
  return `${failure.outcome.violations.join(", ")}; replay: ${command}`;
}

function breaks(mutation: Mutation): boolean {
  const { without, setting, choices = product, from = 0 } = mutation;
  return firstFailure(setting, choices, without, from, 4000) !== undefined;
}

describe("the protocol", () => {
  // BZ_MODEL_SEED moves the whole slice elsewhere, so that a nightly run need not try what CI has tried.
  const from = Number(Bun.env.BZ_MODEL_SEED ?? 0);
  for (const name of names) {
    const title = `${name}: nothing is lost, nothing is invented, nothing is mixed`;
    const body = () =>
      expect(report(name, firstFailure(name, product, [], from, runsOfEach))).toBe("no violation");
    test(title, body, timeout);
  }

  test("was cut off from its power at least 100,000 times", () => {
    expect(powerCuts).toBeGreaterThanOrEqual(100_000);
  });

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
      expect(report(setting, firstFailure(setting, product, [step], from ?? 0, 300))).toBe("no violation");
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
  const ways: readonly [string, Choices, SettingName][] = [
    ["a trip-wire on the segment lets two births pass", { ...product, tripWire: "segment" }, "lock replaced"],
    [
      "a sync behind a failed one lies",
      { ...product, lostPage: "sync everything" },
      "page loss and failures",
    ],
    ["a birth that dies before its parent is synced", { ...product, parentSync: "last" }, "births"],
    ["the protocol as first described", asDescribed, "kills"],
  ];
  for (const [title, choices, setting] of ways) {
    test(title, () => expect(breaks({ without: [], setting, choices })).toBe(true), timeout);
  }
});
