import { BzError } from "../model/errors";
import { defineBz } from "./command";
import { createDrafts } from "./draft-creation";
import { type DraftFormat, draftFormats, formatOfName, readDrafts } from "./draft-input";
import { readNamedOrPipedBytes } from "./named-text";

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
    const path = args.FILE ?? args.file;
    const input = await readNamedOrPipedBytes("add-batch", path, context.world);
    const { nowMs, customStatuses } = context;
    const format = args.format ?? guessFormat(path, input.bytes);
    const drafts = await readDrafts(input, format, { nowMs, customStatuses });
    return createDrafts(context, drafts, { isRehearsal: args["dry-run"] === true });
  },
});

/** @throws BzError USAGE for JSON under a name that does not say so: nobody means it for titles */
function guessFormat(path: string | undefined, bytes: Uint8Array): DraftFormat {
  const format = path === undefined ? undefined : formatOfName(path);
  if (format !== undefined) return format;
  const start = new TextDecoder().decode(bytes.subarray(0, startBytes));
  if (!/^\s*[[{]\s*["{\]]/.test(start)) return "titles";
  throw new BzError("USAGE", "this looks like JSON, not like titles", {
    hint: "add --format jsonl (an object a line), --format json (a list or plan) or --format titles",
  });
}

/** Nobody has more space in front of a text. */
const startBytes = 1 << 16;
