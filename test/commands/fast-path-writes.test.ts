import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { tryLock } from "../../native/file-lock";
import { decodeStatusPage } from "../../storage/status-page";
import { holdCompactLock } from "../helpers/compact-lock";
import { addIssue } from "../helpers/workspace";
import { sequenceOf } from "./test-world";
import { contentOf, lineOf, type TwinWorld, time, twinsWith } from "./twin-worlds";

function waitingFor(id: string, targetId: string, more: object = {}): string {
  const edge = { issue_id: id, depends_on_id: targetId, type: "blocks", created_at: time };
  return lineOf(id, { dependencies: [edge], ...more });
}

describe("a call that cannot be answered by the fast path gives up before it has written anything", () => {
  const many = (count: number, more: object = {}): string =>
    Array.from({ length: count }, (_, at) => waitingFor(`bd-w${at}`, "bd-root", more)).join("");
  const long = { description: "x".repeat(3000) };

  test.each([
    ["20 issues that wait for it", lineOf("bd-root") + many(20), true],
    ["40 issues that wait for it, in the log", lineOf("bd-root") + many(40), false],
    ["a long batch with issues that wait for it", lineOf("bd-root") + many(30, long), false],
    ["20 epics that wait for it", lineOf("bd-root") + many(20, { issue_type: "epic" }), true],
    ["an odd id that waits for it", lineOf("bd-root") + waitingFor("odd/id", "bd-root"), false],
    ["a quoted id that waits for it", lineOf("bd-root") + waitingFor('a"b', "bd-root"), true],
    [
      "an escape in what waits for it",
      lineOf("bd-root") + waitingFor("bd-w", "bd-root", { notes: "\u0007" }),
      false,
    ],
  ])("closing an issue with %s", async (_, lines, isFolded) => {
    const [fast, whole] = await twinsWith(lines, isFolded);
    for (const world of [fast, whole]) world.begin(1);
    const before = contentOf(fast);
    const answer = await fast.fast("close", "bd-root", "-r", "Done");
    if (answer === undefined) expect(contentOf(fast)).toEqual(before);
    fast.begin(1);
    const answered = answer ?? (await fast.bz("close", "bd-root", "-r", "Done"));
    expect(answered).toEqual(await whole.bz("close", "bd-root", "-r", "Done"));
    expect(answered.stdout).toStartWith("Closed bd-root: The bd-root\nUnblocked ");
    expect(contentOf(fast)).toEqual(contentOf(whole));
  });
});

