import { failedEntry } from "../model/errors";
import { childrenOf } from "../model/graph";
import type { Issue } from "../model/issue";
import { issueDetail } from "../model/issue-detail";
import type { JsonObject } from "../model/json";
import { countEdgesOf } from "../model/row";
import { shownStatus } from "../model/status";
import { formatIssueDetail } from "../output/issue-detail";
import type { Result } from "../output/result";
import type { View } from "../storage/store";
import { defineBz } from "./command";
import type { TimedView } from "./context";
import { detailOf } from "./issue-detail-of";
import type { IssueEvent } from "./issue-events";
import { resolveEach } from "./resolve-each";

export const command = defineBz({
  meta: {
    name: "show",
    description: "Shows everything about issues: fields, both directions of their edges, comments.",
  },
  args: () => ({
    ids: { type: "positional", required: true, repeat: true, description: "The issues" },
    "with-history": { type: "boolean", description: "What happened to them, too" },
    children: { type: "boolean", description: "Their parts, too" },
    "as-of": {
      type: "string",
      valueHint: "TIME|SEQ",
      description: "As they were then, by the log: a date, --as-of=-7d, or the number of a change",
    },
  }),
  answer: "issue-details",
  examples: [
    "bz show bd-x1y2",
    "bz show bd-x1y2 --as-of yesterday",
    "bz show x1y2 --with-history",
    "bz show bd-x1y2 bd-a3b4 --json",
  ],
  async run(context, args) {
    const withHistory = args["with-history"] === true;
    const record = withHistory ? await import("./issue-events") : undefined;
    const writing = withHistory ? await import("../output/event-list") : undefined;
    const events = record?.issueEvents(await context.store.history());
    const answer = (view: TimedView, asOf: JsonObject = {}): Result => {
      const { nowMs } = view;
      const { ids, failures } = resolveEach(view.state, args.ids, view.prefix);
      const historyOf = (id: string): readonly IssueEvent[] | undefined =>
        events?.filter((event) => event.id === id && event.sequence <= view.sequence);
      const withChildren = args.children === true;
      return {
        data: () => ({
          issues: documents(
            view,
            ids,
            withChildren,
            (id) => record && historyOf(id)?.map(record.eventRow),
            nowMs,
          ),
          total: ids.length,
          returned: ids.length,
          truncated: false,
          ...(failures.length > 0 ? { failed: failures.map(failedEntry) } : {}),
          ...asOf,
        }),
        text: (screen) =>
          ids
            .map((id) => {
              const history = historyOf(id);
              const past =
                history === undefined || writing === undefined
                  ? ""
                  : `\n${screen.style.bold("History")}\n${writing.formatEvents(history, nowMs, screen)}`;
              return formatIssueDetail(detailOf(view, id, withChildren), nowMs, screen) + past;
            })
            .join("\n"),
        ids,
        failures,
      };
    };
    if (args["as-of"] === undefined) return context.read((view) => answer(view));
    const { momentNote, momentRow, readAsOf } = await import("./as-of");
    return readAsOf(context, args["as-of"], (view, moment) => ({
      ...answer(view, { as_of: momentRow(moment) }),
      notes: [momentNote(moment)],
    }));
  },
});

function documents(
  { state }: View,
  ids: readonly string[],
  withChildren: boolean,
  historyOf: (id: string) => readonly JsonObject[] | undefined,
  nowMs: number,
): JsonObject[] {
  const counts = countEdgesOf(state, ids);
  return ids.flatMap((id) => {
    const detail = issueDetail(state, id, counts, { nowMs });
    if (detail === undefined) return [];
    const history = historyOf(id);
    return {
      ...detail,
      ...(withChildren ? { children: childrenOf(state, id).map((child) => childRow(child, nowMs)) } : {}),
      ...(history === undefined ? {} : { history: [...history] }),
    };
  });
}

function childRow(child: Issue, nowMs: number): JsonObject {
  return { id: child.id, title: child.title, status: shownStatus(child, nowMs) };
}
