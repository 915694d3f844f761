import type { Heads } from "../model/heads";
import { ColumnsBuilder } from "./columns-builder";
import { DependentsBuilder } from "./dependents-builder";
import { HeadsBuilder } from "./heads-section";
import type { SectionBuilder } from "./section-writer";
import { WordsBuilder } from "./words-builder";

/** One for each section that a snapshot has. */
export function sectionBuilders(heads?: Heads): SectionBuilder[] {
  return [new DependentsBuilder(), new ColumnsBuilder(), new HeadsBuilder(heads), new WordsBuilder()];
}
