import { BzError } from "../model/errors";
import type { Heads } from "../model/heads";
import { type HeadSizes, nextHeads } from "../model/next-heads";
import { State } from "../model/state";
import { ColumnsBuilder } from "./columns-builder";
import { DependentsBuilder } from "./dependents-builder";
import { HeadsBuilder } from "./heads-builder";
import type { SectionBuilder } from "./section-writer";
import { WordsBuilder } from "./words-builder";
import { WrittenIssues } from "./written-issues";

/**
 * One for each section that a snapshot has.
 * @param heads asked for behind the last line; a copy that is only kept, and that no `list` reads, goes without them
 */
export function sectionBuilders(heads: (columns: ColumnsBuilder) => Heads | undefined): SectionBuilder[] {
  const columns = new ColumnsBuilder();
  return [new DependentsBuilder(), columns, new HeadsBuilder(() => heads(columns)), new WordsBuilder()];
}

/** Of a state of which all issues, or those that were changed, have just been written. */
export function headsOfWritten(
  state: State,
  nowMs: number,
  {
    columns,
    isWhole,
    sizes,
  }: { readonly columns: ColumnsBuilder; readonly isWhole: boolean; readonly sizes: HeadSizes },
): Heads | undefined {
  const whole = (): State => (isWhole ? new State(new WrittenIssues(state, columns)) : state);
  return readableHeads(() =>
    nextHeads(state, nowMs, { sizes, whole, knownPlace: (id) => columns.placeOf(id) }),
  );
}

/** Undefined where a line is no issue: a snapshot keeps such a line as it is, and whoever asks for the orders hears of it. */
export function readableHeads(work: () => Heads): Heads | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof BzError && error.code === "INVALID") return undefined;
    throw error;
  }
}
