import { beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { initialisedWorld, type TestWorld, temporaryDirectory } from "../commands/test-world";
import { ensureBuilt, hardenedBun, packaged } from "../helpers/bz-forms";

/**
 * What is seldom run is in files of its own in the script form, which an upgrade of the package takes away while a call runs. Here each is one that fails, and says how long the log was when it
 * was asked for.
 */
let program: string;

await ensureBuilt();

beforeAll(async () => {
  const copy = temporaryDirectory();
  cpSync(dirname(packaged.file), copy, { recursive: true });
  for (const name of readdirSync(copy)) {
    if (!/-seldom-[a-z0-9]+\.js$/.test(name)) continue;
    rmSync(join(copy, `${name}.jsc`));
    writeFileSync(join(copy, name), taken);
  }
  program = join(copy, "index.js");
}, 180_000);

const taken = `
const { existsSync, statSync, writeFileSync } = require("node:fs");
const { ASKED, LOG } = process.env;
if (!existsSync(ASKED)) writeFileSync(ASKED, String(statSync(LOG).size));
throw new Error("taken away");
`;

describe("where what is seldom run is taken away once the change is saved", () => {
  test("an issue is made once, and its id told", async () => {
    const world = await trackerWith(100);
    const { exitCode, stdout, stderr, askedBehindCommit } = await call(world, ["q", "Made once"]);
    expect({ exitCode, stderr, askedBehindCommit }).toEqual({
      exitCode: 0,
      stderr: "",
      askedBehindCommit: true,
    });
    expect(await idsOf(world, "Made once")).toEqual([stdout.trim()]);
  });

  test("an issue is closed once, and that is told", async () => {
    const world = await trackerWith(1);
    const [id = ""] = await idsOf(world, "The first");
    const { exitCode, stdout, stderr, askedBehindCommit } = await call(world, ["close", id, "-r", "Done"]);
    expect({ exitCode, stderr, askedBehindCommit }).toEqual({
      exitCode: 0,
      stderr: "",
      askedBehindCommit: true,
    });
    expect(stdout).toBe(`Closed ${id}: The first\n`);
  });

  test("an issue whose id cannot be told is made once, and that is told", async () => {
    const world = await trackerWith(1);
    const full = openSync("/dev/full", "w");
    const { exitCode, stderr } = await call(world, ["q", "Made once"], full);
    const [id, ...others] = await idsOf(world, "Made once");
    expect({ exitCode, others }).toEqual({ exitCode: 2, others: [] });
    expect(stderr).toContain(`saved as ${id}, but standard output cannot be written`);
  });

  test("an issue whose id cannot be told is made once, and that is told where nothing else is left either", async () => {
    const world = await trackerWith(1);
    const alone = temporaryDirectory();
    cpSync(dirname(packaged.file), alone, { recursive: true });
    for (const name of ["commands", "parts", "hot.js", "hot.js.jsc"])
      rmSync(join(alone, name), { recursive: true, force: true });
    const full = openSync("/dev/full", "w");
    const { exitCode, stderr } = await call(world, ["q", "Made once"], full, join(alone, "index.js"));
    const [id, ...others] = await idsOf(world, "Made once");
    expect({ exitCode, others }).toEqual({ exitCode: 2, others: [] });
    expect(stderr).toContain(`error: saved as ${id}, but standard output cannot be written`);
    expect(stderr).toContain("do not repeat the command");
  });
});

/** With one issue in the snapshot, so many in the log, each in a frame of its own, and a face that shows them. */
async function trackerWith(count: number): Promise<TestWorld> {
  const world = await initialisedWorld();
  world.env = { ...world.env, BEADS_SYNC_AUTO_FLUSH: "false" };
  await done(world, "q", "The first");
  await done(world, "compact");
  for (let at = 0; at < count; at += 1) await done(world, "q", `Number ${at}`);
  await done(world, "sync");
  return world;
}

async function done(world: TestWorld, ...words: string[]): Promise<void> {
  const { exitCode, stderr } = await world.bz(...words);
  if (exitCode !== 0) throw new Error(stderr);
}

interface Titled {
  readonly id: string;
  readonly title: string;
}

async function idsOf(world: TestWorld, title: string): Promise<string[]> {
  const { issues } = (await world.json("list", "--all", "-n", "0")) as { issues: readonly Titled[] };
  return issues.filter((each) => each.title === title).map(({ id }) => id);
}

interface Called {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly askedBehindCommit: boolean;
}

async function call(
  world: TestWorld,
  words: readonly string[],
  stdout: "pipe" | number = "pipe",
  index = program,
): Promise<Called> {
  const log = logIn(join(world.directory, ".beads/store"));
  const asked = join(world.directory, "asked");
  const before = statSync(log).size;
  const child = Bun.spawn([...hardenedBun, index, ...words], {
    cwd: world.directory,
    env: {
      PATH: process.env.PATH,
      HOME: world.directory,
      ...world.env,
      BEADS_SYNC_AUTO_FLUSH: "true",
      ASKED: asked,
      LOG: log,
    },
    stdin: "ignore",
    stdout,
    stderr: "pipe",
    timeout: 60_000,
  });
  const [exitCode, stderr, output] = await Promise.all([
    child.exited,
    child.stderr.text(),
    child.stdout instanceof ReadableStream ? child.stdout.text() : "",
  ]);
  const askedBehindCommit = existsSync(asked) && Number(await Bun.file(asked).text()) > before;
  return { exitCode, stdout: output, stderr, askedBehindCommit };
}

function logIn(store: string): string {
  const [only, ...others] = readdirSync(store).filter((name) => name.startsWith("wal."));
  if (only === undefined || others.length > 0) throw new Error("the log is not in one segment");
  return join(store, only);
}
