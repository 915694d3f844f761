import type { Draft } from "../model/draft";
import { BzError } from "../model/errors";
import { defineBz } from "./command";
import type { Context } from "./context";
import { createDrafts } from "./draft-creation";
import { type DraftFormat, draftFormats, formatOfName, readDrafts } from "./draft-input";
import { readNamedOrPipedText } from "./named-text";

export const command = defineBz({
  meta: {
    name: "add-batch",
    description:
      "Creates many issues in one transaction: all of them, or with anything wrong none. Without a file it reads stdin. The format is guessed from the file's name, else it is one title a line. jsonl and json hold objects with the fields of `create`; `key` names an issue for the others, which say `depends_on`, `blocks` or `parent` with a key or an id.",
  },
  args: () => ({
    FILE: { type: "positional", required: false, description: "The file; `-` is stdin" },
    file: { type: "string", alias: "f", valueHint: "FILE", description: "The same as a flag" },
    format: {
      type: "enum",
      options: [...draftFormats],
      description:
        "titles, jsonl (an object a line), json (a list, or a plan of nodes and edges), md (headings)",
    },
    "dry-run": { type: "boolean", alias: "n", description: "Check everything, create nothing" },
  }),
  answer: "created-issues",
  examples: [
    "bz add-batch titles.txt",
    "bz add-batch plan.jsonl --dry-run",
    `printf '{"title":"Parser","key":"p"}\\n{"title":"Printer","depends_on":["p"]}\\n' | bz add-batch - --format jsonl`,
  ],
  async run(context, args) {
    if (args.FILE !== undefined && args.file !== undefined)
      throw new BzError("USAGE", "the file is given twice", { hint: "leave out --file" });
    const drafts = await readNamedDrafts(context, args.FILE ?? args.file, args.format);
    return createDrafts(context, drafts, { isRehearsal: args["dry-run"] === true });
  },
});

/** On its own, so that the text is no longer held when the drafts are written. */
async function readNamedDrafts(
  context: Context,
  path: string | undefined,
  chosen: DraftFormat | undefined,
): Promise<Draft[]> {
  const text = await readNamedOrPipedText("add-batch", path, context.world);
  const { nowMs, customStatuses } = context;
  return readDrafts(text, chosen ?? guessFormat(path, text), { nowMs, customStatuses });
}

/** @throws BzError USAGE for JSON under a name that does not say so: nobody means it for titles */
function guessFormat(path: string | undefined, text: string): DraftFormat {
  const format = path === undefined ? undefined : formatOfName(path);
  if (format !== undefined || !/^\uFEFF?\s*[[{]\s*["{\]]/.test(text)) return format ?? "titles";
  throw new BzError("USAGE", "this looks like JSON, not like titles", {
    hint: "add --format jsonl (an object a line), --format json (a list or plan) or --format titles",
  });
}
