import { expect, test } from "bun:test";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SystemCallError } from "../../native/errno";
import { readBesideStore } from "../../storage/beside-store";
import { nativeEnvironment } from "../../storage/environment";
import { initialisedWorld } from "../commands/test-world";
import { compiled, ensureBuilt, hardenedBun, root, sources } from "../helpers/bz-forms";

await ensureBuilt();

const long = "x".repeat(100_000);

test("words of any length are repeated in part", async () => {
  const world = await initialisedWorld();
  for (const words of [
    ["list", "--status", long],
    [long],
    ["show", long],
    ["add-batch", long],
    ["import", long],
    ["create", "-f", long],
  ])
    for (const form of [[], ["--json"]]) {
      const { exitCode, stderr } = await world.bz(...words, ...form);
      expect({ words: words[0]?.slice(0, 20), form, exitCode }).toMatchObject({ exitCode: 1 });
      expect(stderr).not.toContain("has a defect");
      expect(stderr.length).toBeLessThan(6000);
    }
});

test("a file of ours that claims to be larger than any memory is named", async () => {
  const world = await initialisedWorld();
  await world.bz("q", "One");
  const segment = join(world.directory, ".beads/store/wal.2");
  writeFileSync(segment, "");
  truncateSync(segment, 2 ** 42);
  for (const words of [["doctor"], ["doctor", "--fix"]]) {
    const { exitCode, stdout, stderr } = await world.bz(...words);
    expect([1, 2]).toContain(exitCode);
    expect(stderr).not.toContain("has a defect");
    expect(`${stdout}${stderr}`).toContain("wal.2");
  }
});

test("a file beside the store that cannot be opened is the fault of no program", async () => {
  const { directory } = await initialisedWorld();
  const openDirectory = (): never => {
    throw new SystemCallError("openat", "EMFILE", directory);
  };
  const environment = nativeEnvironment();
  const fileSystem = { bootId: () => environment.fileSystem.bootId(), openDirectory };
  const reading = readBesideStore({ cwd: directory, env: {} }, "PRIME.md", { ...environment, fileSystem });
  expect(reading).rejects.toMatchObject({ code: "STORAGE_FAILED" });
});

test("an export to a terminal holds nothing that it obeys; one to a file has the bytes as they are", async () => {
  const world = await initialisedWorld();
  mkdirSync(join(world.directory, "x"));
  const line = '{"id":"bd-x","title":"a\u009b31m\u202eb","status":"open","priority":2,"issue_type":"task"}\n';
  writeFileSync(join(world.directory, ".beads/issues.jsonl"), line);
  world.terminals = [1];
  expect((await world.bz("export")).stdout).toContain('"a\\u009b31m\\u202eb"');
  world.terminals = [];
  expect((await world.bz("export")).stdout).toContain('"a\u009b31m\u202eb"');
});

test("where libc cannot be reached it says so, in a line", async () => {
  const script = [...hardenedBun, join(root, "commands/bd/bd.ts")];
  for (const command of [sources.command, compiled.command, script]) {
    const { exitCode, stderr } = Bun.spawnSync([...command, "version"], {
      env: { ...process.env, BUN_JSC_useJIT: "0" },
      stderr: "pipe",
    });
    expect({ exitCode, stderr: stderr.toString() }).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(/^error: [^\n]*bun:ffi requires the JIT[^\n]*\n$/),
    });
  }
});
