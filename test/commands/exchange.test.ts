import { describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { initialisedWorld, TestWorld } from "./test-world";

const line = (id: string, more = "") =>
  `{"id":"${id}","title":"T ${id}","x_unknown":1.50,"status":"open","priority":2,"issue_type":"task","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"${more}}`;

describe("import", () => {
  test("adds unknown issues, leaves known ones, and reports both", async () => {
    const world = await initialisedWorld();
    writeFileSync(`${world.directory}/in.jsonl`, `${line("bd-1")}\n${line("bd-2")}\n`);
    expect((await world.bz("import", "in.jsonl")).stdout).toBe("Added 2, updated 0, skipped 0\n");
    writeFileSync(
      `${world.directory}/in.jsonl`,
      `${line("bd-1")}\n${line("bd-2", ',"y":1')}\n${line("bd-3")}\n`,
    );
    expect(await world.json("import", "in.jsonl")).toEqual({
      added: 1,
      updated: 0,
      skipped: 2,
      ids: ["bd-3"],
      reasons: { unchanged: 1, known: 1 },
      skipped_lines: [
        { line: 1, id: "bd-1", reason: "unchanged" },
        { line: 2, id: "bd-2", reason: "known" },
      ],
    });
  });

  test("with --merge takes the later change of each item, and history says what came of it", async () => {
    const world = await initialisedWorld();
    world.stdin = `${line("bd-1")}\n${line("bd-2")}\n`;
    await world.bz("import", "-");
    await world.bz("update", "bd-1", "--notes", "ours");
    const later = line("bd-1", ',"labels":["theirs"]').replace("T bd-1", "Theirs");
    world.stdin = [
      later.replace('updated_at":"2026-01-01', 'updated_at":"2026-01-02'),
      line("bd-2"),
      line("bd-3"),
    ].join("\n");
    expect(await world.json("import", "-", "--merge")).toMatchObject({
      added: 1,
      updated: 1,
      skipped: 1,
      ids: ["bd-3", "bd-1"],
      reasons: { unchanged: 1 },
    });
    const shown = await world.json("show", "bd-1");
    expect(shown).toMatchObject({ issues: [{ title: "Theirs", notes: "ours", labels: ["theirs"] }] });
    const { events } = (await world.json("history", "bd-1")) as {
      events: { action: string; changes: object }[];
    };
    expect(events.at(-1)).toMatchObject({
      action: "taken in",
      changes: { title: "Theirs", labels: { theirs: true } },
    });
    const { exitCode } = await world.bz("import", "-", "--merge", "--dry-run");
    expect(exitCode).toBe(0);
  });

  test("of a file with one bad line changes nothing and names the line", async () => {
    const world = await initialisedWorld();
    for (const [text, code] of [
      [`${line("bd-1")}\n{bad\n`, "INVALID"],
      [`${line("bd-1")}\n<<<<<<< HEAD\n`, "CONFLICT_MARKERS"],
    ] as const) {
      world.stdin = text;
      const { exitCode, stderr } = await world.bz("import", "-", "--json");
      expect(exitCode).toBe(1);
      expect(JSON.parse(stderr).error).toMatchObject({ code });
      expect(stderr).toContain("line 2");
    }
    expect(await world.json("list")).toMatchObject({ total: 0 });
    expect((await world.bz("import", "missing.jsonl")).exitCode).toBe(1);
  });

  test("with --dry-run says what would come in", async () => {
    const world = await initialisedWorld();
    world.stdin = line("bd-1");
    expect(await world.json("import", "-", "--dry-run")).toMatchObject({ dry_run: true, added: 1 });
    expect(await world.json("list")).toMatchObject({ total: 0 });
  });
});

describe("export", () => {
  test("gives every line back as it came, tombstones included, ephemeral issues not", async () => {
    const world = await initialisedWorld();
    world.stdin = `${line("bd-2")}\n${line("bd-1")}\n`;
    await world.bz("import", "-");
    expect((await world.bz("export")).stdout).toBe(`${line("bd-1")}\n${line("bd-2")}\n`);
    await world.bz("q", "Gone");
    await world.bz("create", "Ephemeral", "--ephemeral", "--id", "bd-0");
    await world.bz("delete", "bd-2");
    const { stdout } = await world.bz("export");
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
    expect(stdout).toContain('"status":"tombstone"');
    expect(await world.json("export")).toMatchObject({ total: 3, truncated: false });
  });

  test("-o replaces a file, but none inside the workspace", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "One");
    writeFileSync(`${world.directory}/out.jsonl`, "old");
    expect(await world.json("export", "-o", "out.jsonl")).toEqual({
      path: `${world.directory}/out.jsonl`,
      issues: 1,
    });
    expect(readFileSync(`${world.directory}/out.jsonl`, "utf8")).toContain("One");
    expect((await world.bz("export", "-o", ".beads/issues.jsonl")).exitCode).toBe(1);
    expect((await world.bz("export", "-o", "no/such/place")).exitCode).toBe(1);
  });
});

