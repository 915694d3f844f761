import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import type { FastWorld } from "../../commands/fast/call";
import { answerFast } from "../../commands/fast-path";
import { initialisedWorld, type Outcome, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

function idOf(index: number): string {
  return `bd-${String(index).padStart(4, "0")}`;
}

function lineOf(index: number): string {
  const created = new Date(Date.UTC(2026, 0, 1) + ((index * 7) % 50) * 60_000).toISOString();
  const dependencies = [
    ...(index % 10 === 9 ? [{ type: "blocks", depends_on_id: idOf(index - 1 - (index % 7)) }] : []),
    ...(index % 20 > 15 ? [{ type: "parent-child", depends_on_id: idOf(index - (index % 20)) }] : []),
  ];
  return JSON.stringify({
    id: idOf(index),
    title: index % 25 === 2 ? `Ünusual\t"${index}"` : `Issue ${index}`,
    status: index % 6 === 1 ? "closed" : "open",
    priority: index % 5,
    issue_type: index % 20 === 0 ? "epic" : "task",
    created_at: created,
    updated_at: created,
    ...(index % 30 === 3 ? { status: "deferred", defer_until: "2026-01-15T12:30:00Z" } : {}),
    ...(index % 11 === 5 ? { assignee: "ann" } : {}),
    ...(dependencies.length === 0 ? {} : { dependencies }),
  });
}

/** As automatic exports would only cost time here, there are none. */
async function tracker(count = 300): Promise<TestWorld> {
  const world = await initialisedWorld();
  world.env.BEADS_SYNC_AUTO_FLUSH = "false";
  world.stdin = Array.from({ length: count }, (_, index) => lineOf(index)).join("\n");
  await run(world, "import", "-");
  await run(world, "compact");
  await settled(world);
  return world;
}

/** A face that was written a moment ago proves nothing, and is looked into. */
async function settled(world: TestWorld): Promise<void> {
  await run(world, "sync");
  await Bun.sleep(100);
  await run(world, "sync");
}

async function run(world: TestWorld, ...words: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await world.bz(...words);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

/** What the fast path answers; undefined where it gave up, and then nothing was said. */
function fast(world: TestWorld, words: readonly string[]): Outcome | undefined {
  world.output = { 1: "", 2: "" };
  let exitCode: number | undefined;
  const given: FastWorld = {
    env: world.env,
    calledAs: world.calledAs,
    currentDirectory: () => world.currentDirectory(),
    nowMs: () => world.nowMs(),
    randomBytes: (length) => world.randomBytes(length),
    isTerminal: (descriptor) => world.isTerminal(descriptor),
    write: (descriptor, text) => world.write(descriptor, text),
    userId: world.userId,
    end: (code) => {
      exitCode = code;
    },
  };
  const answer = answerFast(words, given);
  const [stdout = "", stderr = ""] = [world.output[1], world.output[2]];
  if (answer === "done" && exitCode !== undefined) return { exitCode, stdout, stderr };
  expect({ answer, stdout, stderr }).toEqual({ answer: undefined, stdout: "", stderr: "" });
  return undefined;
}

const lists = [
  ["list"],
  ["ready"],
  ["list", "--limit", "7"],
  ["ready", "-n", "7"],
  ["list", "-n", "200"],
  ["ready", "--limit", "200"],
];

/** Both at the same moment. */
async function expectSameAnswers(world: TestWorld): Promise<void> {
  for (const words of lists) {
    const { timeMs } = world;
    const answer = fast(world, words);
    world.timeMs = timeMs;
    const whole = await world.bz(...words);
    expect([...words, answer]).toEqual([...words, whole]);
  }
}

describe("a list of the fast path is that of the whole program", () => {
  test("where the snapshot says all", async () => {
    const world = await tracker();
    await expectSameAnswers(world);
    expect(fast(world, ["list"])?.stdout.split("\n")).toHaveLength(51);
    expect(fast(world, ["list"])?.stderr).toContain("more");
  });

  test("where there is no issue, or none is ready", async () => {
    const world = await tracker(0);
    await expectSameAnswers(world);
    world.stdin = lineOf(1);
    await run(world, "import", "-");
    await run(world, "compact");
    await settled(world);
    await expectSameAnswers(world);
    expect(fast(world, ["ready"])).toEqual({ exitCode: 0, stdout: "", stderr: "nothing is ready\n" });
  });

  const changes: Readonly<Record<string, readonly string[][]>> = {
    "new issues": [
      ["q", "One more"],
      ["create", "Urgent", "-p", "0"],
      ["create", 'Ünusual\\u0041 "text"', "-p", "0", "-l", "a,b"],
    ],
    "closed ones": [
      ["close", idOf(0), idOf(10), "-f"],
      ["close", idOf(8), "-r", "Done"],
      ["reopen", idOf(10)],
    ],
    "deleted ones": [
      ["delete", idOf(40), "--force"],
      ["delete", idOf(8), "--force"],
      ["undelete", idOf(40)],
    ],
    edges: [
      ["dep", "add", idOf(55), idOf(60)],
      ["dep", "add", idOf(5), idOf(10)],
      ["create", "Waits", "-p", "0", "--dep", idOf(15)],
      ["close", idOf(60), "-f"],
      ["dep", "remove", idOf(5), idOf(10)],
    ],
    "other priorities": [
      ["update", idOf(22), "-p", "0"],
      ["update", idOf(0), "-p", "4"],
    ],
    "deferred ones": [
      ["defer", idOf(65), "--until", "2026-02-01"],
      ["defer", idOf(5)],
      ["undefer", idOf(5)],
    ],
    epics: [
      ["create", "Epic", "-t", "epic", "-p", "0"],
      ["update", idOf(78), "--parent", idOf(60)],
      ["close", idOf(16), idOf(17), idOf(18), idOf(19)],
    ],
    "pinned ones": [
      ["update", idOf(10), "--status", "pinned"],
      ["update", idOf(15), "--status", "in_progress"],
    ],
    "what is shown": [
      ["claim", idOf(10)],
      ["update", idOf(15), "--title", "Named anew"],
      ["update", idOf(20), "-t", "bug"],
      ["note", idOf(30), "What was found"],
      ["label", "add", idOf(30), "parser"],
    ],
  };

  test.each(Object.entries(changes))("behind a log of %s", async (_, calls) => {
    const world = await tracker();
    for (const call of calls) {
      await run(world, ...call);
      await expectSameAnswers(world);
    }
  });

  test("behind a long log of everything, in a delta, and behind that", async () => {
    const world = await tracker(1500);
    const added: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      for (let at = 0; at < 4; at += 1) added.push((await run(world, "q", `Found in round ${round}`)).trim());
      await run(world, "update", idOf(7 * round + 3), "-p", String(round % 5));
      // Some belong to somebody.
      await world.bz("claim", idOf(10 * round + 22));
      await run(world, "close", idOf(10 * round + 15), "-f", "-r", "Done");
      await run(world, "note", idOf(5 * round), "What was found");
    }
    await expectSameAnswers(world);
    // So much is folded, and into a delta where the base is larger.
    world.stdin = "x".repeat(400_000);
    await run(world, "update", idOf(40), "--description", "-");
    expect(existsSync(`${world.directory}/.beads/store/snapshot.delta`)).toBe(true);
    await expectSameAnswers(world);
    // Of these the delta alone knows.
    await run(world, "close", ...added.slice(0, 2));
    await run(world, "update", ...added.slice(2, 8), "-p", "0");
    await expectSameAnswers(world);
    for (const call of Object.values(changes).flat()) await world.bz(...call);
    await expectSameAnswers(world);
  });

  test("when the time of what was put off has come", async () => {
    const world = await tracker();
    const before = fast(world, ["ready", "-n", "200"]);
    world.timeMs = Date.UTC(2026, 0, 15, 13);
    await expectSameAnswers(world);
    expect(fast(world, ["ready", "-n", "200"])).not.toEqual(before);
  });
});

describe("the fast path leaves to the whole program", () => {
  test.each([
    ["list", "--all"],
    ["list", "-n", "0"],
    ["list", "-n", "600"],
    ["list", "-n", "x"],
    ["list", "-n"],
    ["list", "-n", "3", "--json"],
    ["ready", "--explain"],
    ["ready", "bd-0001"],
    ["list", ""],
  ])("%s %s", async (command, flag, ...values) => {
    const words = [command, flag, ...values].filter((word) => typeof word === "string");
    expect(fast(await tracker(20), words)).toBeUndefined();
  });

  test("issues that wait for each other for ever", async () => {
    const world = await tracker(20);
    const waiting = (id: string, target: string): string =>
      JSON.stringify({
        ...JSON.parse(lineOf(2)),
        id,
        dependencies: [{ type: "blocks", depends_on_id: target }],
      });
    world.stdin = [waiting("bd-one", "bd-two"), waiting("bd-two", "bd-one")].join("\n");
    await run(world, "import", "-");
    expect(fast(world, ["ready"])).toBeUndefined();
    await run(world, "compact");
    await settled(world);
    // What was put off is back, here and for the snapshot.
    world.timeMs = Date.UTC(2026, 1, 1);
    expect(fast(world, ["list"])).toBeDefined();
    expect(fast(world, ["ready"])).toBeUndefined();
  });

  test("a snapshot whose heads are damaged", async () => {
    const world = await tracker(20);
    const path = `${world.directory}/.beads/store/snapshot`;
    const bytes = await Bun.file(path).bytes();
    const at = Buffer.from(bytes).lastIndexOf("Issue 10");
    bytes[at] = "i".charCodeAt(0);
    await Bun.write(path, bytes);
    expect(fast(world, ["list"])).toBeUndefined();
  });
});
