import { BzError } from "../model/errors";
import { formatTime } from "../model/time";
import type { UndoScope } from "../model/undo-selection";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import type { TransactionInfo } from "../storage/store";
import { defineBz } from "./command";
import type { TimedView } from "./context";
import { parseWholeNumber } from "./issue-arguments";
import { changedIssues } from "./issue-reply";
import { planUndo, type UndoPlan } from "./undo-plan";
import type { UndoneRecord } from "./undo-records";

export const command = defineBz({
  meta: {
    name: "undo",
    description:
      "Takes back your last changes, as one new change. Yours are those of the same actor and, when a session is given (--session or BEADS_SESSION), of that session alone. Undoing again steps further back: undos, and what they took back, are passed over. What somebody else has changed since is not touched: then nothing is undone, and the answer names who, what and when. A new issue is deleted, a closed or deleted one comes back; a purge cannot be undone. `bz history ID` shows the numbers of changes for --to.",
  },
  args: () => ({
    count: {
      type: "positional",
      required: false,
      valueHint: "N",
      description: "How many of your changes; 1 unless given",
    },
    to: {
      type: "string",
      valueHint: "SEQ",
      description: "Everything of yours behind the change of that number, undos as well: so it can also redo",
    },
    "dry-run": { type: "boolean", description: "Say what would be undone, undo nothing" },
  }),
  answer: "undone-issues",
  examples: ["bz undo", "bz undo 3 --dry-run", "bz undo --to 41 --json"],
  async run(context, args) {
    if (args.count !== undefined && args.to !== undefined)
      throw new BzError("USAGE", "N and --to say the same in two ways", { hint: "give one of them" });
    const extent =
      args.to === undefined
        ? { last: parseWholeNumber("N", args.count ?? "1", 1) }
        : { behind: parseWholeNumber("--to", args.to) };
    const scopeOf = ({ actor, session }: TransactionInfo): UndoScope => ({ actor, session, extent });
    if (args["dry-run"] === true) {
      const info = context.transaction();
      return context.readWithPast((view, replay) => {
        const plan = planUndo(view, replay, info, scopeOf(info));
        return undoReply(rehearsed(view, plan), plan, true);
      });
    }
    const { result, view } = await context.writeWithPast((current, replay, info) => {
      const plan = planUndo(current, replay, info, scopeOf(info));
      return {
        operations: plan.operations,
        result: plan,
        undoes: plan.undone.map(({ sequence }) => sequence),
      };
    });
    return undoReply(view, result, false);
  },
});

/** The issues as they would be. */
function rehearsed(view: TimedView, { operations }: UndoPlan): TimedView {
  const state = view.state.fork();
  for (const operation of operations) state.apply(operation, view.sequence + 1);
  return { ...view, state };
}

function undoReply(view: TimedView, { undone, issues, records }: UndoPlan, isRehearsal: boolean): Result {
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  const rows = undone.map(({ sequence, command, timeMs }) => ({
    sequence,
    command,
    time: formatTime(timeMs),
  }));
  const reply = changedIssues({
    view,
    ids: issues.map(({ id }) => id),
    failures: [],
    verb: (id) => {
      const issue = byId.get(id);
      if (issue?.isChanged !== true) return "Is as it was:";
      if (isRehearsal) return issue.isRemoved ? "Would delete" : "Would restore";
      return issue.isRemoved ? "Deleted" : "Restored";
    },
    detail: (id) => byId.get(id)?.items.join(", ") ?? "",
    facts: () => ({
      undone: rows,
      ...(records.length === 0 ? {} : { records: records.map(({ type, key }) => ({ type, key })) }),
    }),
  });
  const { document, ...answer } = reply;
  const told = rows.map(
    ({ sequence, command, time }) =>
      `${isRehearsal ? "Would undo" : "Undid"} #${sequence}, ${escapeText(command)}, ${escapeText(time)}\n`,
  );
  return {
    ...answer,
    data: () => (isRehearsal ? { dry_run: true, ...document() } : document()),
    text: (screen) =>
      told.join("") + reply.text(screen) + records.map((record) => recordText(record, isRehearsal)).join(""),
    ...(isRehearsal ? { ids: [], saved: [] } : {}),
  };
}

function recordText({ type, key, change }: UndoneRecord, isRehearsal: boolean): string {
  const name = `${escapeText(type)} "${escapeText(key)}"\n`;
  if (change === undefined) return `Is as it was: ${name}`;
  const verb = change.value === null ? ["remove", "Removed"] : ["restore", "Restored"];
  return isRehearsal ? `Would ${verb[0]} ${name}` : `${verb[1]} ${name}`;
}
