import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { initialisedWorld, type TestWorld } from "./test-world";

async function world(): Promise<TestWorld> {
  const made = await initialisedWorld();
  for (const id of ["aaaa", "bbbb", "cccc"]) await made.bz("create", id, "--id", `bd-${id}`);
  return made;
}

describe("delete --from-file", () => {
  test("reads one id a line, with or without prefix, whatever the line ends and comments", async () => {
    const on = await world();
    on.stdin = "\uFEFF# to go\r\n\r\nbd-aaaa # twice\r\n  bbbb  \r\n#bd-cccc\r\nbd-aaaa\r\n";
    expect((await on.bz("delete", "--from-file", "-", "-q")).stdout).toBe("bd-aaaa\nbd-bbbb\n");
    expect((await on.bz("list", "-q")).stdout).toBe("bd-cccc\n");
  });

  test("takes what `list -q` prints", async () => {
    const on = await world();
    on.stdin = (await on.bz("list", "-q")).stdout;
    expect(await on.json("delete", "--from-file", "-", "--dry-run")).toMatchObject({
      dry_run: true,
      total: 3,
    });
    expect(await on.json("delete", "--from-file", "-")).toMatchObject({ total: 3 });
  });

  test("takes no part of an id for an issue: the line may have been cut off", async () => {
    const on = await world();
    writeFileSync(`${on.directory}/ids`, "bd-aaaa\nbd-bb");
    const { exitCode, stdout } = await on.bz("delete", "--from-file", "ids", "--json");
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({
        total: 1,
        failed: [expect.objectContaining({ id: "bd-bb", code: "NOT_FOUND" })],
      }),
    ]);
    for (const flags of [[], ["--cascade"], ["--dry-run"]]) {
      on.stdin = "bd-bb";
      expect((await on.bz("delete", "--from-file", "-", ...flags)).exitCode).toBe(1);
    }
    expect((await on.bz("delete", "bd-bb")).exitCode).toBe(0);
  });

  test("refuses what is no list of ids by its line, and deletes nothing", async () => {
    for (const line of [
      "id,title",
      "bd-bbbb bd-cccc",
      "bd-bbbb,bd-cccc",
      "bd-bbbb;x",
      '"bd-bbbb"',
      "'bd-bbbb'",
    ]) {
      const on = await world();
      on.stdin = `bd-aaaa\n${line}\n`;
      const { exitCode, stdout, stderr } = await on.bz("delete", "--from-file", "-", "--json");
      expect([line, exitCode, stdout]).toEqual([line, 1, ""]);
      expect(JSON.parse(stderr).error).toMatchObject({ code: "INVALID", context: { line: 2 } });
      expect(await on.json("list")).toMatchObject({ total: 3 });
    }
  });

  test("refuses files that name nothing or cannot be read", async () => {
    const on = await world();
    writeFileSync(`${on.directory}/empty`, "\n# nothing\n");
    writeFileSync(`${on.directory}/binary`, new Uint8Array([0, 1, 255]));
    for (const [name, code] of [
      ["empty", "INVALID"],
      ["binary", "INVALID"],
      ["missing", "FILE_UNREADABLE"],
      [".", "FILE_UNREADABLE"],
    ] as const) {
      const { exitCode, stderr } = await on.bz("delete", "--from-file", name, "--json");
      expect([name, exitCode, JSON.parse(stderr).error.code]).toEqual([name, 1, code]);
    }
  });
});

test("--cascade from an id that is not here deletes nothing of what depends on it", async () => {
  const world = await initialisedWorld();
  await world.bz("create", "Waits", "--id", "bd-aaaa", "--dep", "bd-gone");
  const { exitCode, stderr } = await world.bz("delete", "bd-gone", "--cascade");
  expect([exitCode, stderr.includes("bd-gone")]).toEqual([1, true]);
  expect((await world.bz("list", "-q")).stdout).toBe("bd-aaaa\n");
});
