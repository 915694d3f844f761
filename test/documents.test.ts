import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { initialisedWorld } from "./commands/test-world";
import { callsOfBz, expectRunnable } from "./helpers/command-lines";

const docs = join(import.meta.dir, "../docs");

/** The lines of the shell in a document, block by block. */
function shellBlocks(name: string): string[][] {
  const blocks = readFileSync(join(docs, name), "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, block = ""]) => block.trimEnd().split("\n"));
}

describe("documents", () => {
  for (const name of readdirSync(docs).filter((file) => file.endsWith(".md"))) {
    test(`${name} tells nobody to run what bz would not understand`, async () => {
      for (const line of shellBlocks(name).flat()) if (/\bbz /.test(line)) await expectRunnable(line);
    });
  }

  test("agents.md has a loop that works as it stands there", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "Links");
    const variables = new Map<string, string>();
    const [loop = []] = shellBlocks("agents.md");
    expect(loop).toHaveLength(5);
    for (const line of loop) {
      const [words = []] = callsOfBz(line.replaceAll(/\$(\w+)/g, (_, name) => variables.get(name) ?? ""));
      const { exitCode, stdout, stderr } = await world.bz(...words);
      expect([line, exitCode, stderr.startsWith("error")]).toEqual([line, 0, false]);
      const name = /^(\w+)=\$\(/.exec(line)?.[1];
      if (name !== undefined) variables.set(name, stdout.trim());
    }
    expect(await world.json("list", "--all", "--sort", "status")).toMatchObject({
      issues: [
        { title: "Links", status: "closed", close_reason: "Redirected" },
        { title: "Old links break" },
      ],
    });
  });
});
