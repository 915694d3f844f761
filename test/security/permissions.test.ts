import { afterEach, expect, test } from "bun:test";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TestWorld } from "../commands/test-world";

const usual = process.umask();
afterEach(() => {
  process.umask(usual);
});

test.each(["000", "022"])(
  "whatever the umask (%s), nothing can be written by everybody, and the store is private",
  async (mask) => {
    const world = new TestWorld();
    process.umask(Number.parseInt(mask, 8));
    await world.bz("init", "--here");
    const id = (await world.bz("q", "one")).stdout.trim();
    for (const line of [
      "backup create",
      "config set lock.timeout_ms 1000",
      "compact",
      `delete ${id} --hard --force`,
      "sync",
      "export -o exported.jsonl",
      "setup claude",
      "graph --html -o graph.html",
    ])
      await world.bz(...line.split(" "));

    const found = readdirSync(world.directory, { recursive: true, withFileTypes: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: path.slice(world.directory.length + 1), mode: lstatSync(path).mode & 0o777 };
    });
    expect(found.map(({ path }) => path)).toEqual(
      expect.arrayContaining([".beads/issues.jsonl", "exported.jsonl"]),
    );
    expect(found.filter(({ mode }) => (mode & 0o002) !== 0)).toEqual([]);
    const inStore = found.filter(({ path }) => path.startsWith(".beads/store"));
    expect(inStore.length).toBeGreaterThan(8);
    expect(inStore.filter(({ mode }) => (mode & 0o077) !== 0)).toEqual([]);
  },
);
