import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import type { Arguments } from "../../commands/command";
import { decodeText } from "../../commands/named-text";
import { literalText, readTextArguments } from "../../commands/text-arguments";
import { TestWorld } from "./test-world";

const declared: Arguments = {
  title: { type: "positional", text: true },
  words: { type: "positional", repeat: true, text: true },
  description: { type: "string", text: true },
  notes: { type: "string", text: true },
  assignee: { type: "string" },
};

describe("text arguments", () => {
  test("a hyphen is stdin, less one line end", async () => {
    const world = new TestWorld();
    world.stdin = "two\nlines\n\n";
    expect(await readTextArguments({ description: "-" }, declared, world)).toEqual({
      description: "two\nlines\n",
    });
    expect(await readTextArguments({ title: "-" }, declared, world)).toEqual({ title: "two\nlines\n" });
    expect(await readTextArguments({ words: ["-"] }, declared, world)).toEqual({ words: ["two\nlines\n"] });
  });

  test("@FILE is a file relative to the current directory, @@ a plain @", async () => {
    const world = new TestWorld();
    writeFileSync(`${world.directory}/body.md`, "# Grüße\r\n");
    const values = { description: "@body.md", notes: "@@alice" };
    expect(await readTextArguments(values, declared, world)).toEqual({
      description: "# Grüße",
      notes: "@alice",
    });
    expect(await readTextArguments({ notes: `@${world.directory}/body.md` }, declared, world)).toEqual({
      notes: "# Grüße",
    });
  });

  test("a text that is read keeps its NULs, which no command line can hold", async () => {
    const world = new TestWorld();
    world.stdin = "\0a\0b";
    const values = { description: "-", notes: literalText("-") };
    expect(await readTextArguments(values, declared, world)).toEqual({ description: "\0a\0b", notes: "-" });
  });

  test("other arguments, and an @ in front of a title, are taken as they stand", async () => {
    const world = new TestWorld();
    const values = { assignee: "@alice", title: "@alice broke it", words: ["-", "x"] };
    expect(await readTextArguments(values, declared, world)).toEqual(values);
    expect(world.stdinReads).toBe(0);
  });

  test("a text that is marked as such is taken as it stands, whatever it says", async () => {
    const world = new TestWorld();
    const values = { description: literalText("@alice"), notes: literalText("-"), words: [literalText("-")] };
    expect(await readTextArguments(values, declared, world)).toEqual({
      description: "@alice",
      notes: "-",
      words: ["-"],
    });
    expect(world.stdinReads).toBe(0);
  });

  test("stdin can fill one argument only", async () => {
    const reading = readTextArguments({ description: "-", notes: "-" }, declared, new TestWorld());
    expect(reading).rejects.toMatchObject({ code: "USAGE" });
  });

  test("a missing file, a directory and bytes that are no text are told apart", async () => {
    const world = new TestWorld();
    writeFileSync(`${world.directory}/image`, new Uint8Array([0x89, 0x50, 0xff]));
    const read = (notes: string) => readTextArguments({ notes }, declared, world);
    await expect(read("@nothing")).rejects.toMatchObject({
      code: "FILE_UNREADABLE",
      message: "there is no file nothing",
    });
    await expect(read("@.")).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
    await expect(read("@image")).rejects.toMatchObject({ code: "INVALID" });
    await expect(read("@")).rejects.toMatchObject({ code: "USAGE" });
  });
});

test("more than a gibibyte is refused, since two of them would read as an empty text", () => {
  expect(() => decodeText(new Uint8Array(2 ** 30 + 1), "stdin")).toThrow(
    expect.objectContaining({
      code: "FILE_UNREADABLE",
      message: "stdin has 1.1 GB; bz reads up to 1 GiB at once",
    }),
  );
});
