import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checksum } from "../../storage/checksum";
import { identityOf, snapshotHeaderLength, snapshotTrailerLength } from "../../storage/snapshot-format";
import { openStore } from "../../storage/store";
import { codeOf, damage, failuresOf } from "../helpers/damaged-store";
import { withForgedSection } from "../helpers/forged-section";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";
import {
  addIssue,
  makeWorkspace,
  retitle,
  type TestWorkspace,
  temporaryDirectory,
  titles,
} from "../helpers/workspace";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(120_000);

describe("a store with a delta", () => {
  test("is read as one", async () => {
    const workspace = await withDelta();
    expect(short(workspace)).toEqual(expected);
    expect(await failuresOf(workspace.open())).toEqual([]);
    expect((await workspace.open().repair()).actions).toEqual([]);
  });

  test("is repaired from its history where the delta is damaged, and nothing is lost", async () => {
    const whole = await withDelta();
    const { size } = statSync(delta(whole));
    for (const offset of [0, 20, 100, 130, Math.floor(size / 2), size - 60, size - 1]) {
      const workspace = copyOf(whole);
      damage(delta(workspace), offset);
      expect(await failuresOf(workspace.open())).toContain("delta");
      const { losses, lostSequences } = await workspace.open().repair();
      expect({ offset, losses, lostSequences }).toEqual({ offset, losses: [], lostSequences: [] });
      expect(short(workspace)).toEqual(expected);
      expect(existsSync(delta(workspace))).toBe(false);
      expect(await failuresOf(workspace.open())).toEqual([]);
      addIssue(workspace.open(), "after");
      expect(short(workspace)).toEqual([...expected, "after"].sort());
    }
  });

  test("loses nothing where a line of the base is damaged that the delta has replaced", async () => {
    const workspace = await withDelta();
    const snapshot = join(workspace.directory, ".beads/store/snapshot");
    // The line of the issue that was called so until the delta.
    damage(snapshot, readFileSync(snapshot).indexOf('"title":"before"') + 10);
    expect(short(workspace)).toEqual(expected);
    expect(await failuresOf(workspace.open())).toEqual(["snapshot"]);
    const { losses, actions } = await workspace.open().repair();
    expect(losses).toEqual([]);
    expect(actions.join("\n")).toContain("have later ones in its delta");
    expect(short(workspace)).toEqual(expected);
    expect(await failuresOf(workspace.open())).toEqual([]);
  });

  test("is repaired from the delta where the history behind the base is lost, too", async () => {
    const workspace = await withDelta();
    rmSync(join(workspace.directory, ".beads/store/history"), { recursive: true });
    damage(
      join(workspace.directory, ".beads/store/snapshot"),
      statSync(join(workspace.directory, ".beads/store/snapshot")).size - 1,
    );
    expect(codeOf(() => short(workspace))).toBe("CORRUPT");
    await workspace.open().repair();
    expect(short(workspace)).toEqual(expected);
  });

  test.each(["snapshot", "snapshot.delta"])(
    "has a section of %s made anew that does not say what the lines say, although its checksums are right",
    async (name) => {
      const workspace = await withDelta();
      const path = join(workspace.directory, ".beads/store", name);
      // A time of the first issue.
      const content = (bytes: Uint8Array): Uint8Array => bytes.fill(2, 16, 20);
      writeFileSync(path, withForgedSection(readFileSync(path), "columns", { content }));
      if (name === "snapshot") overlay(delta(workspace), readFileSync(path));
      const { findings } = await workspace.open().check();
      expect(findings.filter(({ status }) => status === "failure")).toEqual([
        {
          check: "sections",
          status: "failure",
          message: `${path} is damaged: what its section of columns says is not what the lines say.`,
        },
      ]);
      const { losses, lostSequences, after } = await workspace.open().repair();
      expect([losses, lostSequences, after.failures]).toEqual([[], [], 0]);
      expect(short(workspace)).toEqual(expected);
      expect(await failuresOf(workspace.open())).toEqual([]);
    },
  );

  test("is one file again after a compaction on request, and nothing purged is left in it", async () => {
    const workspace = await withDelta();
    const report = await workspace.open().compact();
    expect(report.outcome).toBe("compacted");
    expect(existsSync(delta(workspace))).toBe(false);
    expect(short(workspace)).toEqual(expected);
    expect(readFileSync(join(workspace.directory, ".beads/store/snapshot")).includes("before")).toBe(false);
  });
});

const expected = ["after the base", "large", "late", "logged", "medium", "renamed"];

/** Base, delta and log: each with an issue that the others do not have, and one of the base changed in the delta. */
async function withDelta(): Promise<TestWorkspace> {
  const workspace = await makeWorkspace("delta");
  const renamed = addIssue(workspace.open(), "before");
  put(workspace, "bd-large", "large", 8_000_000);
  await workspace.open().compact();
  retitle(workspace.open(), renamed, "renamed");
  addIssue(workspace.open(), "after the base");
  put(workspace, "bd-medium", "medium", 350_000);
  const store = workspace.open();
  store.write(tester, () => ({
    operations: [{ op: "put", id: "bd-late", line: line("bd-late", "late") }],
    result: undefined,
  }));
  expect((await store.settle()).compaction?.outcome).toBe("compacted");
  expect(existsSync(delta(workspace))).toBe(true);
  addIssue(workspace.open(), "logged");
  return workspace;
}

function put(workspace: TestWorkspace, id: string, title: string, length: number): void {
  const text = line(id, title).replace(/}$/, `,"description":"${"x".repeat(length)}"}`);
  workspace.open().write(tester, () => ({ operations: [{ op: "put", id, line: text }], result: undefined }));
}

/** Lays a delta over another base. */
function overlay(path: string, base: Uint8Array): void {
  const bytes = readFileSync(path);
  const identity = identityOf(base.subarray(0, snapshotHeaderLength), base.subarray(-snapshotTrailerLength));
  bytes.writeBigUInt64LE(identity, 96);
  bytes.writeBigUInt64LE(checksum(bytes.subarray(0, 120)), 120);
  writeFileSync(path, bytes);
}

function copyOf(whole: TestWorkspace): TestWorkspace {
  const directory = temporaryDirectory("delta-copy");
  cpSync(whole.directory, directory, { recursive: true });
  const request = { cwd: directory, env: { HOME: directory } };
  return { directory, request, open: () => openStore(request) };
}

function delta({ directory }: TestWorkspace): string {
  return join(directory, ".beads/store/snapshot.delta");
}

function short(workspace: TestWorkspace): string[] {
  return titles(workspace.open());
}