describe("somebody else who writes between the reading and the locking of the fast path", () => {
  /** Writes when the fast path has read the store, and asks for the time of its own write. */
  function disturb(world: TwinWorld, action: () => void): void {
    const { nowMs } = world;
    world.nowMs = () => {
      world.nowMs = nowMs;
      action();
      return world.nowMs();
    };
  }

  const openedIn = (world: TwinWorld) => world.openStore({ cwd: world.directory, env: world.env });

  test.each(["q Title", "claim bd-one", "close bd-one"])(
    "is in the log, once, and so is what %s wrote",
    async (line) => {
      const words = line.split(" ");
      const [world] = await twinsWith(lineOf("bd-one"), true);
      const before = await sequenceOf(world);
      disturb(world, () => addIssue(openedIn(world), "Theirs"));
      expect(await world.fast(...words)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await sequenceOf(world)).toBe(before + 2);
      const said = JSON.stringify(await world.json("list", "--all"));
      expect(said.split("Theirs")).toHaveLength(2);
      expect((await world.bz("doctor")).exitCode).toBe(0);
    },
  );

  test("and claims the issue is the one who has it", async () => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    disturb(world, () => {
      const store = openedIn(world);
      const info = { timeMs: Date.now(), actor: "other", command: "claim" };
      const claim = { assignee: "other", started_at: time };
      const work = { reopens: 0, status: "in_progress" as const };
      store.write(info, () => ({
        operations: [{ op: "change", id: "bd-one", at: info.timeMs, work, claim }],
        result: undefined,
      }));
    });
    expect(await world.fast("claim", "bd-one")).toBeUndefined();
    expect(await world.bz("claim", "bd-one")).toMatchObject({ exitCode: 4 });
  });

  test("and gives an issue the very id that a new one was to have leaves that another one", async () => {
    const [world, other] = await twinsWith(lineOf("bd-one"), true);
    for (const each of [world, other]) each.begin(1);
    const { stdout } = (await other.fast("q", "Title")) ?? { stdout: "" };
    const id = stdout.trim();
    disturb(world, () => addIssue(openedIn(world), "Theirs", id));
    const answer = await world.fast("q", "Title");
    expect(answer?.exitCode).toBe(0);
    expect(answer?.stdout).not.toBe(stdout);
    expect((await world.bz("show", id)).stdout).toContain("Theirs");
    expect((await world.bz("show", answer?.stdout.trim() ?? "")).stdout).toContain("Title");
  });

  test("and then into the face makes it give up, having written nothing", async () => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    let before: object = {};
    disturb(world, () => {
      addIssue(openedIn(world), "Theirs");
      appendFileSync(join(world.directory, ".beads/issues.jsonl"), lineOf("bd-theirs"));
      before = contentOf(world);
    });
    expect(await world.fast("q", "Title")).toBeUndefined();
    expect(contentOf(world)).toEqual(before);
  });

  test("and begins a new segment makes it give up, having written nothing", async () => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    disturb(world, () => {
      appendFileSync(join(world.storePath, segmentsOf(world)[0] ?? ""), "tail");
      addIssue(openedIn(world), "In the next segment");
    });
    expect(await world.fast("q", "Title")).toBeUndefined();
    expect(await world.bz("q", "Title")).toMatchObject({ exitCode: 0 });
    const said = JSON.stringify(await world.json("list", "--all"));
    expect(said.split('"Title"')).toHaveLength(2);
  });

  test("and replaces the lock file makes it give up, having written nothing", async () => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    const path = join(world.storePath, "lock");
    disturb(world, () => {
      copyFileSync(path, `${path}~`);
      renameSync(`${path}~`, path);
    });
    const before = contentOf(world);
    expect(await world.fast("q", "Title")).toBeUndefined();
    expect(contentOf(world)).toMatchObject({ files: (before as { files: unknown }).files });
    expect(await world.bz("q", "Title")).toMatchObject({ exitCode: 0 });
  });
});

describe("a lock that somebody holds", () => {
  test.each([
    ["the lock file", "lock"],
    ["the directory, as whoever holds a lock file that was replaced", "."],
  ])("on %s makes it give up, having written nothing and holding nothing", async (_, name) => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    world.env.BEADS_LOCK_TIMEOUT_MS = "300";
    const held = openSync(join(world.storePath, name), "r");
    expect(tryLock(held)).toBe(true);
    const before = contentOf(world);
    expect(await world.fast("q", "Title")).toBeUndefined();
    expect(contentOf(world)).toEqual(before);
    const other = openSync(join(world.storePath, name === "." ? "lock" : "."), "r");
    expect(tryLock(other)).toBe(true);
    closeSync(other);
    expect(await world.bz("q", "Title")).toMatchObject({ exitCode: name === "." ? 2 : 3, stdout: "" });
    closeSync(held);
    expect(await world.fast("q", "Title")).toMatchObject({ exitCode: 0 });
  });

  test("is counted once for each call that is answered", async () => {
    const [fast, whole] = await twinsWith(lineOf("bd-one"), true);
    const counts: unknown[] = [];
    for (const world of [fast, whole]) {
      world.env.BEADS_SYNC_AUTO_FLUSH = "false";
      await world.bz("metrics", "--reset");
    }
    for (const line of ["q Title", "claim bd-one", "close bd-one", "show bd-one"]) {
      expect(await fast.fast(...line.split(" "))).toBeDefined();
      await whole.bz(...line.split(" "));
    }
    for (const world of [fast, whole]) {
      const store = world.openStore({ cwd: world.directory, env: world.env });
      const { acquisitions, contended, timeouts, waiting, wait, hold } = store.metrics() ?? {};
      counts.push({ acquisitions, contended, timeouts, waiting, waits: wait?.count, holds: hold?.count });
    }
    expect(counts[0]).toEqual(counts[1]);
  });
});

/** Its log is due to be folded, and nobody has done it yet. */
async function lengthenLog(world: TwinWorld): Promise<void> {
  const path = join(world.directory, "long.jsonl");
  writeFileSync(path, lineOf("bd-long", { description: "x".repeat(330_000) }));
  const release = holdCompactLock(world.storePath);
  await world.bz("import", path);
  release();
  await world.bz("sync");
}

