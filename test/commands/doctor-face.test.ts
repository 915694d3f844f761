import { expect, test } from "bun:test";
import { appendFileSync, readFileSync } from "node:fs";
import { initialisedWorld } from "./test-world";

test("doctor says what is wrong with the face, and that no repair touches it", async () => {
  const world = await initialisedWorld();
  const face = `${world.directory}/.beads/issues.jsonl`;
  appendFileSync(face, '=======\n{"id":"bd-1","title":["x"]}\n');
  const before = readFileSync(face, "utf8");
  const { exitCode, stdout, stderr } = await world.bz("doctor");
  expect(exitCode).toBe(1);
  expect(stdout).toContain("FAIL  face conflict: issues.jsonl holds the conflict markers");
  expect(stdout).toContain('FAIL  face lines: Cannot be read: line 2 (bd-1): "title" is not a text.');
  expect(stderr).toContain("hint: correct issues.jsonl by hand");
  expect(await world.json("doctor")).toMatchObject({ ok: false, failures: 2 });
  expect(readFileSync(face, "utf8")).toBe(before);
});
