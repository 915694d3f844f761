import { BzError } from "../model/errors";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import type { Context } from "./context";
import { createDrafts } from "./draft-creation";
import { readDrafts } from "./draft-input";
import { readNamedBytes } from "./named-text";

/** What `create` was given, by the names of its arguments. */
export type CreateValues = Readonly<Record<string, unknown>> & {
  readonly file?: string | undefined;
  readonly graph?: string | undefined;
};

/**
 * `create --file` and `create --graph`.
 * @throws BzError USAGE for anything else that describes an issue: it would have to go into the file
 */
export async function createFromFile(context: Context, args: CreateValues): Promise<Result> {
  const { file, graph, "dry-run": isRehearsal, silent, ...others } = args;
  const path = graph ?? file ?? "";
  const flag = graph === undefined ? "--file" : "--graph";
  const [surplus] = Object.keys(others).filter((key) => others[key] !== undefined);
  if (graph !== undefined && file !== undefined)
    throw new BzError("USAGE", "--file and --graph are two plans", {
      hint: "create them one after the other",
    });
  if (surplus !== undefined) {
    const name = surplus === "TITLE" ? surplus : `--${surplus}`;
    throw new BzError("USAGE", `${name} does not go with ${flag}: the issues stand in the file`, {
      hint: `leave ${name} out, or write it into the file`,
    });
  }
  const drafts = await readDrafts(
    await readNamedBytes(path, context.world),
    graph === undefined ? "md" : "json",
    {
      nowMs: context.nowMs,
      customStatuses: context.customStatuses,
    },
  );
  const answer = await createDrafts(context, drafts, { isRehearsal: isRehearsal === true });
  if (silent !== true) return answer;
  return { ...answer, text: () => (answer.ids ?? []).map((id) => `${escapeText(id)}\n`).join("") };
}
