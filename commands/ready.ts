import { explain } from "../model/explanation";
import { selectIssues } from "../model/query";
import { Readiness } from "../model/readiness";
import { formatReasons } from "../output/explanation-list";
import type { Result } from "../output/result";
import { type Arguments, defineBz, type Values } from "./command";
import type { Context } from "./context";
import { filterArguments, readFilters } from "./filter-arguments";
import { pageArguments, pageOfIssues, readPage } from "./issue-page";
import { cycleWarnings } from "./wait-cycle-warnings";

const readyArguments = {
  "include-epics": { type: "boolean", description: "Epics whose parts are still open, too" },
  explain: { type: "boolean", description: "Say why each is ready, and why the others are not" },
  ...filterArguments,
  ...pageArguments,
} as const satisfies Arguments;

export const command = defineBz({
  meta: {
    name: "ready",
    description:
      "Lists the issues that can be worked on now, the best first: by priority, then by how many others they unblock, then by age. Text shows the first 50; --json and -q show all of them.",
  },
  args: readyArguments,
  examples: ["bz ready", "bz ready -n 5 --json", "bz ready --unassigned -t bug,task", "bz ready --explain"],
  run: (context, args) => listReady(context, args),
});

async function listReady(context: Context, args: Values<typeof readyArguments>): Promise<Result> {
  const query = readPage(context, args);
  const filters = await readFilters(context, args);
  const options = { includeEpics: args["include-epics"] };
  return context.read((view) => {
    const readiness = new Readiness(view.state, context.nowMs);
    readiness.readAll();
    const select = (isOffered: boolean) =>
      selectIssues(view.state, {
        ...filters(view),
        ...query,
        accepts: ({ id }) =>
          readiness.verdict(id) !== undefined && readiness.isOffered(id, options) === isOffered,
        order: (left, right) => readiness.compare(left, right),
      });
    const reason = ({ id }: { readonly id: string }) => explain(view.state, readiness, id) ?? [];
    const unblocks = (id: string) => readiness.unblocks(id);
    const page = select(true);
    const answer = {
      view,
      query,
      page,
      whenEmpty: "nothing is ready",
      warnings: cycleWarnings(view.state, readiness),
    };
    if (args.explain === true) {
      const others = select(false);
      return {
        ...pageOfIssues({
          ...answer,
          facts: (id) => ({ ...explain(view.state, readiness, id), unblocks: unblocks(id) }),
          more: () => ({ not_ready: others.issues.flatMap(reason), not_ready_total: others.total }),
        }),
        text: ({ style }) =>
          formatReasons(
            [
              { heading: `Ready (${page.total})`, reasons: page.issues.flatMap(reason) },
              { heading: `Not ready (${others.total})`, reasons: others.issues.flatMap(reason) },
            ],
            style,
          ),
      };
    }
    return pageOfIssues({
      ...answer,
      facts: (id) => ({ unblocks: unblocks(id) }),
      column: {
        heading: "UNBLOCKS",
        cell: ({ id }) => (unblocks(id) === 0 ? "" : String(unblocks(id))),
        phrase: ({ id }) => (unblocks(id) === 0 ? "" : `unblocks ${unblocks(id)}`),
      },
    });
  });
}
