import { BzError } from "../model/errors";
import type { Heads } from "../model/heads";
import { nextHeads } from "../model/next-heads";
import type { State } from "../model/state";
import { ColumnsBuilder } from "./columns-builder";
import { DependentsBuilder } from "./dependents-builder";
import { HeadsBuilder } from "./heads-section";
import type { SectionBuilder } from "./section-writer";
import { WordsBuilder } from "./words-builder";

/** One for each section that a snapshot has. The heads need the state: a copy that is only kept, and that no `list` reads, goes without them. */
export function sectionBuilders(of?: { readonly state: State; readonly nowMs: number }): SectionBuilder[] {
  const heads = of && readableHeads(() => nextHeads(of.state, of.nowMs));
  return [new DependentsBuilder(), new ColumnsBuilder(), new HeadsBuilder(heads), new WordsBuilder()];
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
