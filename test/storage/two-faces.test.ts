import { describe, expect, test } from "bun:test";
import { Store } from "../../storage/store";
import { storeWithWrites } from "../helpers/moments";
import { put } from "../helpers/simulated-face";
import { beadsPath, repositoryPath, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";

const linkedPath = `${repositoryPath}/linked`;
const faces = { main: `${beadsPath}/issues.jsonl`, linked: `${linkedPath}/.beads/issues.jsonl` };
type Worktree = keyof typeof faces;

/** A store with a face in the main worktree and another in a linked one. */
async function twoWorktrees(): Promise<SimulatedWorld> {
  const { world } = storeWithWrites(1);
  const repository = world.disk.at(repositoryPath);
  if (repository?.kind !== "directory") throw new Error("the repository is there");
  world.disk.makeDirectory(repository, "linked", 0o755);
  for (const worktree of ["main", "linked"] as const) await storeIn(world, worktree).sync(tester);
  world.nowMs += 10_000;
  return world;
}

function storeIn(world: SimulatedWorld, worktree: Worktree): Store {
  const path = worktree === "main" ? beadsPath : `${linkedPath}/.beads`;
  const request = { cwd: repositoryPath, env: {}, lockTimeoutMs: 100 };
  const { environment } = world.start();
  return new Store({ beadsPath: path, storeOwnerPath: beadsPath, reason: worktree }, request, environment);
}

function faceIn(world: SimulatedWorld, worktree: Worktree): string {
  const file = world.disk.at(faces[worktree]);
  return file?.kind === "file" ? Buffer.from(file.read(0, file.size)).toString() : "";
}

/** Somebody adds a line to the face of one worktree. */
function append(world: SimulatedWorld, worktree: Worktree, text: string): void {
  const file = world.disk.at(faces[worktree]);
  if (file?.kind !== "file") throw new Error("the face is there");
  file.write(file.size, Buffer.from(`${text}\n`), world.disk.tick());
}

async function mutate(world: SimulatedWorld, worktree: Worktree, id: string): Promise<unknown> {
  const store = storeIn(world, worktree);
  store.write(tester, () => ({ operations: [put(id)], result: undefined }));
  return store.settle();
}

const has = (world: SimulatedWorld, worktree: Worktree, id: string): boolean =>
  storeIn(world, worktree).read(({ state }) => state.has(id));

describe("a linked worktree and the main one", () => {
  test("see what others write into their own face alone, until somebody's write logs it", async () => {
    for (const [here, there] of [
      ["main", "linked"],
      ["linked", "main"],
    ] as const) {
      const world = await twoWorktrees();
      append(world, here, line("t-theirs", "Theirs"));
      expect([has(world, here, "t-theirs"), has(world, there, "t-theirs")]).toEqual([true, false]);
      // A write from the other worktree logs what stands in its own face, and nothing else.
      await mutate(world, there, "t-there");
      expect([has(world, here, "t-theirs"), has(world, there, "t-theirs")]).toEqual([true, false]);
      await mutate(world, here, "t-here");
      expect([has(world, here, "t-theirs"), has(world, there, "t-theirs")]).toEqual([true, true]);
      await storeIn(world, there).sync(tester);
      expect(faceIn(world, there)).toContain('"id":"t-theirs"');
    }
  });

  test("export into their own face and leave the other one's alone", async () => {
    for (const [here, there] of [
      ["main", "linked"],
      ["linked", "main"],
    ] as const) {
      const world = await twoWorktrees();
      const before = faceIn(world, there);
      const inode = world.disk.at(faces[there])?.number;
      expect(await mutate(world, here, "t-one")).toEqual({});
      expect(await storeIn(world, here).sync(tester)).toMatchObject({
        path: faces[here],
        outcome: "unchanged",
      });
      expect(faceIn(world, here)).toContain('"id":"t-one"');
      expect(faceIn(world, there)).toBe(before);
      expect(world.disk.at(faces[there])?.number).toBe(inode ?? 0);
    }
  });

  test("come to the same bytes when both have synced, whatever both faces were told", async () => {
    const world = await twoWorktrees();
    append(world, "main", line("t-one", "One"));
    append(world, "linked", line("t-two", "Two"));
    append(world, "linked", '{"_type":"memory","of":"linked"}');
    for (const worktree of ["main", "linked", "main", "linked"] as const)
      await storeIn(world, worktree).sync(tester);
    const guest = '{"_type":"memory","of":"linked"}\n';
    // A line that is no issue stays where it was written.
    expect(faceIn(world, "linked")).toContain(guest);
    expect(faceIn(world, "linked").replace(guest, "")).toBe(faceIn(world, "main"));
    for (const id of ["t-one", "t-two"]) expect(faceIn(world, "main")).toContain(`"id":"${id}"`);
  });

  test("keep signatures of their own: a face that stays as it was costs one stat in either", async () => {
    const world = await twoWorktrees();
    for (const worktree of ["main", "linked"] as const) {
      const process = world.start();
      const path = worktree === "main" ? beadsPath : `${linkedPath}/.beads`;
      const request = { cwd: repositoryPath, env: {}, lockTimeoutMs: 100 };
      new Store(
        { beadsPath: path, storeOwnerPath: beadsPath, reason: worktree },
        request,
        process.environment,
      ).read(({ state }) => state.count);
      const calls = process.calls.filter(({ path: each }) => each.endsWith("/issues.jsonl"));
      expect(calls.map(({ name, path: each }) => [name, each])).toEqual([["statusOf", faces[worktree]]]);
    }
  });
});
