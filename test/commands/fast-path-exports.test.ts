import { describe, expect, spyOn, test } from "bun:test";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { finishFastCall } from "../../commands/command-line";
import { answerCall } from "../../commands/fast/answer";
import { decodeSignature, type FaceSignature } from "../../storage/face-signature";
import { encodeSignature } from "../../storage/face-signing";
import { addIssue } from "../helpers/workspace";
import { contentOf, lineOf, type TwinWorld, twinsWith } from "./twin-worlds";

function faceOf({ directory }: TwinWorld): string {
  return readFileSync(join(directory, ".beads/issues.jsonl"), "utf8");
}

/** Of the lock file: the process that waits there. */
const firstSlot = 4096 + 4 * 128;

function signaturesIn({ storePath }: TwinWorld): [path: string, FaceSignature][] {
  const paths = readdirSync(storePath).map((name) => join(storePath, name));
  return paths.flatMap((path) => {
    const signature = basename(path).startsWith("face.") ? decodeSignature(readFileSync(path)) : undefined;
    return signature === undefined ? [] : [[path, signature]];
  });
}

/** As after a long stream of exports, or on a slow machine. */
function useUpAllowance(world: TwinWorld): void {
  const allowance = { leftMs: -1_000_000, atMs: Date.now() - 1, sequence: 0 };
  for (const [path, signature] of signaturesIn(world))
    writeFileSync(path, encodeSignature({ ...signature, allowance }));
}

