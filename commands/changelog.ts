import { changelogGroupings, compareClosed, groupChangelog } from "../model/changelog";
import { parseMoments } from "../model/date-input";
import { BzError } from "../model/errors";
import type { Issue } from "../model/issue";
import { type IssueFacts, timeMsOf } from "../model/issue-facts";
import { selectIssues } from "../model/query";
import { formatTime } from "../model/time";
import { formatChangelog } from "../output/changelog";
import { gitCommitTime } from "../storage/git-commit";
import { type Arguments, defineBz, type Values } from "./command";
import type { Context } from "./context";
import { filterArguments, readFilters } from "./filter-arguments";
import { partArguments, partOf, readPart } from "./list-part";

const { status: _, ...otherFilters } = filterArguments();

const changelogArguments = {
  since: { type: "string", valueHint: "DATE", description: "Closed then or later: 2026-03-31, --since=-7d" },
  until: { type: "string", valueHint: "DATE", description: "Closed then or before; a day is all of it" },
  "since-tag": { type: "string", valueHint: "TAG", description: "Closed since the commit of this git tag" },
  "since-commit": {
    type: "string",
    valueHint: "COMMIT",
    description: "Closed since this commit, by its id or the name of a branch",
  },
  "group-by": {
    type: "enum",
    alias: "g",
    options: [...changelogGroupings],
    description: "The headings; default type",
  },
  ...otherFilters,
  ...partArguments(),
} as const satisfies Arguments;

export const command = defineBz({
  meta: {
    name: "changelog",
    description:
      "Lists closed issues as Markdown, the last closed first under each heading. Where a commit was made in time is read from git's own files; git is not run.",
  },
  args: () => changelogArguments,
  answer: "changelog-entries",
  examples: [
    "bz changelog --since 2026-01-01 --until 2026-03-31",
    "bz changelog --since-tag v1.2.0 > RELEASE.md",
    "bz changelog --since=-7d --group-by label -t bug,feature --json",
  ],
  async run(context, args) {
    const { nowMs } = context;
    // What is written into a file has to be complete.
    const part = readPart(context, args, 0);
    const sinceMs = await readSince(context, args);
    const untilMs = args.until === undefined ? undefined : parseMoments(args.until, nowMs)[1];
    const by = args["group-by"] ?? "type";
    const filters = await readFilters(context, args);
    return context.read((view) => {
      const { issues } = selectIssues(view.state, {
        ...filters(view),
        nowMs,
        status: ["closed"],
        accepts: (issue) => isBetween(issue, sinceMs, untilMs),
        order: compareClosed,
      });
      const { shown, page, notes } = partOf(issues, part, "nothing was closed then");
      return {
        data: () => ({
          entries: shown.map(entryOf),
          ...page,
          ...(sinceMs === undefined ? {} : { since: formatTime(sinceMs) }),
          ...(untilMs === undefined ? {} : { until: formatTime(untilMs) }),
        }),
        text: () => formatChangelog(groupChangelog(shown, by), by),
        ids: shown.map(({ id }) => id),
        notes,
      };
    });
  },
});

/** @throws BzError USAGE for several beginnings, and what the reading of each throws */
async function readSince(
  context: Context,
  args: Values<typeof changelogArguments>,
): Promise<number | undefined> {
  const given = (["since", "since-tag", "since-commit"] as const).filter((flag) => args[flag] !== undefined);
  if (given.length > 1)
    throw new BzError("USAGE", `${given.map((flag) => `--${flag}`).join(" and ")} contradict each other`, {
      hint: "a changelog begins at one time; leave out the others",
    });
  const { since, "since-tag": tag, "since-commit": commit } = args;
  if (since !== undefined) return parseMoments(since, context.nowMs)[0];
  const here = context.world.currentDirectory();
  if (tag !== undefined) return await gitCommitTime(here, { kind: "tag", name: tag });
  return commit === undefined ? undefined : await gitCommitTime(here, { kind: "commit", name: commit });
}

/** Without a time an issue was closed nobody knows when, which is in no span. */
function isBetween(issue: IssueFacts, sinceMs: number | undefined, untilMs: number | undefined): boolean {
  if (sinceMs === undefined && untilMs === undefined) return true;
  const closedMs = timeMsOf(issue, "closed_at");
  return closedMs !== undefined && closedMs >= (sinceMs ?? 0) && closedMs <= (untilMs ?? Infinity);
}

function entryOf({ id, title, issue_type, priority, labels, closed_at, close_reason }: Issue) {
  return {
    id,
    title,
    issue_type,
    priority,
    labels: [...labels],
    ...(closed_at === undefined ? {} : { closed_at }),
    ...(close_reason === undefined ? {} : { close_reason }),
  };
}
