import type { Mutation } from "./mutations.ts";
import { type Outcome, simulate } from "./schedule.ts";
import { product, settings } from "./settings.ts";

export interface Failure {
  readonly seed: number;
  readonly outcome: Outcome;
}

/** The first of so many histories that goes wrong, in the way that the mutation names if it names one. */
export function firstFailure(
  { setting, without, choices = product, shows }: Mutation,
  from: number,
  runs: number,
): Failure | undefined {
  for (let seed = from; seed < from + runs; seed += 1) {
    const outcome = simulate(seed, settings[setting], choices, without);
    const { violations } = outcome;
    if (shows === undefined ? violations.length > 0 : violations.includes(shows)) return { seed, outcome };
  }
  return undefined;
}

export function breaks(mutation: Mutation, runs = 4000): boolean {
  return firstFailure(mutation, mutation.from ?? 0, runs) !== undefined;
}

/** What stands in the report of a history that went wrong: enough to run it again. */
export function report(setting: string, failure: Failure | undefined): string {
  if (!failure) return "no violation";
  const command = `bun test/protocol-model/run.ts --setting "${setting}" --seed ${failure.seed} --trace`;
  return `${failure.outcome.violations.join(", ")}; replay: ${command}`;
}
