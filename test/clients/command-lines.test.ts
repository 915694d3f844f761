import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import * as v from "valibot";
import { initialisedWorld, type TestWorld } from "../commands/test-world";
import { filesIn } from "../helpers/files-in";
import { type SentLine, sentLines } from "./command-lines";
import { flatError } from "./shapes";

/** A tracker with an issue of each kind that the clients ask about, by the names that stand for them. */
async function trackerAsBd(): Promise<{ world: TestWorld; ids: Map<string, string> }> {
  const world = await initialisedWorld();
  const ids = new Map<string, string>();
  const make = async (name: string, ...words: string[]) => {
    ids.set(name, (await world.bz("q", ...words)).stdout.trim());
    return ids.get(name) ?? "";
  };
  const b = await make("B", "Blocker");
  const a = await make("A", "One", "-l", "web", "--dep", b);
  const epic = await make("EPIC", "Epic", "-t", "epic");
  await make("CHILD", "Child", "--parent", epic);
  const closed = await make("CLOSED", "Closed");
  await make("UNSURE", "Waits for what is not here", "--dep", "bd-elsewhere");
  await world.bz("close", closed);
  await world.bz("comment", a, "First words");
  world.env = { ...world.env, BZ_COMPAT: "bd" };
  return { world, ids };
}

function wordsOf(line: string, ids: ReadonlyMap<string, string>): string[] {
  const words = line.matchAll(/(?:[^\s"]|"[^"]*")+/g);
  return [...words].map(([word]) =>
    word.replaceAll('"', "").replaceAll(/\$([A-Z]+)/g, (_, name: string) => ids.get(name) ?? ""),
  );
}

for (const [client, lines] of Object.entries(sentLines)) {
  const tracker = trackerAsBd();

  const check = async ({ words, expects, writes }: SentLine): Promise<void> => {
    const { world, ids } = await tracker;
    const directory = join(world.directory, ".beads");
    const before = writes === true ? [] : filesIn(directory);
    const { exitCode, stdout, stderr } = await world.bz(...wordsOf(words, ids));
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    if (expects instanceof RegExp) expect(stdout).toMatch(expects);
    else if (expects !== undefined) {
      const { issues } = v.safeParse(expects, JSON.parse(stdout));
      expect(issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toBeUndefined();
    }
    if (writes !== true) expect(filesIn(directory)).toEqual(before);
  };

  describe(client, () => {
    for (const line of lines) {
      const nature = line.writes === true ? "" : ", which writes nothing";
      test(`understands the answer to \`bd ${line.words}\`${nature}`, () => check(line));
    }
  });
}

describe("bd under --json", () => {
  const refused = [
    "show bd-nowhere --json",
    "update bd-nowhere bd-neither --priority 1 --json",
    "update $A --priority 9 --json",
    "list --no-such-flag --json",
    "no-such-command --json",
    "--no-such-flag list --json",
    "--readonly create t --json",
    "create --json --title",
    "dep add $A $A --json",
  ];
  const tracker = trackerAsBd();
  for (const line of refused) {
    test(`refuses \`bd ${line}\` with exit 1 and one flat error on stderr alone`, async () => {
      const { world, ids } = await tracker;
      const { exitCode, stdout, stderr } = await world.bz(...wordsOf(line, ids));
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(v.is(flatError, JSON.parse(stderr))).toBe(true);
    });
  }
});
