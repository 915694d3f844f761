import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Operation } from "../../model/operation";
import { readFace } from "../../storage/face";
import { parseFace } from "../../storage/face-lines";
import { NativeFileSystem } from "../../storage/native-file-system";
import { attemptAsync, beadsPath, type Outcome, SimulatedWorld } from "../helpers/simulated-world";
import { line, faceLines as storyLines } from "../helpers/story";
import { tester } from "../helpers/tester";
import { addIssue, makeWorkspace, titles } from "../helpers/workspace";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const path = mkdtempSync(join(tmpdir(), "bz-face-"));
afterAll(() => rmSync(path, { recursive: true, force: true }));

function read(content: Uint8Array | string): ReturnType<typeof readFace> {
  writeFileSync(join(path, "issues.jsonl"), content);
  const directory = new NativeFileSystem().openDirectory(path);
  try {
    return directory && readFace(directory);
  } finally {
    directory?.close();
  }
}

test("a face beyond a gibibyte is refused before memory is asked for it", () => {
  writeFileSync(join(path, "issues.jsonl"), "");
  truncateSync(join(path, "issues.jsonl"), 2 ** 40);
  const directory = new NativeFileSystem().openDirectory(path);
  expect(() => directory && readFace(directory)).toThrow(
    expect.objectContaining({
      code: "FILE_UNREADABLE",
      message: `${path}/issues.jsonl has 1024.0 GiB; bz reads a face of up to 1 GiB.`,
    }),
  );
  directory?.close();
});

test("a line is an issue, a guest or nothing, by its bytes", () => {
  const bytes = Buffer.concat([
    Buffer.from(`\uFEFF${line("t-1", "One")}\r\n\n \t\r\n`),
    Buffer.from('{"id":"t-2","title":"\xe9"}\n', "latin1"),
    Buffer.from(`\uFEFF${line("t-3", "é")}\n{"_type":"memory"}\n{broken\n${line("t-4", "No line feed")}`),
  ]);
  const face = read(bytes);
  expect(face?.lines.map(({ id, lineNumber }) => [id, lineNumber])).toEqual([
    ["t-1", 1],
    ["t-3", 5],
    ["t-4", 8],
  ]);
  expect(face?.lines[1]?.text).toBe(line("t-3", "é"));
  expect(face?.lines.filter(({ raw }) => raw !== undefined).map(({ id }) => id)).toEqual(["t-1", "t-3"]);
  expect(
    face?.guests.map(({ lineNumber, afterId, isReadable }) => [lineNumber, afterId, isReadable]),
  ).toEqual([
    [4, "t-1", false],
    [6, "t-3", true],
    [7, "t-3", false],
  ]);
});

test("a last line without a line feed counts when it can be read, and is torn when it cannot", () => {
  expect(read(`${line("t-1", "One")}\n${line("t-2", "Two")}`)?.tornLine).toBeUndefined();
  const torn = read(`${line("t-1", "One")}\n{"id":"t-2","ti`);
  expect(torn?.tornLine).toMatchObject({ lineNumber: 2, afterId: "t-1" });
  expect(torn?.guests).toEqual([]);
  expect(torn?.lines).toHaveLength(1);
});

test("lines that are known are counted and not parsed", () => {
  const known = { holds: (id: string, bytes: Uint8Array) => id === "t-1" && bytes.length > 0 };
  const escaped = line("t-1", "One").replace("t-1", "t-\\u0031");
  const content = parseFace(Buffer.from(`${line("t-1", "One")}\n${line("t-2", "Two")}\n${escaped}\n`), known);
  expect(content.lines.map(({ lineNumber }) => lineNumber)).toEqual([2, 3]);
  expect([...content.ids]).toEqual(["t-1", "t-2"]);
  expect(content).toMatchObject({ lineCount: 3, duplicates: ["t-1"] });
});

test("conflict markers are found in lines of whatever encoding", () => {
  const bytes = Buffer.concat([Buffer.from("<<<<<<< caf"), Buffer.of(0xe9, 0x0a)]);
  expect(read(bytes)).toMatchObject({ conflictMarkers: [1], guests: [], lines: [] });
  expect(read("<<<<<<\n<<|<<<<\n")?.guests).toHaveLength(2);
});

