import { describe, expect, test } from "bun:test";
import { findCalledCommand } from "../../commands/called-command";
import { initialisedWorld, TestWorld } from "./test-world";

function called(...words: string[]) {
  const { verb, topic, words: others } = findCalledCommand(words);
  return { verb: verb?.name, topic: topic.join(" "), words: others };
}

describe("the command that is called", () => {
  test("is a verb alone, or a noun and its verb, with global flags anywhere", () => {
    expect(called("--json", "show", "x")).toEqual({ verb: "show", topic: "show", words: ["--json", "x"] });
    expect(called("-C", "dir", "comments", "--json", "add", "x", "-m", "y")).toEqual({
      verb: "add",
      topic: "comments add",
      words: ["-C", "dir", "--json", "x", "-m", "y"],
    });
    expect(called("comments", "--actor", "list", "add")).toMatchObject({ topic: "comments add" });
  });

  test("is known by the aliases of noun and verb", () => {
    expect(called("comment", "new", "x")).toMatchObject({ topic: "comments add", words: ["x"] });
    expect(called("comments", "ls", "x")).toMatchObject({ topic: "comments list", words: ["x"] });
  });

  test("is what the noun means without a verb", () => {
    expect(called("comments", "x")).toEqual({ verb: "list", topic: "comments", words: ["x"] });
    expect(called("comment", "x", "add")).toEqual({ verb: "add", topic: "comments", words: ["x", "add"] });
    expect(called("comments", "--", "add")).toEqual({
      verb: "list",
      topic: "comments",
      words: ["--", "add"],
    });
    expect(called("comment", "--author", "add", "x")).toMatchObject({
      verb: "add",
      words: ["--author", "add", "x"],
    });
  });

  test("is help when there is no word", () => {
    expect(called()).toMatchObject({ verb: "help", topic: "" });
    expect(called("--json")).toMatchObject({ verb: "help", topic: "" });
  });
});

describe("a misspelt verb", () => {
  test("of a noun with a bare form is pointed out, and nothing is written", async () => {
    const world = await initialisedWorld();
    const id = (await world.bz("q", "T")).stdout.trim();
    for (const [words, meant] of [
      [["comments", "lst", id], "did you mean `bz comments list`"],
      [["comments", "ad", id, "text"], "did you mean `bz comments add`?"],
      [["comments", "lst"], "did you mean `bz comments list`"],
      [["comment", "ad", id, "text"], "did you mean `bz comments add`?"],
    ] as const) {
      const { exitCode, stdout, stderr } = await world.bz(...words);
      expect([words, exitCode, stdout]).toEqual([words, 1, ""]);
      expect(stderr).toContain(meant);
    }
    expect(await world.json("comments", id)).toMatchObject({ total: 0 });
  });

  test("is explained with the verbs there are", async () => {
    const { exitCode, stdout, stderr } = await new TestWorld().bz("help", "comments", "ad");
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("did you mean `bz comments add`?");
    expect((await new TestWorld().bz("help", "comments", "xyzzy")).stderr).toContain("use one of list, add");
    expect((await new TestWorld().bz("help", "comments", "add", "x")).stderr).toContain('leave out "x"');
    expect((await new TestWorld().bz("help", "show", "x")).stderr).toContain('leave out "x"');
  });
});

test("history names the noun and its verb", async () => {
  const world = await initialisedWorld();
  const id = (await world.bz("q", "T")).stdout.trim();
  await world.bz("comment", id, "first");
  const { events } = (await world.json("history", id)) as { events: { command: string }[] };
  expect(events.at(-1)).toMatchObject({ command: "comments add" });
});
