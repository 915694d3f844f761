import { describe, expect, test } from "bun:test";
import { filesIn } from "../helpers/files-in";
import { initialisedWorld, TestWorld, temporaryDirectory } from "./test-world";

const world = await initialisedWorld();
const { stdout: id } = await world.bz("q", "First");

const mutations = [
  "q Second",
  "create Second",
  `update ${id.trim()} -p 0`,
  `close ${id.trim()}`,
  `delete ${id.trim()}`,
  `comments add ${id.trim()} Hello`,
  `label add ${id.trim()} web`,
  "next --claim",
  "undo",
  "compact",
  "sync",
  "sync --import-only",
  "doctor --fix",
  "export -o copy.jsonl",
  "config set lock.timeout_ms 5000",
  "metrics --reset",
];

describe("--readonly", () => {
  for (const line of mutations) {
    test(`refuses \`bz ${line}\` before it touches a file`, async () => {
      const before = filesIn(world.directory);
      const { exitCode, stdout, stderr } = await world.bz("--readonly", ...line.split(" "), "--json");
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: "WRITE_REFUSED" } });
      expect(filesIn(world.directory)).toEqual(before);
    });
  }

  test("refuses to make a workspace", async () => {
    const empty = new TestWorld();
    empty.directory = temporaryDirectory();
    const { exitCode, stderr } = await empty.bz("init", "--here", "--readonly");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("--readonly");
    expect(filesIn(empty.directory)).toEqual([]);
  });

  test("lets everything through that only reads, a rehearsal included", async () => {
    for (const line of ["list", `show ${id.trim()}`, "ready", "create Second --dry-run", "sync --status"]) {
      expect((await world.bz("--readonly", ...line.split(" "))).exitCode).toBe(0);
    }
  });
});
