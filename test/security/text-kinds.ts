import type { Outcome, TestWorld } from "../commands/test-world";
import { copyOf, everyLine, hostileTracker, type Line, removeWorld } from "./hostile-tracker";
import type { Kind } from "./kind";
import { hostileTexts, unsafeCharacters } from "./texts";

/** How an answer may be asked for; the first two go to a terminal. */
const forms: readonly {
  readonly flags: readonly string[];
  readonly isData: boolean;
  readonly isColoured?: boolean;
}[] = [
  { flags: [], isData: false },
  { flags: [], isData: false, isColoured: true },
  { flags: ["--json"], isData: true },
  { flags: ["--format", "jsonl"], isData: true },
  { flags: ["--format", "csv"], isData: true },
  { flags: ["--toon"], isData: true },
  { flags: ["--robot"], isData: true },
];

const lines = await everyLine();
let prepared: { readonly text: string; readonly world: TestWorld } | undefined;

async function trackerWith(text: string): Promise<TestWorld> {
  if (prepared?.text === text) return prepared.world;
  if (prepared !== undefined) removeWorld(prepared.world);
  prepared = { text, world: await hostileTracker(text) };
  return prepared.world;
}

/** Every text, stored in every field, through every command in every form. Cases of one text stand together, as its tracker is what takes time. */
export const storedTexts: Kind = {
  name: "stored texts shown",
  groups: hostileTexts.length,
  groupSize: lines.length * forms.length,
  async judge(group, index) {
    const text = hostileTexts[group] ?? "";
    const line = lines[Math.floor(index / forms.length)] ?? nothing;
    const form = forms[index % forms.length] ?? forms[0];
    return judgeLine(text, line, form);
  },
};

const nothing: Line = { words: [], stdin: "" };

async function judgeLine(text: string, line: Line, form = forms[0]): Promise<string[]> {
  const { flags = [], isData = false, isColoured = false } = form ?? {};
  const world = copyOf(await trackerWith(text), text);
  try {
    world.terminals = isData ? [] : [0, 1, 2];
    world.size = { columns: 90, rows: 100_000 };
    if (!isColoured) world.env.NO_COLOR = "1";
    world.stdin = line.stdin;
    const words = [...flags, ...line.words];
    const outcome = await world.bz(...words);
    const isOwnForm = line.words.some((word) => word === "--format");
    return wrongIn(outcome, isData || isOwnForm, isColoured).map(
      (wrong) => `${wrong}: text ${JSON.stringify(text)}: bz ${JSON.stringify(words)}`,
    );
  } finally {
    removeWorld(world);
  }
}

/** Every text as every word of every command line: whatever repeats it in an error must not obey it. */
export const textArguments: Kind = {
  name: "texts as arguments",
  groups: hostileTexts.length,
  groupSize: lines.length * 2,
  async judge(group, index) {
    const text = hostileTexts[group] ?? "";
    const line = lines[index >> 1] ?? nothing;
    const isData = index % 2 === 1;
    // The words of the command itself, too: an unknown command is repeated as well.
    const at = index % (line.words.length + 1);
    const words = line.words.toSpliced(at, 1, text);
    const stdin = line.stdin.replace(/One|Line/, () => JSON.stringify(text).slice(1, -1));
    const wrong = await judgeLine("plain", { words, stdin }, forms[isData ? 2 : 0]);
    return wrong;
  },
};

/** What is wrong with an answer, in words. */
function wrongIn({ exitCode, stdout, stderr }: Outcome, isData: boolean, isColoured: boolean): string[] {
  const wrong: string[] = [];
  if (![0, 1, 2, 3, 4, 5].includes(exitCode)) wrong.push(`exit code ${exitCode}`);
  if (/INTERNAL|has a defect|\n\s+at .*:\d+/.test(stderr)) wrong.push(`a defect: ${stderr.slice(0, 300)}`);
  const plain = (said: string): string => (isColoured ? said.replace(colour, "") : said);
  const shown = unsafeCharacters(plain(stdout), isData);
  if (shown.length > 0) wrong.push(`${shown.join(" ")} on stdout`);
  const talked = unsafeCharacters(plain(stderr).replaceAll(progress, ""), isData);
  if (talked.length > 0) wrong.push(`${talked.join(" ")} on stderr`);
  return wrong;
}

/** What is our own: colours, and the line of progress that is written anew. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what this is for
const colour = /\u001b\[[0-9;]*m/g;
const progress = "\r\u001b[K";
