import { describe, expect, test } from "bun:test";
import { SystemCallError } from "../../native/errno";
import { initialisedWorld, TestWorld } from "./test-world";

describe("answers", () => {
  test("under --json are one document and a line end on stdout, errors one on stderr", async () => {
    const world = await initialisedWorld();
    for (const words of [
      ["q", "T"],
      ["list"],
      ["where"],
      ["info"],
      ["metrics"],
      ["help"],
      ["version"],
      ["export"],
    ]) {
      const { stdout, stderr } = await world.bz(...words, "--json");
      expect(stdout).toMatch(/^[^\n]+\n$/);
      JSON.parse(stdout);
      expect(stderr).toBe("");
    }
    for (const words of [["show", "none"], ["list", "--nope"], ["nope"], ["q"], ["list", "-n", "x"]]) {
      const { exitCode, stdout, stderr } = await world.bz("--json", ...words);
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^[^\n]+\n$/);
      const { error } = JSON.parse(stderr);
      expect(Object.keys(error)).toEqual(["code", "message", "hint", "retryable", "context"]);
    }
  });

  test("are the same bytes for the same state", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "One", "-l", "b,a");
    await world.bz("q", "Two");
    const first = await world.bz("list", "--json");
    expect(await world.bz("list", "--json")).toEqual(first);
    expect(await world.bz("--json", "ls")).toEqual(first);
  });

  test("that cannot be written after a commit say what is saved, with exit 2", async () => {
    const world = await initialisedWorld();
    world.failing.set(1, new SystemCallError("write", "ENOSPC"));
    const { exitCode, stderr } = await world.bz("q", "Saved all the same");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: saved as bd-[0-9a-z]+, but standard output cannot be written/);
    const asJson = await world.bz("list", "--json");
    expect(JSON.parse(asJson.stderr)).toMatchObject({
      error: { code: "OUTPUT_FAILED", context: { saved: [] } },
    });
    world.failing.clear();
    expect(await world.json("list")).toMatchObject({ total: 1 });
  });

  test("whose talk cannot be written keep their exit code", async () => {
    const world = await initialisedWorld();
    world.failing.set(2, new SystemCallError("write", "EBADF"));
    expect((await world.bz("show", "none")).exitCode).toBe(1);
    expect((await world.bz("list")).exitCode).toBe(0);
  });

  test("to a defect name it as one, with exit 2", async () => {
    const world = new TestWorld();
    world.changeDirectory = () => {
      throw new TypeError("x is not a function");
    };
    const { exitCode, stderr } = await world.bz("-C", "/", "list", "--json");
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "INTERNAL" } });
  });

  test("to a bad lock timeout are refused before anything is opened", async () => {
    const world = await initialisedWorld();
    expect((await world.bz("q", "T", "--lock-timeout", "soon")).exitCode).toBe(1);
    expect((await world.bz("q", "T", "--lock-timeout=500")).exitCode).toBe(0);
  });
});
