import { type BzError, failedEntry } from "../model/errors";
import { type Explanation, explain } from "../model/explanation";
import { Readiness } from "../model/readiness";
import { formatSentences } from "../output/explanation-list";
import { defineBz } from "./command";
import { resolveEach } from "./resolve-each";

export const command = defineBz({
  meta: {
    name: "why",
    description:
      "Says in one sentence why an issue is ready or is not: who works on it, what it waits for and through which issue above it, until when it is put off, or since when it is done.",
  },
  args: () => ({ ids: { type: "positional", required: true, repeat: true, description: "The issues" } }),
  answer: "explanations",
  examples: ["bz why bd-x1y2", "bz why bd-x1y2 bd-a3b4 --json"],
  run(context, args) {
    return context.read(({ state, prefix }) => {
      const { ids, failures } = resolveEach(state, args.ids, prefix);
      const readiness = new Readiness(state, context.nowMs);
      const reasons: Explanation[] = ids.flatMap((id) => explain(state, readiness, id) ?? []);
      return {
        data: () => ({
          issues: reasons,
          total: reasons.length,
          returned: reasons.length,
          truncated: false,
          ...failedOnes(failures),
        }),
        text: (screen) => formatSentences(reasons, screen),
        ids,
        failures,
      };
    });
  },
});

function failedOnes(failures: readonly BzError[]): { failed?: ReturnType<typeof failedEntry>[] } {
  return failures.length === 0 ? {} : { failed: failures.map(failedEntry) };
}
