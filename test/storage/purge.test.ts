import { describe, expect, test } from "bun:test";
import { copyFileSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { purgeIssue } from "../../model/change";
import { recencyOf } from "../../model/recency";
import { scrubHistory } from "../../storage/purge";
import { openForWriting, openPlace } from "../../storage/session";
import { statusPageLength } from "../../storage/status-page";
import { openStore } from "../../storage/store";
import { storeWithWrites } from "../helpers/moments";
import { workspace as simulatedWorkspace } from "../helpers/simulated-world";
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

const secret = "correct horse battery staple";

function purge(workspace: TestWorkspace, id: string): void {
  const info = { timeMs: Date.now(), actor: "tester", command: "delete" };
  workspace.open().write(info, ({ state }) => {
    const issue = state.issue(id);
    const line = state.line(id);
    if (issue === undefined || line === undefined) throw new Error(`${id} is not there`);
    const operation = purgeIssue(issue, { recency: recencyOf(line), nowMs: info.timeMs, actor: info.actor });
    return { operations: operation === undefined ? [] : [operation], result: undefined };
  });
}

function filesWith(workspace: TestWorkspace, text: string): string[] {
  const beads = join(workspace.directory, ".beads");
  const files = readdirSync(beads, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

describe("scrub", () => {
  test("text behind the end of a segment goes, too: a rotation writes the last transaction once more", async () => {
    const workspace = await makeWorkspace("purge-behind");
    const id = addIssue(workspace.open(), secret);
    const lock = join(workspace.directory, ".beads/store/lock");
    writeFileSync(lock, readFileSync(lock).fill(0, 0, statusPageLength));
    addIssue(workspace.open(), "one");
    await workspace.open().compact();
    purge(workspace, id);
    await workspace.open().scrub([id]);
    expect(filesWith(workspace, secret)).toEqual([]);
    expect(titles(workspace.open())).toEqual(["(purged)", "one"]);
    expect((await workspace.open().history()).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  test("no file of the store holds the text of a purged issue, and the rest of the log stays whole", async () => {
    const workspace = await makeWorkspace("purge");
    addIssue(workspace.open(), "one");
    const id = addIssue(workspace.open(), secret);
    await workspace.open().compact();
    retitle(workspace.open(), id, `${secret} again`);
    const other = addIssue(workspace.open(), "two");
    expect(filesWith(workspace, secret).length).toBeGreaterThan(0);
    purge(workspace, id);
    const report = await workspace.open().scrub([id]);
    expect(report).toEqual({ purgedFrames: 2, remaining: [], staleFaces: [] });
    expect(filesWith(workspace, secret)).toEqual([]);
    expect(titles(workspace.open())).toEqual(["(purged)", "one", "two"]);
    const events = await workspace.open().history();
    expect(events.map(({ sequence, operation }) => [sequence, operation.op])).toEqual([
      [1, "put"],
      [2, "gone"],
      [3, "gone"],
      [4, "put"],
      [5, "purge"],
    ]);
    expect(events.map(({ operation }) => "id" in operation && operation.id)).toContain(other);
    expect((await workspace.open().check()).failures).toBe(0);
  });

  test("the base that the log began with is rewritten without the text, and keeps all else", async () => {
    const directory = temporaryDirectory("purge-base");
    const lines = [line("bd-a", "kept"), line("bd-s", secret), line("bd-z", "kept, too")];
    await Bun.write(join(directory, ".beads/issues.jsonl"), lines.map((each) => `${each}\n`).join(""));
    const request = { cwd: directory, env: { HOME: directory } };
    const workspace = { directory, request, open: () => openStore(request) };
    retitle(workspace.open(), "bd-s", `${secret} again`);
    retitle(workspace.open(), "bd-a", "changed");
    await workspace.open().compact();
    const base = join(directory, ".beads/store/history/snapshot.1");
    expect(filesWith(workspace, secret)).toContain(base);
    purge(workspace, "bd-s");
    // The face is a copy of the user's, who is told.
    expect((await workspace.open().scrub(["bd-s"])).staleFaces).toHaveLength(1);
    await workspace.open().sync(tester);
    expect(filesWith(workspace, secret)).toEqual([]);
    const text = readFileSync(base, "utf8");
    for (const kept of ["bd-a", "bd-z"]) expect(text).toContain(`{"id":"${kept}","title":"kept`);
    expect(text).toContain('"title":"(purged)"');
    const { findings, failures } = await workspace.open().check();
    expect(failures).toBe(0);
    expect(findings.find(({ check }) => check === "base")?.message).toStartWith("3 issues");
    const inode = statSync(base).ino;
    expect(await workspace.open().scrub(["bd-s"])).toEqual({
      purgedFrames: 0,
      remaining: [],
      staleFaces: [],
    });
    expect(statSync(base).ino).toBe(inode);
  });

  test("a base that does not verify is named, since nobody can tell what it holds", async () => {
    const workspace = await makeWorkspace("purge-damaged-base");
    const id = addIssue(workspace.open(), secret);
    await workspace.open().compact();
    const base = join(workspace.directory, ".beads/store/history/snapshot.1");
    await Bun.write(base, "damaged");
    purge(workspace, id);
    expect((await workspace.open().scrub([id])).remaining).toEqual([base]);
  });

  test("scrubbing again finds nothing to do", async () => {
    const workspace = await makeWorkspace("purge-twice");
    const id = addIssue(workspace.open(), secret);
    purge(workspace, id);
    await workspace.open().scrub([id]);
    expect(await workspace.open().scrub([id])).toEqual({ purgedFrames: 0, remaining: [], staleFaces: [] });
    expect((await workspace.open().check()).failures).toBe(0);
  });

  test("copies that bz does not rewrite are named", async () => {
    const workspace = await makeWorkspace("purge-copies");
    const id = addIssue(workspace.open(), secret);
    const quarantine = join(workspace.directory, ".beads/store/quarantine/some-day");
    await Bun.write(join(quarantine, "wal.1"), `{"id":"${id}"}`);
    purge(workspace, id);
    expect((await workspace.open().scrub([id])).remaining).toEqual([join(quarantine, "wal.1")]);
  });

  test("what a process that died has not published is named as long as nobody may remove it", async () => {
    const workspace = await makeWorkspace("purge-unpublished");
    const id = addIssue(workspace.open(), secret);
    await workspace.open().compact();
    const store = join(workspace.directory, ".beads/store");
    const left = ["snapshot.tmp.999999999.abcdefgh", "history/snapshot.1.tmp.999999999.abcdefgh"].map(
      (name) => join(store, name),
    );
    for (const path of left) copyFileSync(join(store, "snapshot"), path);
    purge(workspace, id);
    expect((await workspace.open().scrub([id])).remaining.toSorted()).toEqual(left.toSorted());
    expect(filesWith(workspace, secret).toSorted()).toEqual(left.toSorted());
  });

  for (const isScrubbed of [true, false])
    test(`what is remembered of a face holds no text of it any more ${isScrubbed ? "after a scrub" : "after a sync that has made the face shorter"}`, async () => {
      const directory = temporaryDirectory("purge-signature");
      const long = { ...JSON.parse(line("bd-s", secret)), description: `${secret} `.repeat(20_000) };
      await Bun.write(join(directory, ".beads/issues.jsonl"), `${JSON.stringify(long)}\n`);
      const request = { cwd: directory, env: { HOME: directory } };
      const workspace = { directory, request, open: () => openStore(request) };
      addIssue(workspace.open(), "one");
      const signatures = () =>
        filesWith(workspace, "battery").filter((path) => path.includes("/store/face."));
      expect(signatures()).toHaveLength(1);
      purge(workspace, "bd-s");
      expect(signatures()).toHaveLength(1);
      if (isScrubbed) await workspace.open().scrub(["bd-s"]);
      else await workspace.open().sync(tester);
      expect(signatures()).toEqual([]);
    });

  test("the face is named until a sync took the text out of it", async () => {
    const workspace = await makeWorkspace("purge-face");
    const id = addIssue(workspace.open(), secret);
    addIssue(workspace.open(), `next to ${id}`);
    await workspace.open().sync(tester);
    purge(workspace, id);
    const face = join(workspace.directory, ".beads/issues.jsonl");
    expect(await workspace.open().scrub([id])).toMatchObject({ remaining: [face], staleFaces: [face] });
    await workspace.open().sync(tester);
    expect(await workspace.open().scrub([id])).toEqual({ purgedFrames: 0, remaining: [], staleFaces: [] });
    expect(filesWith(workspace, secret)).toEqual([]);
  });

  test("faces that exports have displaced, or left when they died, are named until a sync has removed them", async () => {
    const workspace = await makeWorkspace("purge-displaced");
    const id = addIssue(workspace.open(), secret);
    const paths = ["displaced.1000.abc", "issues.jsonl.tmp.999999999.abcdefgh"].map((name) =>
      join(workspace.directory, ".beads", name),
    );
    for (const path of paths) {
      await Bun.write(path, `${line(id, secret)}\n`);
      // Nobody has written to it for a while.
      utimesSync(path, 1000, 1000);
    }
    purge(workspace, id);
    expect((await workspace.open().scrub([id])).staleFaces).toEqual(paths);
    await workspace.open().sync(tester);
    expect(filesWith(workspace, secret)).toEqual([]);
    expect(await workspace.open().scrub([id])).toEqual({ purgedFrames: 0, remaining: [], staleFaces: [] });
  });

  test("a scrub that fails half way leaves no unpublished file", () => {
    const { world } = storeWithWrites(2);
    const process = world.start((call) =>
      call.name === "rename" && call.path.includes("history") && call.path.includes(".tmp.")
        ? { kind: "fail", code: "EIO" }
        : undefined,
    );
    const place = openPlace(simulatedWorkspace, process.environment);
    const session = openForWriting(place.owner, process.environment);
    expect(() => scrubHistory(session, place, ["t-a0001"], 100)).toThrow("EIO");
    expect(
      session.store
        .openDirectory("history")
        ?.list()
        .filter((name) => name.includes(".tmp.")),
    ).toEqual([]);
    session.close();
    place.close();
  });
});