describe("export -o", () => {
  const targets = [
    "./.beads/issues.jsonl",
    ".//.beads/store/snapshot",
    "sub/../.beads/store/lock",
    ".beads/store/../other",
    "to-beads/issues.jsonl",
    "to-store/snapshot",
    "to-store/history/x",
    "elsewhere/.beads/issues.jsonl",
  ];
  test.each(targets)("refuses %s and changes nothing there", async (target) => {
    const world = await initialisedWorld();
    await world.bz("q", "One");
    mkdirSync(`${world.directory}/sub`);
    mkdirSync(`${world.directory}/elsewhere/.beads`, { recursive: true });
    mkdirSync(`${world.directory}/.beads/store/history`, { recursive: true });
    symlinkSync(`${world.directory}/.beads`, `${world.directory}/to-beads`);
    symlinkSync(`${world.directory}/.beads/store`, `${world.directory}/to-store`);
    const face = readFileSync(`${world.directory}/.beads/issues.jsonl`, "utf8");
    const { exitCode, stderr } = await world.bz("export", "-o", target, "--json");
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, "INVALID"]);
    expect(readFileSync(`${world.directory}/.beads/issues.jsonl`, "utf8")).toBe(face);
    expect(await world.json("list")).toMatchObject({ total: 1 });
  });

  test("refuses the directory that --data names, whatever its name", async () => {
    const world = await initialisedWorld();
    renameSync(`${world.directory}/.beads`, `${world.directory}/data`);
    const { exitCode, stderr } = await world.bz("export", "--data", "data", "-o", "data/store/x", "--json");
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, "INVALID"]);
  });

  test("follows links to directories, and says what is wrong with a path, not with the store", async () => {
    const world = await initialisedWorld();
    mkdirSync(`${world.directory}/real`);
    symlinkSync("real", `${world.directory}/link`);
    expect((await world.bz("export", "-o", "link/out.jsonl")).exitCode).toBe(0);
    expect(existsSync(`${world.directory}/real/out.jsonl`)).toBe(true);
    expect((await world.bz("export", "-o", "real/../out.jsonl")).exitCode).toBe(0);
    writeFileSync(`${world.directory}/file`, "");
    symlinkSync("real/out.jsonl", `${world.directory}/out-link`);
    symlinkSync("loop", `${world.directory}/loop`);
    for (const target of [
      "file/out",
      "no/out",
      "x".repeat(300),
      "real",
      "out-link",
      "loop/out",
      "/dev/null",
    ]) {
      const { exitCode, stderr } = await world.bz("export", "-o", target, "--json");
      const { error } = JSON.parse(stderr);
      expect([target, exitCode, error.code]).toEqual([target, 1, "FILE_UNREADABLE"]);
      expect(error.message).toContain(
        target.startsWith("/") ? target : `${world.directory}/${target.split("/")[0]}`,
      );
    }
  });
});

test("export --json spells numbers as they came in", async () => {
  const world = await initialisedWorld();
  const numbers = ',"big":12345678901234567890,"more":[1.50,1e400,-0,{"x":0.1}],"text":"1.50"';
  world.stdin = line("bd-1", numbers);
  await world.bz("import", "-");
  const { stdout } = await world.bz("export", "--json");
  expect(stdout).toContain(numbers.slice(1));
  expect(JSON.parse(stdout)).toMatchObject({ total: 1 });
});

test("files beyond a gibibyte are refused before memory is asked for them", async () => {
  const world = await initialisedWorld();
  writeFileSync(`${world.directory}/huge`, "");
  truncateSync(`${world.directory}/huge`, 2 ** 40);
  for (const words of [
    ["import", "huge"],
    ["create", "T", "--description", "@huge"],
  ]) {
    const { exitCode, stderr } = await world.bz(...words, "--json");
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, "FILE_UNREADABLE"]);
    expect(stderr).toContain("huge has ");
  }
});

test("sync says which lines it kept beside the issues", async () => {
  const world = await initialisedWorld();
  const older = line("bd-1").replace('"updated_at":"2026', '"updated_at":"2025');
  writeFileSync(`${world.directory}/.beads/issues.jsonl`, `${line("bd-1")}\n${older}\n{broken\n{"id":"bd-2`);
  world.stdin = line("bd-1");
  await world.bz("import", "-");
  const { exitCode, stderr } = await world.bz("sync");
  expect(exitCode).toBe(0);
  expect(stderr).toContain("line 3 cannot be read");
  expect(stderr).toContain("the last line was cut off and could not be read; it is kept as ");
  expect(await world.json("sync")).toMatchObject({ outcome: "unchanged", issues: 1, carried_over: 1 });
});

