import { describe, expect, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { initialisedWorld, TestWorld } from "./test-world";

/** The world's clock goes on by a second with each look; an hour passes before each command. */
async function told(...lines: string[]): Promise<TestWorld> {
  const world = await initialisedWorld();
  for (const line of lines) {
    world.timeMs += 3_600_000;
    const { exitCode, stderr } = await world.bz(...line.split(" "));
    if (exitCode !== 0) throw new Error(`${line}: ${stderr}`);
  }
  return world;
}

const story = [
  "create First --id bd-aaaa -l ui",
  "create Second --id bd-bbbb -p 0",
  "update bd-aaaa --title Renamed --remove-label ui",
  "defer bd-bbbb --until +2d",
  "close bd-aaaa",
];

async function listed(world: TestWorld, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await world.bz("list", ...words);
  return stdout + stderr.replace(/^as of .*\n/, "");
}

describe("list --as-of", () => {
  test("shows rows, filters and orders as they were after a change", async () => {
    const world = await told(...story);
    expect(await listed(world, "--as-of", "0")).toBe("no issues\n");
    expect(await listed(world, "--as-of", "1")).toBe("bd-aaaa  P2  open  task  First\n");
    expect(await listed(world, "--as-of", "2", "-l", "ui")).toBe("bd-aaaa  P2  open  task  First\n");
    expect(await listed(world, "--as-of", "3", "-l", "ui")).toBe("no issues\n");
    expect(await listed(world, "--as-of", "3")).toBe(
      "bd-bbbb  P0  open  task  Second\nbd-aaaa  P2  open  task  Renamed\n",
    );
    expect(await listed(world, "--as-of", "5")).toBe("bd-bbbb  P0  deferred  task  Second\n");
    expect(await world.json("list", "--as-of", "2", "--id", "aaaa")).toMatchObject({
      issues: [{ id: "bd-aaaa", title: "First", labels: ["ui"], version: 1 }],
      total: 1,
      as_of: { sequence: 2, time: expect.stringMatching(/^2026-01-15T14:/) },
    });
    expect((await world.bz("list", "--as-of", "2", "--id", "bbbb")).stderr).toMatch(
      /^as of 2026-01-15T14:\S+, change 2\n$/,
    );
  });

  test("takes a time, and its clock is that time: what was deferred then shows as deferred, what came back as open", async () => {
    const world = await told(...story);
    expect(await listed(world, "--as-of=-4h", "-q")).toBe("bd-aaaa\n");
    expect(await listed(world, "--as-of", "2026-01-15T15:30:00Z", "-q")).toBe("bd-bbbb\nbd-aaaa\n");
    world.timeMs += 3 * 86_400_000;
    expect(await listed(world)).toBe("bd-bbbb  P0  open  task  Second\n");
    expect(await listed(world, "--as-of=-2d")).toBe("bd-bbbb  P0  deferred  task  Second\n");
    expect(await listed(world, "--as-of=-2d", "--deferred", "-q")).toBe("bd-bbbb\n");
    expect(await listed(world, "--as-of", "today")).toBe("bd-bbbb  P0  open  task  Second\n");
  });

  test("knows what a compaction has folded, what was imported, and nothing of what was purged", async () => {
    const world = await told(...story.slice(0, 3), "compact", "update bd-aaaa --title Third", "compact");
    const { stdout } = await world.bz("list", "--as-of", "1");
    expect(stdout).toBe("bd-aaaa  P2  open  task  First\n");
    await world.bz("update", "bd-aaaa", "--title", "Fourth");
    expect(await listed(world, "--as-of", "3", "--id", "aaaa")).toContain("Renamed");
    expect(await listed(world, "--as-of", "4", "--id", "aaaa")).toContain("Third");
    expect(await listed(world, "--as-of", "5", "--id", "aaaa")).toContain("Fourth");
    await world.bz("delete", "bd-aaaa", "--hard", "-f");
    expect(await listed(world, "--as-of", "4")).not.toMatch(/First|Renamed|Third|Fourth/);
  });

  test("draws the tree of then", async () => {
    const world = await told(
      "create Top --id bd-tttt",
      "create Part --id bd-pppp --parent bd-tttt",
      "close bd-pppp",
    );
    const { stdout } = await world.bz("list", "--tree", "--as-of", "2");
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect((await world.bz("list", "--tree")).stdout.trimEnd().split("\n")).toHaveLength(1);
  });

  test("says which part of the record is lost, and still shows what is known", async () => {
    const world = await told(...story.slice(0, 3), "compact", "update bd-aaaa --title Third");
    const history = join(world.directory, ".beads/store/history");
    for (const name of readdirSync(history)) rmSync(join(history, name));
    expect((await world.bz("list", "--as-of", "1")).exitCode).not.toBe(0);
    expect(await world.bz("list", "--id", "aaaa")).toMatchObject({ exitCode: 0 });
  });

  test("is refused for a moment that the record does not reach, and says why", async () => {
    const world = await told(...story);
    for (const [text, reason] of [
      ["9", "the last change is 5"],
      ["tomorrow", "in the future"],
      ["2020-01-01", "begins at 2026-01-15"],
      ["once", "not a date"],
      ["", "not a date"],
    ] as const) {
      const { exitCode, stderr } = await world.bz("list", `--as-of=${text}`, "--json");
      expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, "INVALID"]);
      expect(JSON.parse(stderr).error.message).toContain(reason);
    }
  });

  test("of a store without a change, or of a clone that has no store yet, is refused", async () => {
    const world = await initialisedWorld();
    expect((await world.bz("list", "--as-of", "today")).stderr).toContain("nothing has been recorded");
    const clone = new TestWorld();
    await clone.bz("init", "--here");
    rmSync(join(clone.directory, ".beads/store"), { recursive: true });
    expect((await clone.bz("list", "--as-of", "0")).stderr).toContain("nothing has been recorded");
  });
});

describe("show --as-of", () => {
  test("shows an issue as it was, with what had happened to it by then", async () => {
    const world = await told(...story, "comments add bd-aaaa Later");
    expect(await world.json("show", "bd-aaaa", "--as-of", "3", "--with-history")).toMatchObject({
      issues: [
        { title: "Renamed", status: "open", comments: [], history: [{ sequence: 1 }, { sequence: 3 }] },
      ],
      as_of: { sequence: 3 },
    });
    const { stdout, stderr } = await world.bz("show", "aaaa", "--as-of", "1");
    expect(stdout).toContain("First");
    expect(stderr).toMatch(/^as of .*, change 1\n$/);
    expect((await world.bz("show", "bd-bbbb", "--as-of", "1")).exitCode).toBe(1);
  });
});
