import { expect, setDefaultTimeout, spyOn, test } from "bun:test";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Outcome, TestWorld } from "../commands/test-world";
import { damage } from "../helpers/damaged-store";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const count = 300;
const shown = 5;
const questions = [
  ["list", "--limit", `${shown}`, "--json"],
  ["ready", "--limit", `${shown}`, "--json"],
];
/** Each issue that is shown, and what it waits for and is a part of. */
const mostParsed = shown * 4;

test("a store made over a face by init answers list and ready as the face did, without looking at all issues", async () => {
  const world = clone();
  const asked = await ask(world);
  expect(asked.every(({ parsed }) => parsed >= count)).toBeTrue();
  await done(world.bz("init", "--here"));
  await expectHeads(world, asked);
});

test("so does one that the first write in a clone has made", async () => {
  const world = clone();
  const asked = await ask(world);
  await done(world.bz("remember", "born by the first write"));
  await expectHeads(world, asked);
});

test("so does one that a repair has rebuilt from what verifies, with what stood in the log", async () => {
  const world = clone();
  await done(world.bz("init", "--here"));
  await done(world.bz("create", "the most urgent one", "-p", "0", "--id", "t-urgent"));
  await done(world.bz("close", idOf(1)));
  const asked = await ask(world);
  const snapshot = join(world.directory, ".beads/store/snapshot");
  damage(snapshot, statSync(snapshot).size - 20);
  expect((await world.bz("list")).stderr).toContain("damaged");
  await done(world.bz("doctor", "--fix"));
  await expectHeads(world, asked);
});

interface Asked {
  readonly answer: string;
  /** How many lines of issues were parsed for it. */
  readonly parsed: number;
}

async function expectHeads(world: TestWorld, before: readonly Asked[]): Promise<void> {
  const now = await ask(world);
  expect(now.map(({ answer }) => answer)).toEqual(before.map(({ answer }) => answer));
  for (const { parsed } of now) expect(parsed).toBeWithin(1, mostParsed + 1);
}

async function ask(world: TestWorld): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const words of questions) {
    const parse = spyOn(JSON, "parse");
    try {
      const { stdout } = await done(world.bz(...words));
      const lines = parse.mock.calls.filter(([text]) => text.startsWith('{"id":'));
      asked.push({ answer: stdout, parsed: lines.length });
    } finally {
      parse.mockRestore();
    }
  }
  return asked;
}

async function done(outcome: Promise<Outcome>): Promise<Outcome> {
  const { exitCode, stderr, ...rest } = await outcome;
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  return { exitCode, stderr, ...rest };
}

/** A clone whose face has issues that wait, are closed, put off, and parts of others. */
function clone(): TestWorld {
  const world = new TestWorld();
  mkdirSync(join(world.directory, ".beads"));
  const face = Array.from({ length: count }, (_, index) => `${lineOf(index)}\n`).join("");
  writeFileSync(join(world.directory, ".beads/issues.jsonl"), face);
  return world;
}

function lineOf(index: number): string {
  const time = new Date(Date.UTC(2025, 0, 1) + ((index * 7919) % count) * 1000).toJSON();
  const edge = (type: string, target: number) => ({
    issue_id: idOf(index),
    depends_on_id: idOf(target),
    type,
    created_at: time,
  });
  return JSON.stringify({
    id: idOf(index),
    title: `issue ${index}`,
    status: index % 5 === 4 ? "closed" : "open",
    priority: index % 4,
    issue_type: index % 20 === 0 ? "epic" : "task",
    created_at: time,
    updated_at: time,
    ...(index % 5 === 4 ? { closed_at: time } : {}),
    ...(index % 9 === 3
      ? { defer_until: index % 2 === 0 ? "2020-01-01T00:00:00Z" : "2099-01-01T00:00:00Z" }
      : {}),
    ...(index % 3 === 1
      ? { dependencies: [edge("blocks", index - 1)] }
      : index % 20 > 15
        ? { dependencies: [edge("parent-child", index - (index % 20))] }
        : {}),
  });
}

function idOf(index: number): string {
  return `t-${String(index).padStart(4, "0")}`;
}
