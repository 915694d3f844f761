import { BzError } from "../model/errors";
import { isFor, nothingReady } from "../model/next";
import { onDemand } from "../model/on-demand";
import { selectIssues } from "../model/query";
import { Readiness } from "../model/readiness";
import type { Result } from "../output/result";
import type { View } from "../storage/store";
import { type Arguments, defineBz, type Values } from "./command";
import type { Context } from "./context";
import { filterArguments, isFiltering, readFilters } from "./filter-arguments";
import { claimOffer, type Offer, offerOf } from "./hand-out";
import { type PageQuery, pageArguments, pageOfIssues, readPage, type ShownPage } from "./issue-page";
import { changedIssue } from "./issue-reply";
import { noneReady } from "./page-around";
import { unblocksColumn } from "./unblocks-column";
import { usualOffer, usualReady } from "./usual-ready";
import { cycleWarnings } from "./wait-cycle-warnings";

const readyArguments = onDemand(
  () =>
    ({
      claim: {
        type: "boolean",
        description: "Claim the first that is not assigned to another; exit 5 without one",
      },
      "include-epics": { type: "boolean", description: "Epics whose parts are still open, too" },
      explain: { type: "boolean", description: "Say why each is ready, and why the others are not" },
      ...filterArguments(),
      ...pageArguments(),
    }) as const satisfies Arguments,
);

export const command = defineBz({
  meta: {
    name: "ready",
    description:
      "Lists the issues that can be worked on now, the best first: by priority, then by how many others they unblock, then by age. Text shows the first 50; --json and -q show all of them.",
  },
  args: readyArguments,
  answer: "ready-issues",
  examples: [
    "bz ready",
    "bz ready -n 5 --json",
    "bz ready --unassigned -t bug,task",
    "bz ready --explain",
    "bz ready --claim -l parser",
  ],
  run: (context, args) => (args.claim === true ? claimReady(context, args) : listReady(context, args)),
});

async function listReady(context: Context, args: Values<ReturnType<typeof readyArguments>>): Promise<Result> {
  const explained = args.explain === true ? await import("./ready-explained") : undefined;
  if (args.fields !== undefined) explained?.refuseFields();
  const query = readPage(context, args, explained?.explainedKeys ?? ["unblocks"]);
  const filters = await readFilters(context, args);
  const options = { includeEpics: args["include-epics"] };
  const isWhole = options.includeEpics !== true && explained === undefined && !isFiltering(args);
  return context.read((view) => {
    const usual = isWhole ? usualReady(view.state, query) : undefined;
    if (usual !== undefined) {
      const unblocks = new Map(usual.places.map((place) => [place.id, place.unblocks]));
      return readyPage(view, query, usual, (id) => unblocks.get(id) ?? 0);
    }
    const readiness = new Readiness(view.state, context.nowMs);
    readiness.readAll();
    const select = (isOffered: boolean, part: { readonly offset?: number } = {}) =>
      selectIssues(view.state, {
        ...filters(view),
        ...query,
        ...part,
        accepts: ({ id }) =>
          readiness.verdict(id) !== undefined && readiness.isOffered(id, options) === isOffered,
        weigh: ({ id }) => readiness.unblocks(id),
      });
    const page = select(true);
    const warnings = cycleWarnings(view.state, readiness);
    if (explained !== undefined) {
      const others = select(false, { offset: 0 });
      return explained.explainedPage(
        { view, query, page, whenEmpty: noneReady, warnings },
        readiness,
        others,
      );
    }
    return readyPage(view, query, page, (id) => readiness.unblocks(id), warnings);
  });
}

function readyPage(
  view: View,
  query: PageQuery,
  page: ShownPage,
  unblocks: (id: string) => number,
  warnings: readonly string[] = [],
): Result {
  return pageOfIssues({
    view,
    query,
    page,
    whenEmpty: noneReady,
    warnings,
    facts: (id) => ({ unblocks: unblocks(id) }),
    column: unblocksColumn(unblocks),
  });
}

/** Picks and claims in one decision, so that of many who ask at once everyone gets another issue. */
async function claimReady(
  context: Context,
  args: Values<ReturnType<typeof readyArguments>>,
): Promise<Result> {
  refuseBesideClaim(args);
  const { nowMs, session } = context;
  const query = { ...readPage(context, args), limit: 1 };
  const filters = await readFilters(context, args);
  const options = { includeEpics: args["include-epics"] };
  const isWhole = options.includeEpics !== true && !isFiltering(args) && args.sort === undefined;
  const { result: offer, view } = context.write((current, info) => {
    const usual = isWhole && args.reverse !== true ? usualOffer(current.state, nowMs, info.actor) : undefined;
    if (usual !== undefined)
      return { operations: claimOffer(current.state, usual, session, info), result: usual };
    const readiness = new Readiness(current.state, nowMs);
    readiness.readAll();
    const filter = filters(current);
    const { issues } = selectIssues(current.state, {
      ...filter,
      ...query,
      accepts: (issue) => isFor(issue, info.actor) && readiness.isOffered(issue.id, options),
      weigh: ({ id }) => readiness.unblocks(id),
    });
    const [first] = issues;
    if (first === undefined) {
      const others = selectIssues(current.state, { ...filter, nowMs }).issues;
      throw nothingReady(others, readiness, { isFiltered: isFiltering(args) });
    }
    const picked: Offer = offerOf(readiness, first);
    return { operations: claimOffer(current.state, picked, session, info), result: picked };
  });
  const { data, ...answer } = changedIssue(view, offer.id, {
    verb: "Claimed",
    facts: () => ({ unblocks: offer.unblocks }),
  });
  return { ...answer, data: () => ({ issues: [data()], total: 1, returned: 1, truncated: false }) };
}

/** @throws BzError USAGE for flags about a list, where one issue is claimed; `-n 1` says what happens anyway */
function refuseBesideClaim(args: Values<ReturnType<typeof readyArguments>>): void {
  for (const flag of ["explain", "limit", "offset", "fields"] as const) {
    if (args[flag] === undefined || (flag === "limit" && args[flag] === "1")) continue;
    throw new BzError("USAGE", `--claim and --${flag} contradict each other`, {
      hint: "a claim takes the first issue; leave one of the two out",
    });
  }
}