describe("what an export does not understand or did not change", () => {
  const [other, root, third] = storyLines.map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
  const lineFeed = Buffer.from("\n");
  const joined = (...lines: Buffer[]): Buffer => Buffer.concat(lines.flatMap((each) => [each, lineFeed]));

  test("keeps its bytes where they are not UTF-8", async () => {
    const latin = Buffer.from('{"id":"t-latin","title":"caf\xe9"}', "latin1");
    const noise = Buffer.of(0xff, 0xfe, 0x00, 0x7b);
    const face = joined(noise, other, latin, root, third);
    const { world } = worldWithFace(face);
    write(world, [put("t-zz")]);
    expect(await sync(world)).toMatchObject({ value: { issues: 4, carriedOver: 2, unreadable: [1, 3] } });
    expect(bytesIn(world)).toEqual(
      joined(noise, other, latin, root, third, Buffer.from(line("t-zz", "New"))),
    );
  });

  test("keeps its carriage returns, and the byte order mark stays the first thing of the file", async () => {
    const mark = Buffer.of(0xef, 0xbb, 0xbf);
    const windows = [other, root, third].map((each) => Buffer.concat([each, Buffer.from("\r")]));
    const face = Buffer.concat([mark, joined(...windows)]);
    const { world } = worldWithFace(face);
    expect(await sync(world)).toMatchObject({ value: { outcome: "unchanged", issues: 3, carriedOver: 0 } });
    expect(bytesIn(world)).toEqual(face);
    write(world, [put("t-a"), { op: "change", id: "t-root", at: 1_800_000_000_000, set: { title: "Ours" } }]);
    await sync(world);
    const written = bytesIn(world);
    expect(written.subarray(0, 3)).toEqual(mark);
    const lines = written.subarray(3).toString().split("\n");
    expect(lines.map((each) => each.endsWith("\r"))).toEqual([false, true, false, true, false]);
    expect(lines[1]).toBe(`${other}\r`);
    expect(lines[2]).toContain('"title":"Ours"');
    expect(await sync(world)).toMatchObject({ value: { outcome: "unchanged", issues: 4 } });
  });

  test("becomes one line where an id stands on several, merged of all", async () => {
    const at = (title: string, day: string): Buffer =>
      Buffer.from(line("t-root", title).replace('"updated_at":"2026-01-02', `"updated_at":"2026-${day}`));
    const [early, late, middle] = [at("early", "02-01"), at("late", "04-01"), at("middle", "03-01")];
    const { world } = worldWithFace(joined(other, early, early, late, third, middle));
    expect(
      world
        .start()
        .store()
        .read(({ state }) => state.issue("t-root")?.title),
    ).toBe("late");
    expect(await sync(world)).toMatchObject({ value: { issues: 3, carriedOver: 0, unreadable: [] } });
    const merged = world
      .start()
      .store()
      .read(({ state }) => state.line("t-root") ?? "");
    expect(merged).toStartWith(late.toString().slice(0, -1));
    // The lines of one face say which part is as late as they are; that none of them has a stamp must not be the end of it.
    expect(merged).toContain('"_stamp":"@');
    expect(bytesIn(world)).toEqual(joined(other, Buffer.from(merged), third));
  });

  test("keeps the bytes that another tool gave it where they say what the store says", async () => {
    const { world } = worldWithFace(joined(other, root, third));
    await sync(world);
    const spaced = Buffer.from(JSON.stringify(JSON.parse(root.toString()), null, 1).replaceAll("\n", " "));
    replaceFace(world, joined(other, spaced, third));
    write(world, [put("t-zz")]);
    await sync(world);
    expect(bytesIn(world)).toEqual(joined(other, spaced, third, Buffer.from(line("t-zz", "New"))));
  });
});

function worldWithFace(face: Uint8Array): { world: SimulatedWorld } {
  const world = SimulatedWorld.withWorkspace([]);
  world.file("issues.jsonl")?.write(0, face, world.disk.tick());
  return { world };
}

/** As an editor does it: another file under the same name. */
function replaceFace(world: SimulatedWorld, content: Uint8Array): void {
  world.remove("issues.jsonl");
  const beads = world.disk.at(beadsPath);
  if (beads?.kind !== "directory") throw new Error("the workspace is there");
  world.disk.createFile(beads, "issues.jsonl", 0o644).write(0, content, world.disk.tick());
}

function bytesIn(world: SimulatedWorld): Buffer {
  return Buffer.from(world.file("issues.jsonl")?.read(0, 1 << 20) ?? []);
}

function put(id: string): Operation {
  return { op: "put", id, line: line(id, "New") };
}

function write(world: SimulatedWorld, operations: readonly Operation[]): void {
  const info = { timeMs: 1, actor: "tester", command: "test" };
  world
    .start()
    .store()
    .write(info, () => ({ operations, result: undefined }));
}

function sync(world: SimulatedWorld): Promise<Outcome<unknown>> {
  return attemptAsync(() => world.start().store().sync(tester));
}

test("what is no file in the place of the face is named, by readers and writers, and left as it is", async () => {
  for (const [make, what] of [
    [(place: string) => symlinkSync("elsewhere.jsonl", place), "a symbolic link"],
    [(place: string) => mkdirSync(place), "a directory"],
    [(place: string) => expect(Bun.spawnSync(["mkfifo", place]).exitCode).toBe(0), "not a file"],
  ] as const) {
    const workspace = await makeWorkspace("face-kind");
    const place = join(workspace.directory, ".beads/issues.jsonl");
    rmSync(place);
    make(place);
    const expected = expect.objectContaining({
      code: "FILE_UNREADABLE",
      message: `${place} is ${what}; bz reads a face that is a file.`,
    });
    expect(() => titles(workspace.open())).toThrow(expected);
    expect(() => addIssue(workspace.open(), "more")).toThrow(expected);
    await expect(workspace.open().sync(tester)).rejects.toThrow(expected);
    rmSync(place, { recursive: true });
    await workspace.open().sync(tester);
    expect(titles(workspace.open())).toEqual([]);
  }
});

test("what is no file under the name of something displaced keeps nobody from exporting, and stays", async () => {
  const workspace = await makeWorkspace("displaced-kind");
  const beads = join(workspace.directory, ".beads");
  mkdirSync(join(beads, "displaced.1000.abc"));
  symlinkSync("issues.jsonl", join(beads, "displaced.1000.abd"));
  mkdirSync(join(beads, "issues.jsonl.tmp.999999999.abcdefgh"));
  const id = addIssue(workspace.open(), "more");
  expect((await workspace.open().faceStatus()).displaced).toEqual([]);
  await workspace.open().sync(tester);
  expect(readFileSync(join(beads, "issues.jsonl"), "utf8")).toContain(id);
  expect(readdirSync(beads)).toEqual(
    expect.arrayContaining([
      "displaced.1000.abc",
      "displaced.1000.abd",
      "issues.jsonl.tmp.999999999.abcdefgh",
    ]),
  );
});
