import type { Form } from "../test/helpers/bz-forms";
import { compare, type Figure } from "./figures";
import { makeEmptyScript, makeTracker, runToEnd } from "./workspace";

/** What one call costs, next to an empty script, in trackers of several sizes. */
export async function measureStartUp(
  forms: readonly Form[],
  sizes: readonly number[],
  pairs: number,
): Promise<Figure[]> {
  const empty = makeEmptyScript();
  const figures: Figure[] = [];
  for (const form of forms) {
    for (const size of sizes) {
      const tracker = makeTracker(form, size);
      for (const words of [
        ["q", "A new issue"],
        ["show", tracker.someId],
        ["list", "--limit", "50"],
      ]) {
        const what = `${form.name}: ${words[0]}, ${size} issues`;
        const command = [...form.command, ...words];
        figures.push(
          await compare(
            what,
            pairs,
            () => runToEnd(command, tracker),
            () => runToEnd(empty.command, empty),
          ),
        );
        // A log that the writes of one measurement made longer is none of the next one's business.
        runToEnd([...form.command, "compact"], tracker);
      }
    }
  }
  return figures;
}
