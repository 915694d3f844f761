import { BzError } from "../model/errors";
import { memoryKeyFor } from "../model/memory";
import { setRecord } from "../model/record-change";
import { escapeText } from "../output/escape";
import { defineBz } from "./command";
import { memoriesDocument } from "./memory-reply";

export const command = defineBz({
  meta: {
    name: "remember",
    description:
      "Keeps a short text beside the issues, for everybody who works with this store: a convention, a decision, a trap. Without a key it gets one from its first words. The text under a known key is replaced; the same text twice changes nothing. `bz prime` shows what is remembered. It stays in this clone: `bz export --include-memories` carries it elsewhere.",
  },
  args: () => ({
    "text-or-key": {
      type: "positional",
      required: true,
      text: true,
      description: "The text, or with two arguments its key; `-` reads the text from stdin",
    },
    text: {
      type: "positional",
      required: false,
      text: true,
      description: "The text, when the key comes first; `-` is stdin",
    },
    key: { type: "string", alias: "k", valueHint: "KEY", description: "The key, as a flag" },
  }),
  answer: "memories",
  examples: [
    "bz remember 'Run the migrations before the tests'",
    "bz remember db 'Postgres 16, port 5433'",
    "git log -1 --format=%B | bz remember release-notes -",
  ],
  async run(context, args) {
    if (args.key !== undefined && args.text !== undefined)
      throw new BzError("USAGE", "the key is given twice", {
        hint: "leave out --key, or the first argument",
      });
    const givenKey = args.key ?? (args.text === undefined ? undefined : args["text-or-key"]);
    const text = (args.text ?? args["text-or-key"]).trim();
    if (text === "") throw new BzError("INVALID", "there is no text to remember", { hint: "say something" });
    const { result, view } = context.write((current, info) => {
      const key = givenKey ?? memoryKeyFor(current.state, text);
      const present = current.state.record("memory", key);
      const who = { nowMs: info.timeMs, actor: info.actor };
      const operation = setRecord("memory", key, text, present, who);
      const outcome = operation === undefined ? "known" : present === undefined ? "new" : "replaced";
      return { operations: operation === undefined ? [] : [operation], result: { key, outcome } as const };
    });
    const { key, outcome } = result;
    const memory = view.state.record("memory", key);
    return {
      data: () => memoriesDocument(memory === undefined ? [] : [memory]),
      text: ({ style }) => `${spoken[outcome]} ${style.bold(escapeText(key))}\n`,
      ids: [key],
      saved: outcome === "known" ? [] : [key],
    };
  },
});

const spoken = { known: "Known already:", new: "Remembered", replaced: "Replaced" } as const;
