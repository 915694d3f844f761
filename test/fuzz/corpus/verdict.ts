import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BzError } from "../../../model/errors";
import { exitCodeOf } from "../../../output/exit-code";
import { initialisedWorld, type Outcome, type TestWorld } from "../../commands/test-world";
import { dangerous } from "../target";
import type { Seed, SeedKind } from "./seed";

/** What is wrong with how the seeds of a kind ended, each sentence with what repeats it. `isChosen`: by their places in the table. */
export async function judgeKind(
  kind: SeedKind,
  isChosen: (at: number) => boolean,
): Promise<{ tried: number; wrong: string[] }> {
  const wrong: string[] = [];
  let tried = 0;
  let world = await preparedWorld();
  for (const [at, seed] of kind.seeds.entries()) {
    if (!isChosen(at)) continue;
    tried += 1;
    const found = await judgeSeed(world, seed);
    const said = `bz ${seed.words.map((word) => JSON.stringify(word.slice(0, 80))).join(" ")}`;
    const rest = { stdin: seed.stdin?.slice(0, 200), files: seed.files };
    wrong.push(
      ...found.map(
        (sentence) => `${kind.name} ${at}: ${sentence}: ${said} ${JSON.stringify(rest).slice(0, 300)}`,
      ),
    );
    if (kind.isFresh !== true) continue;
    rmSync(world.directory, { recursive: true, force: true });
    world = await preparedWorld();
  }
  rmSync(world.directory, { recursive: true, force: true });
  return { tried, wrong };
}

/** Three issues, of which bd-a waits for bd-b. */
async function preparedWorld(): Promise<TestWorld> {
  const world = await initialisedWorld();
  world.env = { ...world.env, HOME: world.directory };
  for (const id of ["bd-b", "bd-c"]) await world.bz("create", `Title of ${id}`, "--id", id);
  await world.bz("create", "Title of bd-a", "--id", "bd-a", "--deps", "bd-b");
  return world;
}

async function judgeSeed(world: TestWorld, seed: Seed): Promise<string[]> {
  const { words, stdin = "", files = {}, verdict, names, after } = seed;
  for (const [path, text] of Object.entries(files)) {
    const place = join(world.directory, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
  }
  world.stdin = stdin;
  const home = world.directory;
  const before = stored(home);
  const outcome = await world.bz("--json", ...words);
  world.directory = home;
  const wrong = universal(outcome);
  if (verdict === "accept") {
    if (outcome.exitCode !== 0) return [...wrong, `refused: ${outcome.stderr || outcome.stdout}`];
    const missing = await after?.(world, outcome.stdout);
    return missing === undefined ? wrong : [...wrong, missing];
  }
  const plain = await world.bz(...words);
  world.directory = home;
  wrong.push(...universal(plain));
  if (stored(home) !== before) wrong.push("something was written");
  if (
    !outcome.stderr.includes(`"code":"${verdict}"`) ||
    outcome.exitCode !== exitCodeOf(new BzError(verdict, ""))
  )
    return [
      ...wrong,
      `not ${verdict} but exit ${outcome.exitCode}: ${outcome.stderr}${outcome.stdout.slice(0, 300)}`,
    ];
  if (names !== undefined && !plain.stderr.toLowerCase().includes(names.toLowerCase()))
    wrong.push(`${names} is not named: ${plain.stderr}`);
  return wrong;
}

/** What holds of every answer. */
function universal({ exitCode, stdout, stderr }: Outcome): string[] {
  const wrong: string[] = [];
  if (![0, 1, 3, 4, 5].includes(exitCode)) wrong.push(`exit ${exitCode}: ${stderr}`);
  if (/INTERNAL|has a defect|\n\s+at .*:\d+/.test(stderr)) wrong.push(`a defect: ${stderr}`);
  if (dangerous.test(stdout) || dangerous.test(stderr)) wrong.push("a terminal would obey");
  if (stderr.length > longestTalk) wrong.push(`${stderr.length} characters on stderr`);
  if (exitCode !== 0 && stderr === "" && stdout === "") wrong.push("no word about the failure");
  return wrong;
}

const longestTalk = 4096;

/** Everything in the workspace but what counts and coordinates. */
function stored(directory: string): string {
  const paths = readdirSync(join(directory, ".beads"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith("lock") && !entry.name.startsWith("face."))
    .map((entry) => join(entry.parentPath, entry.name));
  return paths
    .sort()
    .map((path) => `${path}\n${Bun.hash(readFileSync(path))}\n`)
    .join("");
}
