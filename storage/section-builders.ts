import { DependentsBuilder } from "./dependents-builder";
import type { SectionBuilder } from "./section-writer";

/** One for each section that a snapshot has. */
export function sectionBuilders(): SectionBuilder[] {
  return [new DependentsBuilder()];
}
