import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { compiled, ensureBuilt, hardenedBun, root } from "../helpers/bz-forms";

const directory = mkdtempSync(join(tmpdir(), "bz-bd-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function answerOf(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command, "version"], {
    cwd: directory,
    env: { HOME: directory, PATH: process.env.PATH ?? "" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  return new Response(child.stdout).text();
}

await ensureBuilt();

describe("a program called bd", () => {
  test.each(["commands/bd/bd.ts", "dist/package/commands/bd/bd.js"])(
    "is what a link to %s is",
    async (path) => {
      const link = join(directory, basename(path));
      symlinkSync(join(root, path), link);
      expect(await answerOf([...hardenedBun, link])).toStartWith("bd version 1.0.5 (bz ");
    },
    180_000,
  );

  test("is a link of that name to the executable", async () => {
    const link = join(directory, "bd");
    symlinkSync(compiled.command[0] ?? "", link);
    expect(await answerOf([link])).toStartWith("bd version 1.0.5 (bz ");
    expect(await answerOf(compiled.command)).toStartWith("bz ");
  }, 180_000);
});
