import { afterAll, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BzError } from "../../model/errors";
import { initialise } from "../../storage/init";
import { initStore, openStore } from "../../storage/store";
import { isChange } from "../helpers/faults";
import { attempt, codeOf, repositoryPath, SimulatedWorld } from "../helpers/simulated-world";
import { faceLines, line } from "../helpers/story";

function repository(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "bz-init-")));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, ".git"));
  return root;
}

function init(cwd: string, options: { prefix?: string; here?: boolean; data?: string } = {}) {
  const { prefix, here = false, data } = options;
  return initStore(
    { cwd, env: {}, ...(data === undefined ? {} : { data }) },
    { here, ...(prefix === undefined ? {} : { prefix }) },
  );
}

describe("init", () => {
  test("makes a workspace that takes writes at once", async () => {
    const root = repository();
    const report = await init(root, { prefix: "ab" });
    expect(report).toMatchObject({
      prefix: "ab",
      issues: 0,
      notices: [],
      workspace: { beadsPath: `${root}/.beads` },
    });
    const store = openStore({ cwd: root, env: {} });
    const operation = { op: "put", id: "ab-1", line: line("ab-1", "One") } as const;
    const info = { timeMs: 1, actor: "tester", command: "test" };
    expect(store.write(info, () => ({ operations: [operation], result: undefined })).sequence).toBe(1);
    expect(openStore({ cwd: root, env: {} }).read(({ state, prefix }) => [...state.ids(), prefix])).toEqual([
      "ab-1",
      "ab",
    ]);
  });

  test("writes what git is to carry, and keeps the store out of it", async () => {
    const root = repository();
    await init(root);
    expect(readdirSync(`${root}/.beads`).sort()).toEqual([
      ".gitattributes",
      ".gitignore",
      "config.yaml",
      "issues.jsonl",
      "metadata.json",
      "store",
    ]);
    expect(readFileSync(`${root}/.beads/.gitignore`, "utf8")).toBe("store/\n*.tmp.*\ndisplaced.*\n");
    expect(readFileSync(`${root}/.beads/.gitattributes`, "utf8")).toBe("issues.jsonl merge=union\n");
    expect(readFileSync(`${root}/.beads/store/.gitignore`, "utf8")).toBe("*\n");
    expect(JSON.parse(readFileSync(`${root}/.beads/metadata.json`, "utf8"))).toMatchObject({
      schema_version: 1,
      prefix: "bd",
    });
    expect(readFileSync(`${root}/.beads/issues.jsonl`, "utf8")).toBe("");
  });

  test("keeps everything in the store private", async () => {
    const root = repository();
    await init(root);
    const store = `${root}/.beads/store`;
    expect(statSync(store).mode & 0o777).toBe(0o700);
    expect(statSync(`${store}/history`).mode & 0o777).toBe(0o700);
    for (const name of ["lock", "snapshot", "wal.1", "compact.lock", ".gitignore"])
      expect(statSync(`${store}/${name}`).mode & 0o777).toBe(0o600);
  });

  test("works at the root of the repository, here, or where it is told", async () => {
    const root = repository();
    mkdirSync(`${root}/a/b`, { recursive: true });
    expect((await init(`${root}/a/b`, { here: true })).workspace.beadsPath).toBe(`${root}/a/b/.beads`);
    expect((await init(`${root}/a/b`)).workspace.beadsPath).toBe(`${root}/.beads`);
    expect((await init(`${root}/a`, { data: "elsewhere" })).workspace.beadsPath).toBe(`${root}/a/elsewhere`);
  });

  test("takes in a face that is there, and leaves that file as it is", async () => {
    const root = repository();
    mkdirSync(`${root}/.beads`);
    const face = `${faceLines.join("\n")}\n{"id":"zz-1"}\n`;
    writeFileSync(`${root}/.beads/issues.jsonl`, face);
    const report = await init(root);
    expect(report).toMatchObject({ issues: 4, prefix: "t" });
    expect(readFileSync(`${root}/.beads/issues.jsonl`, "utf8")).toBe(face);
    expect(openStore({ cwd: root, env: {} }).read(({ state }) => state.line("zz-1"))).toBe('{"id":"zz-1"}');
  });

  test("leaves settings and git files of others as they are", async () => {
    const root = repository();
    mkdirSync(`${root}/.beads`);
    for (const name of ["config.yaml", "metadata.json", ".gitignore", ".gitattributes"])
      writeFileSync(`${root}/.beads/${name}`, "# theirs\n");
    await init(root);
    for (const name of ["config.yaml", "metadata.json", ".gitignore", ".gitattributes"])
      expect(readFileSync(`${root}/.beads/${name}`, "utf8")).toBe("# theirs\n");
  });

  test("of a workspace that is there is refused and changes nothing", async () => {
    const root = repository();
    await init(root, { prefix: "ab" });
    const before = readdirSync(`${root}/.beads`, { recursive: true }).sort();
    expect(await errorOf(init(root, { prefix: "cd" }))).toMatchObject({ code: "ALREADY_INITIALIZED" });
    expect(readdirSync(`${root}/.beads`, { recursive: true }).sort()).toEqual(before);
    expect(openStore({ cwd: root, env: {} }).read(({ prefix }) => prefix)).toBe("ab");
  });

  test("finishes a birth that was not finished", async () => {
    const root = repository();
    await init(root, { prefix: "ab" });
    rmSync(`${root}/.beads/store/snapshot`);
    expect(await init(root, { prefix: "cd" })).toMatchObject({ prefix: "cd" });
  });

  test("does not follow a link, replace a file or make a parent directory", async () => {
    const root = repository();
    mkdirSync(`${root}/target`);
    symlinkSync(`${root}/target`, `${root}/.beads`);
    expect(await errorOf(init(root))).toMatchObject({ code: "INVALID" });
    expect(readdirSync(`${root}/target`)).toEqual([]);
    writeFileSync(`${root}/file`, "mine");
    expect(await errorOf(init(root, { data: "file" }))).toMatchObject({ code: "INVALID" });
    expect(readFileSync(`${root}/file`, "utf8")).toBe("mine");
    expect(await errorOf(init(root, { data: "none/deep" }))).toMatchObject({ code: "FILE_UNREADABLE" });
    expect(existsSync(`${root}/none`)).toBe(false);
  });

  test("refuses a bad prefix before anything is made", async () => {
    const root = repository();
    for (const prefix of ["", "1a", "a b", "a/b", "x".repeat(21)])
      expect(await errorOf(init(root, { prefix }))).toMatchObject({ code: "INVALID" });
    expect(existsSync(`${root}/.beads`)).toBe(false);
  });

  test("where nothing can be written says so", () => {
    const { environment } = SimulatedWorld.withWorkspace().start((call) =>
      isChange(call) ? { kind: "fail", code: "EACCES" } : undefined,
    );
    const request = { cwd: repositoryPath, env: {} };
    const outcome = attempt(() => initialise(request, { here: true }, environment));
    expect(codeOf(outcome)).toBe("READ_ONLY");
    expect(outcome.kind === "failed" && String(outcome.error)).toContain("No workspace was made.");
  });

  test("with a conflict in the face is refused, and nothing stands in the way of the next try", async () => {
    const root = repository();
    mkdirSync(`${root}/.beads`);
    writeFileSync(`${root}/.beads/issues.jsonl`, `${faceLines[0]}\n=======\n`);
    expect(await errorOf(init(root))).toMatchObject({ code: "CONFLICT_MARKERS" });
    writeFileSync(`${root}/.beads/issues.jsonl`, `${faceLines[0]}\n`);
    expect(await init(root)).toMatchObject({ issues: 1 });
  });
});

async function errorOf(promise: Promise<unknown>): Promise<BzError | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof BzError) return error;
    throw error;
  }
}
