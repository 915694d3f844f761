import type { Heads } from "../model/heads";
import { DependentsBuilder } from "./dependents-builder";
import { HeadsBuilder } from "./heads-section";
import type { SectionBuilder } from "./section-writer";
import { WordsBuilder } from "./words-builder";

/** One for each section that a snapshot has. */
export function sectionBuilders(heads?: Heads): SectionBuilder[] {
  return [new DependentsBuilder(), new HeadsBuilder(heads), new WordsBuilder()];
}