describe("the workspace", () => {
  test("is made once; a second init touches nothing", async () => {
    const world = new TestWorld();
    expect(await world.json("init", "web", "--here")).toEqual({
      path: `${world.directory}/.beads`,
      prefix: "web",
      issues: 0,
    });
    const { exitCode, stderr } = await world.bz("init", "--here", "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "ALREADY_INITIALIZED", retryable: false } });
    expect((await world.bz("q", "One")).stdout).toStartWith("web-");
    expect((await new TestWorld().bz("init", "-p", "1x", "--here")).exitCode).toBe(1);
    expect((await new TestWorld().bz("init", "a", "-p", "b", "--here")).exitCode).toBe(1);
  });

  test("is missing: every command says so with exit 1 and what to do", async () => {
    for (const words of [
      ["list"],
      ["q", "T"],
      ["show", "x"],
      ["where"],
      ["info"],
      ["doctor"],
      ["sync"],
      ["metrics"],
    ]) {
      const world = new TestWorld();
      const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
      expect([words, exitCode, stdout]).toEqual([words, 1, ""]);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: "NOT_INITIALIZED" } });
      expect(stderr).toContain("bz init");
      expect(existsSync(`${world.directory}/.beads`)).toBe(false);
    }
  });

  test("is shown by where and info, and can be named with -C, --data and BEADS_DIR", async () => {
    const world = await initialisedWorld();
    const path = `${world.directory}/.beads`;
    expect((await world.bz("where")).stdout).toBe(`${path}\n`);
    expect(await world.json("info")).toMatchObject({ path, prefix: "bd", issues: 0, store: { sequence: 0 } });
    const elsewhere = new TestWorld();
    expect((await elsewhere.bz("--db", path, "where")).stdout).toBe(`${path}\n`);
    elsewhere.env = { BEADS_DIR: path };
    expect((await elsewhere.bz("where")).stdout).toBe(`${path}\n`);
    elsewhere.env = {};
    expect((await elsewhere.bz("where", "-C", world.directory)).stdout).toBe(`${path}\n`);
  });

  test("that holds something else where a folded segment belongs says so, and leaves it there", async () => {
    const world = await initialisedWorld();
    const place = `${world.directory}/.beads/store/history/wal.1`;
    mkdirSync(dirname(place), { recursive: true });
    const objects: [string, () => unknown][] = [
      ["no regular file", () => Bun.spawnSync(["mkfifo", place])],
      ["a symbolic link", () => symlinkSync("/dev/null", place)],
      ["a directory", () => mkdirSync(place)],
    ];
    for (const [what, make] of objects) {
      await world.bz("q", "One");
      make();
      const { ino } = lstatSync(place);
      const { exitCode, stderr } = await world.bz("compact");
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(`${place} is ${what}`),
      });
      expect(lstatSync(place).ino).toBe(ino);
      expect(await world.json("list")).toMatchObject({
        total: objects.findIndex(([each]) => each === what) + 1,
      });
      rmSync(place, { recursive: true });
    }
    expect(await world.json("compact")).toMatchObject({ outcome: "nothing-to-fold" });
    expect(lstatSync(place).isFile()).toBe(true);
    expect(await world.json("doctor")).toMatchObject({ ok: true });
  });

  test("is checked, compacted, measured and written to its face", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "One");
    expect(await world.json("compact")).toMatchObject({ outcome: "compacted", folded_frames: 1, issues: 1 });
    expect(await world.json("compact")).toMatchObject({ outcome: "nothing-to-fold" });
    expect(await world.json("sync")).toMatchObject({ outcome: "unchanged", issues: 1 });
    expect(await world.json("doctor")).toMatchObject({ ok: true, failures: 0 });
    expect(await world.json("doctor", "--fix")).toMatchObject({ ok: true, lost_sequences: [] });
    expect(await world.json("metrics")).toMatchObject({ timeouts: 0, wait_us: { max: expect.any(Number) } });
    expect(await world.json("metrics", "--reset")).toMatchObject({ reset: true });
    expect(await world.json("metrics")).toMatchObject({ acquisitions: 0 });
  });

  test("that doctor finds damaged exits 1 and says what, with the report on stdout", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "One");
    await world.bz("compact");
    const snapshot = `${world.directory}/.beads/store/snapshot`;
    const bytes = readFileSync(snapshot);
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 0xff;
    writeFileSync(snapshot, bytes);
    const { exitCode, stdout, stderr } = await world.bz("doctor");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("FAIL");
    expect(stderr).toContain("checks failed");
  });
});
