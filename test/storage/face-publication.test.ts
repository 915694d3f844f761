import { describe, expect, test } from "bun:test";
import { realpathSync, statSync, writeFileSync } from "node:fs";
import { nativeEnvironment } from "../../storage/environment";
import type { Directory } from "../../storage/file-system";
import { Store } from "../../storage/store";
import { Git, hasGit } from "../helpers/git";
import { storeWithWrites } from "../helpers/moments";
import { faceIn, namesIn, replaceFace, sync } from "../helpers/simulated-face";
import type { FileNode } from "../helpers/simulated-file";
import { attemptAsync, codeOf, type SimulatedWorld } from "../helpers/simulated-world";
import { line } from "../helpers/story";
import { tester } from "../helpers/tester";
import { addIssue, makeWorkspace } from "../helpers/workspace";

test("a face is known by its time as soon as it is written, in whichever millisecond that is", async () => {
  for (let beginMs = 0; beginMs < 60; beginMs += 1) {
    const { world } = storeWithWrites(1);
    world.nowMs = 1_800_000_000_000 + beginMs;
    await sync(world);
    const read: string[] = [];
    const process = world.start(({ name, path }) => {
      if (path.endsWith("/issues.jsonl")) read.push(name);
      return undefined;
    });
    process.store().read(({ state }) => state.count);
    expect(read).toEqual(["statusOf"]);
  }
});

describe("a face that somebody else writes", () => {
  for (const moment of ["append", "syncFile", "setModified", "exchange"] as const)
    test(`at the very last moment (${moment}) is taken in, too, and looked at once more`, async () => {
      const { world } = storeWithWrites(1);
      const theirs = `${line("t-theirs", "Theirs")}\n`;
      const guest = '{"_type":"memory"}\n';
      let isDone = false;
      const process = world.start(({ name, path }) => {
        const isMoment = name === moment && path.includes("issues.jsonl.tmp");
        if (isMoment && !isDone) {
          isDone = true;
          replaceFace(world, `${theirs}${guest}`);
        }
        return undefined;
      });
      const outcome = await attemptAsync(() => process.store().sync(tester));
      expect(outcome).toMatchObject({
        kind: "done",
        value: { outcome: "written", issues: 6, carriedOver: 1, takenIn: ["t-theirs"] },
      });
      expect(isDone).toBe(true);
      expect(faceIn(world)).toContain(theirs);
      expect(faceIn(world)).toContain(guest);
      const displaced = namesIn(world).filter((name) => name.startsWith("displaced."));
      expect(displaced).toHaveLength(1);
      // Whoever had it open may have written more; the next export after two seconds looks once more and removes it.
      expect(await sync(world)).toMatchObject({ value: { outcome: "unchanged" } });
      expect(namesIn(world)).toContain(displaced[0] ?? "");
      const more = line("t-more", "Written late");
      const file = world.file(displaced[0] ?? "");
      file?.write(file.size, new TextEncoder().encode(`${more}\n`), world.disk.tick());
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

  test("for longer than it lies aside stays until its writer has been quiet, too", async () => {
    const { world } = storeWithWrites(1);
    await sync(world);
    replaceFace(world, `${line("t-first", "First half")}\n`);
    await sync(world);
    const [displaced = ""] = namesIn(world).filter((name) => name.startsWith("displaced."));
    const file = world.file(displaced);
    for (const id of ["t-second", "t-third"]) {
      world.nowMs += 2000;
      file?.write(
        file.size,
        new TextEncoder().encode(`${line(id, "More")}\n`),
        BigInt(Math.floor(world.nowMs)) * 1_000_000n,
      );
      await sync(world);
      expect(namesIn(world)).toContain(displaced);
    }
    world.nowMs += 2000;
    await sync(world);
    expect(faceIn(world)).toContain('"id":"t-third"');
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

  test("while another change goes back to its place is kept aside, taken in, and looked at once more", async () => {
    const { world } = storeWithWrites(1);
    const first = `${line("t-first", "First")}\n`;
    const second = `${line("t-second", "Second")}\n{"_type":"memory"}\n`;
    let exchanges = 0;
    const process = world.start(({ name }) => {
      if (name !== "exchange") return undefined;
      exchanges += 1;
      if (exchanges < 3) replaceFace(world, exchanges === 1 ? first : second);
      return undefined;
    });
    const outcome = await attemptAsync(() => process.store().sync(tester));
    expect(outcome).toMatchObject({ kind: "done", value: { outcome: "written", issues: 7 } });
    expect(exchanges).toBe(3);
    expect(faceIn(world)).toContain(first);
    expect(faceIn(world)).toContain('"id":"t-second"');
    // The first one, too, was written just before it was replaced.
    const displaced = namesIn(world).filter((name) => name.startsWith("displaced."));
    expect(displaced).toHaveLength(2);
    const kept = displaced.find((name) => textOf(world.file(name)) === second) ?? "";
    // Whoever had it open may have written more; the next export after two seconds looks once more and removes it.
    expect(await sync(world)).toMatchObject({ value: { outcome: "unchanged" } });
    expect(namesIn(world)).toEqual([...displaced, "issues.jsonl", "store"].sort());
    const more = line("t-more", "Written late");
    const file = world.file(kept);
    file?.write(file.size, new TextEncoder().encode(`${more}\n{"half`), world.disk.tick());
    world.nowMs += 2000;
    const later = world.start().store();
    expect(await later.sync(tester)).toMatchObject({ takenIn: ["t-more"] });
    expect(faceIn(world)).toContain(more);
    expect(namesIn(world)).toEqual(["issues.jsonl", "store"]);
    // Lines that are no issues have no place in the store.
    const notice = later.notices.find((sentence) => sentence.includes("quarantine/")) ?? "";
    expect(notice).toContain("2 of the lines can be kept in no store");
    const copy = world.disk.at(/they are in (\S+)\.$/.exec(notice)?.[1] ?? "");
    if (copy?.kind !== "file") throw new Error("the copy is there");
    expect(textOf(copy)).toBe('{"_type":"memory"}\n{"half\n');
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

function textOf(file: FileNode | undefined): string | undefined {
  return file && Buffer.from(file.read(0, file.size)).toString();
}

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
