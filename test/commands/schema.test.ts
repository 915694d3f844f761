import { describe, expect, test } from "bun:test";
import { TestWorld } from "./test-world";

const world = new TestWorld();

describe("schema", () => {
  test("prints the JSON Schema of a command's answer, by any name of the command or that of the answer", async () => {
    const schema = await world.json("schema", "list");
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "listed-issues",
      type: "object",
      additionalProperties: false,
      required: ["issues", "total", "returned", "truncated"],
    });
    for (const words of [["ls"], ["listed-issues"]])
      expect(await world.json("schema", ...words)).toEqual(schema);
    const { stdout } = await world.bz("schema", "ls");
    expect([JSON.parse(stdout), stdout.split("\n").length > 20]).toEqual([schema, true]);
    expect(await world.json("schema", "dep", "add")).toMatchObject({ title: "added-dependency" });
    expect(await world.json("schema", "config")).toMatchObject({ title: "settings" });
    expect(await world.json("schema", "error")).toMatchObject({ required: ["error"] });
  });

  test("without a target prints all of them, and which command answers which", async () => {
    const { commands, schemas } = JSON.parse((await world.bz("schema", "--json")).stdout);
    expect(commands).toMatchObject({ list: "listed-issues", "dep add": "added-dependency" });
    const unanswered = Object.keys(schemas).filter((name) => !Object.values(commands).includes(name));
    expect(unanswered).toEqual(["error"]);
  });

  test("names the nearest for what is neither a command nor an answer", async () => {
    for (const [words, meant] of [
      [["lst"], "did you mean list or ls?"],
      [["issuse"], "did you mean issues?"],
      [["dep"], "bz dep --help"],
      [["dep", "ad"], "bz dep add"],
      [["config", "lst"], "bz config list"],
      [["list", "all"], "bz schema"],
    ] as const) {
      const { exitCode, stdout, stderr } = await world.bz("schema", ...words);
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(stderr).toContain(meant);
    }
  });
});
