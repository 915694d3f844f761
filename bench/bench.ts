import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiled, type Form, packaged, sources } from "../test/helpers/bz-forms";
import { cachePath } from "./cache";
import { type Place, run, type Taken } from "./call";
import type { Figure } from "./figures";
import type { PairLimits } from "./pairs";
import { bun } from "./programs";
import { placeAt } from "./stores";

/** What a section is given. */
export interface Bench {
  /** In which the start-up is measured. */
  readonly forms: readonly Form[];
  /** In which everything else is measured. */
  readonly form: Form;
  readonly sizes: readonly number[];
  readonly limits: PairLimits;
  readonly isQuick: boolean;
  /** An empty script run by the same Bun: what everything is compared with. */
  empty(): Taken;
  readonly emptyScript: Place & { readonly command: readonly string[] };
  record(figure: NewFigure): void;
  /** Said beneath the figures of the section. */
  note(text: string): void;
  /** What fails is said, and the others are measured all the same. */
  attempt(what: string, work: () => void | Promise<void>): Promise<void>;
}

/** A figure without the parts that are empty. */
export type NewFigure = Omit<Figure, "spreads" | "numbers"> & Partial<Pick<Figure, "spreads" | "numbers">>;

const formNames: ReadonlyMap<string, string> = new Map([
  [compiled.name, "compiled"],
  [packaged.name, "script"],
  [sources.name, "sources"],
]);

export function nameOf(form: Form): string {
  return formNames.get(form.name) ?? form.name;
}

/** How often what takes long is measured; where everything takes minutes, twice has to do. */
export function roundsFor({ isQuick }: Bench, issues: number, usual: number): number {
  return issues >= 1_000_000 ? 2 : isQuick ? 3 : usual;
}

export function makeEmptyScript(): Bench["emptyScript"] {
  const place = placeAt(cachePath("empty-script"));
  mkdirSync(place.directory, { recursive: true });
  const script = join(place.directory, "empty.ts");
  writeFileSync(script, "");
  return { ...place, command: [bun, script] };
}

export function callEmpty({ command, ...place }: Bench["emptyScript"]): Taken {
  return run(command, place);
}