describe("what follows an answer of the fast path", () => {
  /** Does something when the answer is out. */
  function behindAnswer(world: TwinWorld, action: () => void): void {
    const { write } = world;
    world.write = (descriptor, text) => {
      const written = write.call(world, descriptor, text);
      if (descriptor === 1) action();
      return written;
    };
  }

  test.each(["true", "false"])("ends the process, with an automatic export or none (%s)", async (exports) => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    world.env.BEADS_SYNC_AUTO_FLUSH = exports;
    expect(await world.fast("q", "Title")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(world.hasEnded).toBe(true);
    expect(faceOf(world).includes("Title")).toBe(exports === "true");
  });

  test("brings everything into the face that it does not show yet, not the last change alone", async () => {
    const [fast, whole] = await twinsWith(lineOf("bd-one"), true);
    for (const world of [fast, whole]) {
      world.env.BEADS_SYNC_AUTO_FLUSH = "false";
      world.begin(1);
      for (const title of ["First", "Second"]) await world.bz("q", title);
      world.env.BEADS_SYNC_AUTO_FLUSH = "true";
      world.begin(2);
    }
    expect(await fast.fast("close", "bd-one")).toEqual(await whole.bz("close", "bd-one"));
    expect(fast.hasEnded).toBe(true);
    expect(faceOf(fast).split("\n")).toHaveLength(5);
    expect(contentOf(fast)).toEqual(contentOf(whole));
  });

  test("is left to the whole program where what is to be told cannot be made, and the answer stands", async () => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    const talk = () => {
      throw new Error("taken away");
    };
    world.output = { 1: "", 2: "" };
    const left = answerCall(() => ({ output: "Answered\n", talk }), world);
    if (left === undefined || left === "done") throw new Error(`nothing is left: ${left}`);
    expect(await finishFastCall(left, world)).toBe(0);
    expect(world.output).toEqual({ 1: "Answered\n", 2: "" });
  });

  test("is left to the whole program where somebody else writes the face at that moment", async () => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    const path = join(world.directory, ".beads/issues.jsonl");
    behindAnswer(world, () => appendFileSync(path, lineOf("bd-theirs")));
    expect(await world.fast("q", "Title")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(world.hasEnded).toBe(false);
    for (const text of ["Title", "bd-theirs"]) expect(faceOf(world)).toContain(text);
    expect(JSON.stringify(await world.json("list", "--all"))).toContain("bd-theirs");
  });

  test("goes on from what others have confirmed meanwhile", async () => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    const store = world.openStore({ cwd: world.directory, env: world.env });
    behindAnswer(world, () => addIssue(store, "Theirs"));
    expect(await world.fast("q", "Title")).toMatchObject({ exitCode: 0, stderr: "" });
    for (const text of ["Title", "Theirs"]) expect(faceOf(world)).toContain(text);
  });

  test.each(["q Title", "close bd-one"])(
    "says as the whole program does why %s is not exported",
    async (line) => {
      const [fast, whole] = await twinsWith(lineOf("bd-one"), true);
      for (const world of [fast, whole]) {
        mkdirSync(join(world.directory, ".git"));
        writeFileSync(join(world.directory, ".git/MERGE_HEAD"), "");
        world.begin(1);
      }
      const answer = await fast.fast(...line.split(" "));
      expect(answer).toEqual(await whole.bz(...line.split(" ")));
      expect(answer?.stderr.includes("git is in the middle of something")).toBe(line.startsWith("close"));
      expect(fast.hasEnded).toBe(true);
      expect(contentOf(fast)).toEqual(contentOf(whole));
    },
  );

  describe("and another writer that waits for the lock", () => {
    const [own, none] = [process.pid, 0];

    test.each<[string, { waiting: number; sinceMs: number; isLeft: boolean; line?: string }]>([
      ["leaves the export to that one, and says nothing", { waiting: own, sinceMs: 999, isLeft: true }],
      ["makes it where the face is a second behind", { waiting: own, sinceMs: 1000, isLeft: false }],
      ["makes it where the clock was set back", { waiting: own, sinceMs: -1, isLeft: false }],
      ["makes it where the other one has died", { waiting: 0x7fff_fff0, sinceMs: 10, isLeft: false }],
      ["makes it where there is none", { waiting: none, sinceMs: 10, isLeft: false }],
      [
        "makes it where that one may find that there is nothing left to do",
        { waiting: own, sinceMs: 10, isLeft: false, line: "close bd-one" },
      ],
    ])("%s", async (_, { waiting, sinceMs, isLeft, line = "q closed" }) => {
      const [world] = await twinsWith(lineOf("bd-one"), true);
      const takenMs = signaturesIn(world).reduce((latest, [, each]) => Math.max(latest, each.takenMs), 0);
      const path = join(world.storePath, "lock");
      const lock = readFileSync(path);
      lock.writeInt32LE(waiting, firstSlot);
      writeFileSync(path, lock);
      using _clock = spyOn(Date, "now").mockReturnValue(takenMs + sinceMs);
      expect(await world.fast(...line.split(" "))).toMatchObject({ exitCode: 0, stderr: "" });
      expect(world.hasEnded).toBe(true);
      expect(faceOf(world).includes('"closed"')).toBe(!isLeft);
    });
  });

  test.each(["q Title", "close bd-one"])(
    "is no export once these have used up what they may take, which %s says as the whole program does",
    async (line) => {
      const [fast, whole] = await twinsWith(lineOf("bd-one"), true);
      for (const world of [fast, whole]) {
        useUpAllowance(world);
        world.begin(1);
      }
      const before = faceOf(fast);
      const answer = await fast.fast(...line.split(" "));
      expect(answer).toEqual(await whole.bz(...line.split(" ")));
      expect(answer?.stderr.includes("1 change behind")).toBe(line.startsWith("close"));
      expect(fast.hasEnded).toBe(true);
      expect(faceOf(fast)).toBe(before);
      expect(contentOf(fast)).toEqual(contentOf(whole));
    },
  );

  test("is left to the whole program where the store cannot be tidied up, which warns of it", async () => {
    const [world] = await twinsWith(lineOf("bd-one"), true);
    behindAnswer(world, () => renameSync(join(world.directory, ".beads"), join(world.directory, "gone")));
    const answer = await world.fast("q", "Title");
    expect(answer?.exitCode).toBe(0);
    expect(answer?.stderr).toStartWith("warning: the change is saved, but the store could not be tidied up");
    expect(world.hasEnded).toBe(false);
  });
});
