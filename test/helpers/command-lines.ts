import { parseArguments } from "../../commands/arguments";
import { calledVerb, findCalledCommand } from "../../commands/called-command";
import { globalArguments } from "../../commands/global-arguments";

/**
 * Reads a command line as its shell and bz would, and fails as bz does when it could not be run: for texts that tell people what to type. Of a pipe every
 * call of bz counts; what the shell would fill in stays as it is.
 */
export async function expectRunnable(line: string): Promise<void> {
  const calls = callsOfBz(line);
  if (calls.length === 0) throw new Error(`"${line}" does not call bz`);
  for (const words of calls) {
    // How every command is explained.
    if (words.join(" ") === "COMMAND --help") continue;
    const called = findCalledCommand(words);
    if (words.includes("--help") || words.includes("--version")) continue;
    const { command } = await calledVerb(called).load();
    parseArguments(command.meta.name, called.words, command.args(), globalArguments);
  }
}

/** The words behind each `bz` of a shell's line. */
export function callsOfBz(line: string): string[][] {
  const calls: string[][] = [];
  let words: string[] | undefined;
  for (const word of shellWords(line)) {
    if (word === "bz" && words === undefined) words = [];
    else if (/^(?:\||\|\||&&|;|\))$/.test(word)) {
      if (words !== undefined) calls.push(words);
      words = undefined;
    } else words?.push(word);
  }
  if (words !== undefined) calls.push(words);
  return calls;
}

/** Words as a POSIX shell splits them; redirections and comments are left out. `$(bz ...)` is a command of its own. */
export function shellWords(line: string): string[] {
  const token =
    /\s*(#.*|\$\(|\|\||&&|[|;)]|\d?>>?\s*\S+|<\(|<<?\s*\S+|(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\|;&<>)])+)/y;
  const words: string[] = [];
  while (token.lastIndex < line.trimEnd().length) {
    const found = token.exec(line);
    if (found === null) throw new Error(`"${line}" cannot be split into words`);
    const text = found[1] ?? "";
    if (text.startsWith("#")) break;
    const inner = /^[A-Za-z_]\w*=\$\((.*)$/.exec(text);
    if (inner !== null) words.push(";", inner[1] ?? "");
    else if (text === "$(" || text === "<(") words.push(";");
    else if (!/^\d?[<>]/.test(text)) words.push(unquote(text));
  }
  return words;
}

function unquote(text: string): string {
  return text.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, (_whole, single, double, escaped) =>
    String(single ?? double?.replace(/\\(["$`\\])/g, "$1") ?? escaped),
  );
}
