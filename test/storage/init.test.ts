import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
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
import {
  attempt,
  codeOf,
  type Outcome,
  repositoryPath,
  type SimulatedProcess,
  SimulatedWorld,
} from "../helpers/simulated-world";
import { faceLines, line } from "../helpers/story";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const entryPath = join(import.meta.dir, "../../index.ts");

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

  test("leaves the settings of others as they are", async () => {
    const root = repository();
    mkdirSync(`${root}/.beads`);
    for (const name of ["config.yaml", "metadata.json"])
      writeFileSync(`${root}/.beads/${name}`, "# theirs\n");
    await init(root);
    for (const name of ["config.yaml", "metadata.json"])
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

  test("of many at once is done by one, and what git carries names its prefix", async () => {
    const root = repository();
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const words = [process.execPath, entryPath, "init", "--json", "--prefix", `p${index}`];
        const child = Bun.spawn(words, { cwd: root, env: { HOME: root }, stdout: "pipe", stderr: "pipe" });
        const [stdout, stderr] = await Promise.all([
          new Response(child.stdout).text(),
          new Response(child.stderr).text(),
          child.exited,
        ]);
        return { code: child.exitCode, stdout, stderr };
      }),
    );
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1, 1]);
    for (const { code, stderr } of outcomes) if (code === 1) expect(stderr).toContain("ALREADY_INITIALIZED");
    const winner = JSON.parse(outcomes.find(({ code }) => code === 0)?.stdout ?? "").prefix;
    expect(openStore({ cwd: root, env: {} }).read(({ prefix }) => prefix)).toBe(winner);
    expect(JSON.parse(readFileSync(`${root}/.beads/metadata.json`, "utf8")).prefix).toBe(winner);
    expect(readdirSync(`${root}/.beads`).filter((name) => name.includes(".tmp."))).toEqual([]);
  });

  test("that another one overtakes at any call loses to it, or makes it lose", () => {
    const request = { cwd: repositoryPath, env: {} };
    const initAs = (process: SimulatedProcess, prefix: string): Outcome<unknown> =>
      attempt(() => initialise(request, { prefix, here: true }, process.environment));
    const rehearsal = emptyWorld().start();
    expect(initAs(rehearsal, "aa")).toMatchObject({ value: { prefix: "aa" } });
    expect(rehearsal.handles.size).toBe(0);
    for (const { number } of rehearsal.calls) {
      const world = emptyWorld();
      let overtaking: Outcome<unknown> | undefined;
      const slow = world.start((call) => {
        if (call.number === number) overtaking = initAs(world.start(), "bb");
        return undefined;
      });
      const codes = [codeOf(initAs(slow, "aa")), overtaking && codeOf(overtaking)];
      expect(codes.filter((code) => code === "done")).toHaveLength(1);
      // Within the birth, the one that waits for it in vain does not know yet how it ends.
      const lost = codes.find((code) => code !== "done");
      expect(["ALREADY_INITIALIZED", codes[0] === "done" ? "LOCK_TIMEOUT" : ""]).toContain(lost ?? "");
      const metadata = new TextDecoder().decode(world.file("metadata.json")?.read(0, 1000));
      const prefix = codes[0] === "done" ? "aa" : "bb";
      expect(JSON.parse(metadata).prefix).toBe(prefix);
      expect(
        world
          .start()
          .store()
          .read((view) => view.prefix),
      ).toBe(prefix);
    }
  });

  test("starts over when its workspace is removed under it", () => {
    const request = { cwd: repositoryPath, env: {} };
    for (const name of ["create", "rename", "openOrCreate"]) {
      const world = emptyWorld();
      let isRemoved = false;
      const process = world.start((call) => {
        if (isRemoved || call.name !== name || world.file("store/lock") === undefined) return undefined;
        isRemoved = true;
        world.remove();
        return undefined;
      });
      const outcome = attempt(() => initialise(request, { prefix: "aa", here: true }, process.environment));
      expect(isRemoved).toBe(true);
      expect(outcome).toMatchObject({ kind: "done", value: { prefix: "aa" } });
    }
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

  test("with a conflict in the face takes in the lines of both sides, and leaves the file as it is", async () => {
    const root = repository();
    mkdirSync(`${root}/.beads`);
    const face = `<<<<<<< HEAD\n${faceLines[0]}\n=======\n${faceLines[1]}\n>>>>>>> theirs\n`;
    writeFileSync(`${root}/.beads/issues.jsonl`, face);
    const { issues, notices } = await init(root);
    expect(issues).toBe(2);
    expect(notices).toEqual([expect.stringContaining("git left a conflict in it, first on line 1")]);
    expect(readFileSync(`${root}/.beads/issues.jsonl`, "utf8")).toBe(face);
  });
});

function emptyWorld(): SimulatedWorld {
  const world = SimulatedWorld.withWorkspace();
  world.remove();
  return world;
}

async function errorOf(promise: Promise<unknown>): Promise<BzError | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof BzError) return error;
    throw error;
  }
}
