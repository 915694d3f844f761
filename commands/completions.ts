import { BzError } from "../model/errors";
import { nearestSpellings, spellingHint } from "../model/spelling";
import { formatCompletion } from "../output/completion";
import { completionScripts, type Shell, shells } from "../output/completion-scripts";
import type { Store } from "../storage/store";
import { defineBz } from "./command";
import { completeWord } from "./completion-candidates";
import type { CompletionStore } from "./completion-values";
import type { Context } from "./context";
import { readUnfinishedLine, type UnfinishedLine } from "./unfinished-line";

export const command = defineBz({
  meta: {
    name: "completions",
    description:
      "Prints a script that teaches a shell to complete commands, flags and their values, ids with titles, labels and statuses; the first lines of the script say where it goes. With --word it says what could stand in place of that word behind the words of a command line: the script asks so.",
  },
  args: () => ({
    shell: {
      type: "positional",
      required: true,
      suggests: shells,
      description: "bash, zsh, fish or powershell",
    },
    before: {
      type: "positional",
      required: false,
      repeat: true,
      description: "With --word: the words of the command line before it, behind `--`",
    },
    word: { type: "string", valueHint: "TEXT", description: "The word to complete; it may be empty" },
  }),
  answer: "completions",
  examples: [
    "bz completions bash > ~/.local/share/bash-completion/completions/bz",
    "bz completions zsh > ~/.zfunc/_bz",
    "bz completions fish > ~/.config/fish/completions/bz.fish",
    "bz completions bash --word=--st -- list",
  ],
  async run(context, { shell: name, before, word }) {
    const shell = parseShell(name);
    if (word === undefined) {
      if (before !== undefined) throw wordMissing();
      const script = completionScripts[shell];
      return { data: () => ({ shell, script }), text: () => script };
    }
    const line = await readUnfinishedLine(before ?? []);
    const completion = completeWord(line, word, openCompletionStore(context, line));
    const { kind, candidates } = {
      ...completion,
      candidates: completion.candidates.slice(0, candidateLimit),
    };
    const total = completion.candidates.length;
    return {
      data: () => ({
        kind,
        candidates: candidates.map((candidate) => ({ ...candidate })),
        total,
        returned: candidates.length,
        truncated: candidates.length < total,
      }),
      text: () => formatCompletion(kind, candidates),
    };
  },
});

/** More than anybody reads. */
const candidateLimit = 200;

function parseShell(name: string): Shell {
  const plain = name.toLowerCase();
  const shell = shells.find((known) => known === plain) ?? otherNames.get(plain);
  if (shell !== undefined) return shell;
  throw new BzError("USAGE", `"${name}" is not a shell that bz knows`, {
    hint: spellingHint(plain, shells),
    context: { valid: [...shells], nearest: nearestSpellings(plain, shells) },
  });
}

const otherNames: ReadonlyMap<string, Shell> = new Map([
  ["ps", "powershell"],
  ["pwsh", "powershell"],
]);

function wordMissing(): BzError {
  return new BzError("USAGE", "the words of a command line need --word, the one to complete", {
    hint: "`bz completions bash --word=--st -- list`; the script alone is `bz completions bash`",
  });
}

/** The store that the unfinished line is about. Whoever presses Tab is told of no error: there is nothing to offer then. */
function openCompletionStore(context: Context, { values }: UnfinishedLine): CompletionStore {
  const open = (): Store => {
    const directory = values.get("directory");
    if (directory !== undefined) context.world.changeDirectory(directory);
    const data = values.get("data");
    return context.world.openStore({ ...context.storeRequest(), ...(data === undefined ? {} : { data }) });
  };
  return {
    nowMs: context.nowMs,
    customStatuses: () => orNothing(() => open().settings.customStatuses.value),
    read: (answer) => orNothing(() => open().read(({ state }) => answer(state))),
  };
}

function orNothing<T>(answer: () => readonly T[]): T[] {
  try {
    return [...answer()];
  } catch (error) {
    if (error instanceof BzError) return [];
    throw error;
  }
}
