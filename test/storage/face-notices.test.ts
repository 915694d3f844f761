import { expect, test } from "bun:test";
import type { ChangeIssue } from "../../model/operation";
import { storeWithWrites } from "../helpers/moments";
import { edited, faceIn, put, replaceFace, sync } from "../helpers/simulated-face";
import type { SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";

const path = "/simulated/repository/.beads/issues.jsonl";

async function syncedWorld(): Promise<SimulatedWorld> {
  const { world } = storeWithWrites(1);
  await sync(world);
  world.nowMs += 10_000;
  return world;
}

/** What the next write by `actor` says. */
function noticesOfWrite(world: SimulatedWorld, actor = "tester"): readonly string[] {
  const store = world.start().store();
  store.write({ ...tester, actor }, () => ({ operations: [put("t-mine")], result: undefined }));
  return store.notices;
}

function noticesOfRead(world: SimulatedWorld): readonly string[] {
  const store = world.start().store();
  store.read(({ state }) => state.count);
  return store.notices;
}

/** t-third, held by that actor in the store, and by another in the face, who claimed it later. */
async function contestedWorld(holder: string, other: string | undefined): Promise<SimulatedWorld> {
  const world = await syncedWorld();
  const claim = (assignee: string | undefined, at: number) => {
    const work = { reopens: 0, status: assignee === undefined ? "open" : "in_progress" };
    const store = world.start().store();
    store.write(tester, () => ({
      operations: [
        { op: "change", id: "t-third", at, work, claim: assignee === undefined ? {} : { assignee } },
      ],
      result: undefined,
    }));
  };
  const elsewhere = world.fork();
  claim(holder, 1_800_000_000_000);
  const store = elsewhere.start().store();
  const work = { reopens: 0, status: other === undefined ? "open" : "in_progress" };
  store.write(tester, () => ({
    operations: [
      {
        op: "change",
        id: "t-third",
        at: 1_800_000_001_000,
        work,
        claim: other === undefined ? {} : { assignee: other },
      },
    ],
    result: undefined,
  }));
  await sync(elsewhere);
  replaceFace(world, faceIn(elsewhere));
  return world;
}

test("a writer hears that an issue which he held is another's by now, or nobody's", async () => {
  const lost = await contestedWorld("me", "rival");
  expect(noticesOfWrite(lost, "me")).toEqual(["The merge decided: t-third, which you held, is now rival's."]);
  const freed = await contestedWorld("me", undefined);
  expect(noticesOfWrite(freed, "me")).toEqual([
    "The merge decided: t-third, which you held, is now nobody's.",
  ]);
});

test("nobody else hears of it, a reader does not, and it is said once", async () => {
  const world = await contestedWorld("me", "rival");
  expect(noticesOfRead(world)).toEqual([]);
  expect(noticesOfWrite(world.fork(), "somebody")).toEqual([]);
  expect(noticesOfWrite(world, "me")).toHaveLength(1);
  expect(noticesOfWrite(world, "me")).toEqual([]);
});

test("what another tool wrote and the store did not take is named with its items", async () => {
  const world = await syncedWorld();
  const store = world.start().store();
  store.write(tester, () => ({
    operations: [
      {
        op: "change",
        id: "t-third",
        at: 1_800_000_000_000,
        set: { notes: "n", owner: "o", design: "d" },
        work: { reopens: 0, status: "closed" },
      },
    ],
    result: undefined,
  }));
  await sync(world);
  // A reopen together with another change, by a tool whose clock lags behind, is not believed.
  const unstamped = faceIn(world).replace(/,"_stamp":"[^"]*"/g, "");
  const reopened = edited(unstamped, "t-third", '"status":"closed"', '"status":"open"');
  const stale = edited(reopened, "t-third", '"title":"Third"', '"title":"Theirs"');
  replaceFace(world, stale);
  const notices = noticesOfWrite(world);
  expect(notices).toEqual([
    `${path}: what another tool wrote there was not taken over for t-third (status), because the store knows of later changes; \`bz history ID\` has it.`,
  ]);
  const reader = world.start().store();
  expect(reader.read(({ state }) => state.issue("t-third"))).toMatchObject({
    title: "Theirs",
    status: "closed",
  });
});

test("lines that cannot be read are numbered, five at most", async () => {
  const world = await syncedWorld();
  replaceFace(world, `${line("t-theirs", "Theirs")}\n${"{bad\n".repeat(5)}`);
  expect(noticesOfRead(world)).toEqual([
    `${path}: line 2, 3, 4, 5, 6 cannot be read; left as it is. \`bz doctor\` says more.`,
  ]);
  replaceFace(world, `${line("t-theirs", "Theirs")}\n${"{bad\n".repeat(7)}`);
  expect(noticesOfRead(world)).toEqual([
    `${path}: line 2, 3, 4, 5, 6, ... (7 in all) cannot be read; left as it is. \`bz doctor\` says more.`,
  ]);
});

test("a conflict and a last line that is cut off are said by every read until they are gone, and once by each", async () => {
  const world = await syncedWorld();
  replaceFace(world, `<<<<<<< a\n=======\n>>>>>>> b\n{"id":"t-`);
  const expected = [
    expect.stringContaining("git left a conflict in it, first on line 1"),
    expect.stringContaining("the last line (4) is cut off; it was not read"),
  ];
  expect(noticesOfRead(world)).toEqual(expected);
  const store = world.start().store();
  store.read(({ state }) => state.count);
  store.read(({ state }) => state.count);
  expect(store.notices).toEqual(expected);
  await sync(world);
  expect(noticesOfRead(world)).toEqual([]);
});

test("a purge that comes from another clone is told, since the history here still holds the text", async () => {
  const world = await syncedWorld();
  const elsewhere = world.fork();
  elsewhere
    .start()
    .store()
    .write(tester, () => ({
      operations: [{ op: "purge", id: "t-third", at: 1_800_000_000_000 }],
      result: undefined,
    }));
  await sync(elsewhere);
  replaceFace(world, faceIn(elsewhere));
  expect(noticesOfWrite(world)).toEqual([
    "t-third: purged in another clone; the history of this one holds the text until it is purged here, too.",
  ]);
  expect(noticesOfWrite(world)).toEqual([]);
});

test("a circle that two clones closed together is named by the way around", async () => {
  const world = await syncedWorld();
  const dependOn = (which: SimulatedWorld, id: string, depends_on_id: string) =>
    which
      .start()
      .store()
      .write(tester, () => ({
        operations: [
          {
            op: "change",
            id,
            at: 1_800_000_000_000,
            edges: [{ depends_on_id, type: "blocks", present: true }],
          },
        ],
        result: undefined,
      }));
  const elsewhere = world.fork();
  dependOn(elsewhere, "t-other", "t-third");
  await sync(elsewhere);
  dependOn(world, "t-third", "t-other");
  replaceFace(world, faceIn(elsewhere));
  expect(noticesOfRead(world)).toEqual([
    "The merge closed a circle: t-other -> t-third -> t-other. `bz dep cycles` names all there are.",
  ]);
});

test("a circle that another clone closed by taking an issue out of its parent is named, too", async () => {
  const world = await syncedWorld();
  const change = (which: SimulatedWorld, ...changes: (Partial<ChangeIssue> & { id: string })[]) =>
    which
      .start()
      .store()
      .write(tester, () => ({
        operations: changes.map((each) => ({ op: "change", at: 1_800_000_000_000, ...each })),
        result: undefined,
      }));
  const whole = { id: "t-other", created_at: "2027-01-15T08:00:00Z" };
  const on = (depends_on_id: string) => [{ depends_on_id, type: "blocks", present: true }];
  world
    .start()
    .store()
    .write(tester, () => ({ operations: [put("t-part")], result: undefined }));
  change(world, { id: "t-third", parent: whole, edges: on("t-part") }, { id: "t-part", parent: whole });
  await sync(world);
  const elsewhere = world.fork();
  change(elsewhere, { id: "t-third", at: 1_800_000_001_000, parent: { ...whole, id: null } });
  await sync(elsewhere);
  change(world, { id: "t-other", edges: on("t-third") });
  replaceFace(world, faceIn(elsewhere));
  expect(noticesOfRead(world)).toEqual([
    "The merge closed a circle: t-other -> t-third -> t-part -> t-other. `bz dep cycles` names all there are.",
  ]);
});
