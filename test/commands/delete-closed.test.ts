import { describe, expect, test } from "bun:test";
import { initialisedWorld } from "./test-world";

const dayMs = 86_400_000;

async function worldWithOldAndNew() {
  const world = await initialisedWorld();
  const make = async (...words: string[]) => (await world.bz("q", ...words)).stdout.trim();
  const [old, held, pinned, open] = [
    await make("Old"),
    await make("Held"),
    await make("Pinned"),
    await make("Open"),
  ];
  await world.bz("update", pinned, "--pinned");
  await world.bz("update", open, "--dep", held);
  await world.bz("close", old, held, pinned);
  world.timeMs += 100 * dayMs;
  const fresh = await make("Fresh");
  await world.bz("close", fresh);
  return { world, old, held, pinned, open, fresh };
}

describe("delete --closed-before", () => {
  test("deletes what was closed by then, but for what is pinned or what others depend on", async () => {
    const { world, old, held } = await worldWithOldAndNew();
    const { exitCode, stdout } = await world.bz("delete", "--closed-before=-90d", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      issues: [{ id: old }],
      failed: [{ id: held, code: "HAS_DEPENDENTS" }],
    });
    const { issues } = (await world.json("list", "--all", "--fields", "title")) as {
      issues: { title: string }[];
    };
    expect(issues.map(({ title }) => title).sort()).toEqual(["Fresh", "Held", "Open", "Pinned"]);
  });

  test("deletes what others depend on with --force, and only says so with --dry-run", async () => {
    const { world, old, held } = await worldWithOldAndNew();
    const rehearsal = await world.json("delete", "--closed-before=-90d", "--force", "--dry-run");
    expect(rehearsal).toMatchObject({ dry_run: true, issues: [{ id: expect.any(String) }, {}] });
    expect(await world.json("show", old)).toMatchObject({ issues: [{ status: "closed" }] });
    expect(
      (await world.bz("delete", "--closed-before=-90d", "--force", "-q")).stdout.trim().split("\n").sort(),
    ).toEqual([old, held].sort());
  });

  test("takes named issues beside them", async () => {
    const { world, fresh, old } = await worldWithOldAndNew();
    const { stdout } = await world.bz("delete", fresh, "--closed-before=-90d", "-q");
    expect(stdout).toBe(`${fresh}\n${old}\n`);
  });

  test("says when nothing was closed by then, and refuses what is no date", async () => {
    const { world } = await worldWithOldAndNew();
    expect(await world.bz("delete", "--closed-before", "2020-01-01")).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: "nothing was closed before then\n",
    });
    expect((await world.bz("delete", "--closed-before", "")).exitCode).toBe(1);
    expect((await world.bz("delete", "--closed-before", "long ago")).exitCode).toBe(1);
  });
});
