import { describe, expect, test } from "bun:test";
import { realpathSync, statSync, writeFileSync } from "node:fs";
import { nativeEnvironment } from "../../storage/environment";
import type { Directory } from "../../storage/file-system";
import { Store } from "../../storage/store";
import { faceIn, namesIn, replaceFace, sync } from "../helpers/face-world";
import { Git, hasGit } from "../helpers/git";
import { storeWithWrites } from "../helpers/moments";
import { attemptAsync, codeOf, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";
import { addIssue, makeWorkspace } from "../helpers/workspace";

describe("a face that somebody else writes", () => {
  for (const moment of ["append", "syncFile", "setModified", "exchange"] as const)
    test(`at the very last moment (${moment}) is taken in, too, and looked at once more`, async () => {
      const { world } = storeWithWrites(1);
      const theirs = `${line("t-theirs", "Theirs")}\n`;
      let isDone = false;
      const process = world.start(({ name, path }) => {
        const isMoment = name === moment && path.includes("issues.jsonl.tmp");
        if (isMoment && !isDone) {
          isDone = true;
          replaceFace(world, theirs);
        }
        return undefined;
      });
      const outcome = await attemptAsync(() => process.store().sync(tester));
      expect(outcome).toMatchObject({
        kind: "done",
        value: { outcome: "written", issues: 6, takenIn: ["t-theirs"] },
      });
      expect(isDone).toBe(true);
      expect(faceIn(world)).toContain(theirs);
      const displaced = namesIn(world).filter((name) => name.startsWith("displaced."));
      expect(displaced).toHaveLength(1);
      // Whoever had it open may have written more; the next export after two seconds looks once more and removes it.
      expect(await sync(world)).toMatchObject({ value: { outcome: "unchanged" } });
      expect(namesIn(world)).toContain(displaced[0] ?? "");
      const more = line("t-more", "Written late");
      world.file(displaced[0] ?? "")?.write(0, new TextEncoder().encode(`${more}\n`), world.disk.tick());
      world.nowMs += 2000;
      expect(await sync(world)).toMatchObject({ value: { takenIn: ["t-more"] } });
      expect(faceIn(world)).toContain(more);
      expect(namesIn(world)).toEqual(["issues.jsonl", "store"]);
    });

  test("that is half there when it is replaced is kept, and read once more when it is complete", async () => {
    const { world } = storeWithWrites(1);
    await sync(world);
    const [first, second] = [line("t-first", "First half"), line("t-second", "Second half")];
    replaceFace(world, `${first}\n`);
    expect(await sync(world)).toMatchObject({ value: { takenIn: ["t-first"] } });
    const [displaced = ""] = namesIn(world).filter((name) => name.startsWith("displaced."));
    expect((await faceStatus(world)).displaced).toEqual([]);
    const file = world.file(displaced);
    file?.write(file.size, new TextEncoder().encode(`${second}\n`), world.disk.tick());
    expect((await faceStatus(world)).displaced).toEqual([displaced]);
    world.nowMs += 2000;
    expect(await sync(world)).toMatchObject({ value: { takenIn: ["t-second"] } });
    expect((await faceStatus(world)).displaced).toEqual([]);
    expect(faceIn(world)).toContain(second);
    expect(namesIn(world)).toEqual(["issues.jsonl", "store"]);
  });

  test("a while before is not kept beside the new one", async () => {
    const { world } = storeWithWrites(1);
    await sync(world);
    replaceFace(world, `${line("t-theirs", "Theirs")}\n`);
    world.nowMs += 2500;
    expect(await sync(world)).toMatchObject({ value: { outcome: "written", takenIn: ["t-theirs"] } });
    expect(namesIn(world)).toEqual(["issues.jsonl", "store"]);
  });

  test("all the while is left as it is, and the command says so", async () => {
    const { world } = storeWithWrites(1);
    let count = 0;
    const process = world.start(({ name, path }) => {
      if (name === "append" && path.includes("issues.jsonl.tmp"))
        replaceFace(world, `${line(`t-${count++}`, "Theirs")}\n`);
      return undefined;
    });
    const outcome = await attemptAsync(() => process.store().sync(tester));
    expect(codeOf(outcome)).toBe("FACE_CHANGED");
    const ids = [
      ...world
        .start()
        .store()
        .read(({ state }) => [...state.ids()]),
    ];
    for (let each = 0; each < count; each += 1) expect(ids).toContain(`t-${each}`);
  });
});

test.skipIf(!hasGit())(
  "an export after a mutation leaves the face alone when git begins while it is written",
  async () => {
    const { directory, request } = await makeWorkspace("face-publication");
    Git.init(realpathSync(directory));
    const environment = nativeEnvironment();
    const { fileSystem } = environment;
    let lock: string | undefined;
    const openDirectory = (path: string): Directory | undefined =>
      noticing(fileSystem.openDirectory(path), (name) => {
        if (lock !== undefined && name.startsWith("issues.jsonl.tmp.")) writeFileSync(lock, "");
      });
    const beadsPath = `${directory}/.beads`;
    const workspace = { beadsPath, storeOwnerPath: beadsPath, reason: "the test made it" };
    const store = new Store(workspace, request, {
      ...environment,
      fileSystem: { bootId: () => fileSystem.bootId(), openDirectory },
    });
    const face = () => statSync(`${beadsPath}/issues.jsonl`).ino;

    addIssue(store, "first");
    const before = face();
    expect(await store.settle()).toEqual({});
    expect(face()).not.toBe(before);
    lock = `${directory}/.git/index.lock`;
    addIssue(store, "second");
    const between = face();
    expect(await store.settle()).toMatchObject({ lag: { reason: "git" } });
    expect(face()).toBe(between);
  },
);

/** The same directory, whose new files somebody else hears of. */
function noticing(directory: Directory | undefined, onCreate: (name: string) => void): Directory | undefined {
  if (directory === undefined) return undefined;
  return new Proxy(directory, {
    get: (target, key) => {
      if (key === "create")
        return (name: string, permissions: number) => {
          onCreate(name);
          return target.create(name, permissions);
        };
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function faceStatus(world: SimulatedWorld) {
  return world.start().store().faceStatus();
}