test.each(["true", "false"])(
  "a log that is long enough is folded behind the answer as by the whole program, with exports %s",
  async (autoFlush) => {
    const [fast, whole] = await twinsWith(lineOf("bd-one"), true);
    for (const world of [fast, whole]) {
      world.env.BEADS_SYNC_AUTO_FLUSH = autoFlush;
      await lengthenLog(world);
      world.begin(1);
    }
    const before = segmentsOf(fast);
    const answer = await fast.fast("close", "bd-one");
    expect(answer).toBeDefined();
    expect(answer).toEqual(await whole.bz("close", "bd-one"));
    expect(segmentsOf(fast)).not.toEqual(before);
    expect(await foldedContentOf(fast)).toEqual(await foldedContentOf(whole));
  },
);

test("a log that is long enough is folded without the whole program where no export follows", async () => {
  const [world] = await twinsWith(lineOf("bd-one"), true);
  world.env.BEADS_SYNC_AUTO_FLUSH = "false";
  await lengthenLog(world);
  const before = segmentsOf(world);
  expect(world.fastAlone("q", "Title")).toBe("done");
  expect(segmentsOf(world)).not.toEqual(before);
  expect((await world.bz("doctor")).exitCode).toBe(0);
});

test("behind a fold the log that is left to be exported is no longer long enough to be folded", async () => {
  const [world] = await twinsWith(lineOf("bd-one"), true);
  await lengthenLog(world);
  const left = world.fastAlone("q", "Title");
  expect(left).toMatchObject({
    rest: { isCompactionDue: false, log: { pendingBytes: 0, pendingFrames: 0 } },
  });
});

/** A fold says when it was made, and draws a salt for the segment behind it. */
async function foldedContentOf(world: TwinWorld): Promise<object> {
  const face = readFileSync(join(world.directory, ".beads/issues.jsonl"), "utf8");
  const { exitCode } = await world.bz("doctor");
  return { face, exitCode, segments: segmentsOf(world), all: await world.json("list", "--all") };
}

test.each([
  ["a directory", (path: string) => mkdirSync(path)],
  ["a link to nothing", (path: string) => symlinkSync("/nonexistent", path)],
])("a change is made once where %s stands in the place of the lock of whoever folds", async (_, put) => {
  const [world] = await twinsWith(lineOf("bd-one"), true);
  world.env.BEADS_SYNC_AUTO_FLUSH = "false";
  await lengthenLog(world);
  const path = join(world.storePath, "compact.lock");
  rmSync(path);
  put(path);
  const answer = await world.fast("q", "Only once");
  expect(answer?.exitCode).toBe(0);
  expect(answer?.stderr).toStartWith("warning: the change is saved, but the store could not be tidied up");
  expect(JSON.stringify(await world.json("list", "--all")).split("Only once")).toHaveLength(2);
});

describe("stdout that cannot be written", () => {
  test.each(["q Title", "claim bd-one", "close bd-one", "show bd-one"])(
    "is told of %s as by the whole program, and the change stands",
    async (line) => {
      const words = line.split(" ");
      const [fast, whole] = await twinsWith(lineOf("bd-one"), true);
      for (const world of [fast, whole]) {
        world.begin(1);
        world.env.BEADS_SYNC_AUTO_FLUSH = "false";
        world.failing.set(1, new Error("no space"));
      }
      const answer = await fast.fast(...words);
      expect(answer).toBeDefined();
      expect(answer).toEqual(await whole.bz(...words));
      expect(contentOf(fast)).toEqual(contentOf(whole));
    },
  );
});

test("each write says what it has verified, so that the next one need not", async () => {
  const [world] = await twinsWith(lineOf("bd-one"), true);
  for (let count = 1; count < 4; count += 1) {
    const before = pageOf(world);
    await world.fast("q", `Number ${count}`);
    expect(pageOf(world)).toMatchObject({
      confirmedSequence: before.confirmedSequence + 1,
      prefix: { offset: before.confirmedOffset, lastSequence: before.confirmedSequence },
    });
  }
});

function pageOf({ storePath }: TwinWorld): NonNullable<ReturnType<typeof decodeStatusPage>> {
  const page = decodeStatusPage(readFileSync(join(storePath, "lock")));
  if (page === undefined) throw new Error("there is a page");
  return page;
}

function segmentsOf({ storePath }: TwinWorld): string[] {
  return readdirSync(storePath).filter((name) => name.startsWith("wal."));
}
