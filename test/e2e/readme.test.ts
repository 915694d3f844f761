import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "../helpers/bz-forms";
import { temporaryDirectory } from "../helpers/workspace";

test("the loop in the README works as it stands there", () => {
  const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  const loop = blocks[2]?.[1] ?? "";
  expect(loop.trimEnd().split("\n")).toHaveLength(10);
  const directory = temporaryDirectory("readme");
  const bin = join(directory, "bin");
  mkdirSync(bin);
  symlinkSync(join(root, "index.ts"), join(bin, "bz"));
  symlinkSync(process.execPath, join(bin, "bun"));
  const repository = join(directory, "repository");
  mkdirSync(repository);
  const { exitCode, stdout, stderr } = Bun.spawnSync(["bash", "-euc", `git init -q . && ${loop}`], {
    cwd: repository,
    env: { PATH: `${bin}:${process.env.PATH}`, HOME: directory, BEADS_ACTOR: "reader" },
  });
  expect([exitCode, stderr.toString()]).toEqual([0, ""]);
  expect(stdout.toString()).toContain("Next bd-");
  expect(stdout.toString()).toContain("is blocked: it waits for");
  const face = readFileSync(join(repository, ".beads/issues.jsonl"), "utf8");
  expect(face.trimEnd().split("\n")).toHaveLength(3);
}, 60_000);
