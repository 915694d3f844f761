import { labelKind } from "../../model/entry-input";
import { BzError } from "../../model/errors";
import type { LogEntry } from "../../model/log-entry";
import { issueOf } from "../../model/operation";
import { escapeText } from "../../output/escape";
import { defineBz } from "../command";
import type { Context } from "../context";
import type { LoggedOperation } from "../issue-events";

export const command = defineBz({
  meta: {
    name: "audit label",
    description:
      "Gives an entry of the record a label, as a verdict on it: good, bad, hallucinated. The entry itself stays as it is. `bz audit` shows the ids of entries.",
  },
  args: () => ({
    entry: { type: "positional", required: true, description: "The id of the entry, such as 41.1" },
    LABEL: { type: "positional", required: false, description: "The label" },
    label: { type: "string", alias: "l", description: "The label, as a flag" },
    reason: { type: "string", alias: "r", text: true, description: "Why" },
  }),
  answer: "audit-label",
  examples: ["bz audit label 41.1 good", "bz audit label 41.1 --label bad -r 'It deleted the wrong file'"],
  async run(context, args) {
    if (args.LABEL !== undefined && args.label !== undefined)
      throw new BzError("USAGE", "the label is given twice", { hint: "leave out one of them" });
    const label = (args.LABEL ?? args.label ?? "").trim();
    if (label === "")
      throw new BzError("USAGE", "the label is missing", { hint: "bz audit label ENTRY LABEL" });
    if (label.length > longestLabel)
      throw new BzError("INVALID", `a label has ${longestLabel} characters at most`, {
        hint: "say more with --reason",
      });
    const about = await findEntry(context, args.entry);
    const issueId = issueOf(about.operation);
    const operation: LogEntry = {
      op: "entry",
      kind: labelKind,
      ...(issueId === undefined ? {} : { issue_id: issueId }),
      entry: about.id,
      label,
      ...(args.reason === undefined ? {} : { reason: args.reason }),
    };
    const { view } = context.write(() => ({ operations: [operation], result: undefined }));
    const id = `${view.sequence}.1`;
    return {
      data: () => ({
        id,
        entry: about.id,
        label,
        ...(args.reason === undefined ? {} : { reason: args.reason }),
      }),
      text: ({ style }) => `Labelled ${style.bold(about.id)} ${escapeText(label)}\n`,
      ids: [id],
      saved: [id],
    };
  },
});

/** The record only grows: an entry that is there now will be when the label is written. */
async function findEntry(context: Context, text: string): Promise<LoggedOperation & { readonly id: string }> {
  const match = /^#?(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text);
  const sequence = Number(match?.[1]);
  const number = Number(match?.[2] ?? 1);
  const events = match === null ? [] : await context.store.history({ sequence });
  const found = events.find((event) => event.number === number);
  if (found !== undefined) return { ...found, id: `${sequence}.${number}` };
  throw new BzError("NOT_FOUND", `the record has no entry "${text}"`, {
    hint: "`bz audit` lists them with their ids, such as 41.1",
    context: { entry: text },
  });
}

const longestLabel = 100;
