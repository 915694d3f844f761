import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestWorld } from "./commands/test-world";

const path = join(import.meta.dir, "../docs/cli-reference.md");

describe("docs/cli-reference.md", () => {
  test("is what `bz help --all` prints; BZ_UPDATE=1 writes it", async () => {
    const { exitCode, stdout, stderr } = await new TestWorld().bz("help", "--all");
    expect([exitCode, stderr]).toEqual([0, ""]);
    if (process.env.BZ_UPDATE === "1") writeFileSync(path, stdout);
    // Not toBe: the difference of two long texts would fill the screen.
    const [written, said] = [readFileSync(path, "utf8").split("\n"), stdout.split("\n")];
    const at = said.findIndex((line, index) => line !== written[index]);
    expect(at === -1 ? "" : `line ${at + 1}: ${written[at]} is now ${said[at]}`).toBe("");
    expect(written.length).toBe(said.length);
  });

  test("is valid where commands are made of any text", async () => {
    const text = readFileSync(path, "utf8");
    expect(text.match(/^```/gm)?.length ?? 0).toBe(2 * (text.match(/^```(?:sh|text)$/gm)?.length ?? 0));
    const headings = [...text.matchAll(/^#{2,4} (.+)$/gm)].map((match) => match[1]);
    expect(headings.filter((heading, at) => headings.indexOf(heading) !== at)).toEqual([]);
    // Markdown escapes nothing in code, and everything elsewhere.
    expect(text.replace(/^```[\s\S]*?^```$|`[^`\n]*`/gm, "")).not.toMatch(/(?<!\\)[<>|*]/);
    for (const [, target] of text.matchAll(/\]\(#([^)]+)\)/g))
      expect(headings.map((heading) => heading?.toLowerCase().replaceAll(" ", "-"))).toContain(target ?? "");
  });

  test("is one document with the global options under --json, and takes no topic", async () => {
    const world = new TestWorld();
    const all = await world.json("help", "--all");
    expect(all).toMatchObject({ commands: expect.arrayContaining([await world.json("help", "close")]) });
    expect(await world.bz("help", "--all", "close")).toMatchObject({ exitCode: 1, stdout: "" });
  });
});
