import { beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { initialisedWorld, TestWorld, temporaryDirectory } from "./test-world";

let world: TestWorld;
let project: string;
let user: string;

beforeEach(async () => {
  world = await initialisedWorld();
  world.env = { ...world.env, HOME: temporaryDirectory() };
  project = `${world.directory}/.beads/config.yaml`;
  user = `${world.env.HOME}/.config/beads/config.yaml`;
});

describe("config list", () => {
  test("shows every setting, its value and its source", async () => {
    await world.bz("config", "set", "lock.timeout_ms", "5000");
    await world.bz("config", "set", "sync.auto_flush", "no", "--user");
    world.env.BEADS_STATUS_CUSTOM = "triage";
    expect(await world.json("config", "list")).toEqual({
      settings: [
        {
          key: "lock.timeout_ms",
          value: 5000,
          source: "project",
          path: project,
          default: 30_000,
          env: "BEADS_LOCK_TIMEOUT_MS",
          description: "How long a command waits for the writers' lock",
        },
        {
          key: "status.custom",
          value: ["triage"],
          source: "env",
          default: [],
          env: "BEADS_STATUS_CUSTOM",
          description: "Statuses that the project has beside those of bz",
        },
        {
          key: "sync.auto_flush",
          value: false,
          source: "user",
          path: user,
          default: true,
          env: "BEADS_SYNC_AUTO_FLUSH",
          description: "Whether issues.jsonl is written by itself after a change",
        },
      ],
      total: 3,
      returned: 3,
      truncated: false,
    });
    const { stdout } = await world.bz("config");
    expect(stdout).toBe(
      `lock.timeout_ms  5000  ${project}\nstatus.custom  triage  BEADS_STATUS_CUSTOM\nsync.auto_flush  false  ${user}\n`,
    );
    expect((await world.bz("config", "list", "--lock-timeout", "7")).stdout).toContain(
      "lock.timeout_ms  7  --lock-timeout\n",
    );
    expect((await world.bz("config", "list", "-q")).stdout).toBe(
      "lock.timeout_ms\nstatus.custom\nsync.auto_flush\n",
    );
  });

  test("shows a table on a terminal", async () => {
    world.terminals = [1];
    world.env.NO_COLOR = "1";
    const { stdout } = await world.bz("config", "list");
    expect(stdout).toMatch(
      /^SETTING +VALUE +FROM\nlock\.timeout_ms +30000 +default\nstatus\.custom +\(none\)/,
    );
  });

  test("names a value that is not allowed, and hides no other", async () => {
    writeFileSync(project, "status.custom: [closed]\nlock.timeout_ms: 5\n");
    const { exitCode, stdout, stderr } = await world.bz("config", "list");
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`lock.timeout_ms  5  ${project}\n`);
    expect(stderr).toContain(`${project}: status.custom must be names`);
    expect(await world.json("config", "list")).toMatchObject({
      total: 2,
      failed: [{ key: "status.custom", code: "INVALID", message: expect.stringContaining(project) }],
    });
  });

  test("names a file that is no YAML, also where none of its words is a setting", async () => {
    for (const text of ["other: [a\n  b: {", "lock:\n  timeout_ms: [a\n b: {"]) {
      writeFileSync(project, text);
      const { exitCode, stdout, stderr } = await world.bz("config");
      expect([exitCode, stdout]).toEqual([1, expect.stringContaining("sync.auto_flush  true  default\n")]);
      expect(stderr.match(/is not valid YAML/g)).toHaveLength(1);
    }
    writeFileSync(project, "other: [a\n  b: {");
    expect(await world.json("config")).toMatchObject({
      total: 3,
      failed: [{ key: null, code: "INVALID", message: expect.stringContaining(project) }],
    });
  });

  test("works outside of a workspace, on the user's own", async () => {
    const outside = new TestWorld();
    outside.env = world.env;
    expect((await outside.bz("config", "set", "lock.timeout_ms", "9", "--user")).exitCode).toBe(0);
    expect((await outside.bz("config", "get", "lock.timeout_ms")).stdout).toBe("9\n");
    const refused = await outside.bz("config", "set", "lock.timeout_ms", "9");
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining("bz init")]);
  });
});

describe("config get", () => {
  test("prints the value alone", async () => {
    expect((await world.bz("config", "get", "lock.timeout_ms")).stdout).toBe("30000\n");
    expect((await world.bz("config", "get", "status.custom")).stdout).toBe("\n");
    expect(await world.json("config", "get", "sync.auto_flush")).toMatchObject({
      key: "sync.auto_flush",
      value: true,
      source: "default",
      default: true,
    });
  });
});

describe("config set", () => {
  test("keeps comments, order, foreign keys and permissions of the file", async () => {
    const before = "# ours\nissue-prefix: x   # theirs\n\n\nlock:\n    timeout_ms: 5 # why\nz: [1,  2]\n";
    writeFileSync(project, before);
    chmodSync(project, 0o640);
    const answer = await world.json("config", "set", "lock.timeout_ms", "700");
    expect(answer).toEqual({
      key: "lock.timeout_ms",
      value: 700,
      path: project,
      changed: true,
      effective: 700,
    });
    expect(readFileSync(project, "utf8")).toBe(before.replace("5 # why", "700 # why"));
    expect(statSync(project).mode & 0o777).toBe(0o640);
    expect((await world.bz("config", "set", "status.custom", "triage, in_qa")).stdout).toBe(
      `Set status.custom = triage,in_qa in ${project}\n`,
    );
    expect(readFileSync(project, "utf8")).toEndWith('\nstatus.custom: ["triage","in_qa"]\n');
    expect(readdirSync(`${world.directory}/.beads`).filter((name) => name.includes(".tmp."))).toEqual([]);
  });

  test("writes nothing when nothing changes", async () => {
    writeFileSync(project, "lock.timeout_ms: 5   # five");
    const { ino } = statSync(project);
    expect(await world.json("config", "set", "lock.timeout_ms", "5")).toMatchObject({ changed: false });
    expect([statSync(project).ino, readFileSync(project, "utf8")]).toEqual([
      ino,
      "lock.timeout_ms: 5   # five",
    ]);
  });

  test("makes the user's directory, readable by nobody else", async () => {
    const { exitCode } = await world.bz("config", "set", "lock.timeout_ms", "5", "--user");
    expect([exitCode, readFileSync(user, "utf8")]).toEqual([0, "lock.timeout_ms: 5\n"]);
    expect(statSync(`${world.env.HOME}/.config`).mode & 0o777).toBe(0o700);
  });

  test("refuses an unknown key with the nearest one, and a value that is not allowed", async () => {
    const before = readFileSync(project, "utf8");
    for (const [words, message, hint] of [
      [["lock.timout_ms", "5"], 'there is no setting "lock.timout_ms"', "did you mean lock.timeout_ms?"],
      [["color", "red"], 'there is no setting "color"', "use one of lock.timeout_ms, "],
      [["lock.timeout_ms", "soon"], 'lock.timeout_ms cannot be "soon"', "it must be a whole number"],
      [["sync.auto_flush", "maybe"], 'sync.auto_flush cannot be "maybe"', "it must be true or false"],
      [["status.custom", "closed"], 'status.custom cannot be "closed"', "none of which bz has itself"],
    ] as const) {
      const { exitCode, stderr } = await world.bz("config", "set", ...words);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`error: ${message}\n`);
      expect(stderr).toContain(hint);
    }
    for (const verb of ["get", "unset"])
      expect((await world.bz("config", verb, "lock.timout_ms")).stderr).toContain("did you mean");
    expect(readFileSync(project, "utf8")).toBe(before);
    expect(existsSync(user)).toBe(false);
  });

  test("leaves alone what is no YAML, no UTF-8, a link or no file", async () => {
    const elsewhere = `${world.directory}/elsewhere.yaml`;
    writeFileSync(elsewhere, "a: 1\n");
    for (const content of ["a: [1\n", "- list\n", Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a])]) {
      writeFileSync(project, content);
      const before = readFileSync(project);
      const { exitCode, stderr } = await world.bz("config", "set", "lock.timeout_ms", "5");
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining(project)]);
      expect(readFileSync(project)).toEqual(before);
    }
    mkdirSync(`${world.env.HOME}/.config/beads`, { recursive: true });
    symlinkSync(elsewhere, user);
    const linked = await world.bz("config", "set", "lock.timeout_ms", "5", "--user");
    expect([linked.exitCode, linked.stderr]).toEqual([1, expect.stringContaining("is a symbolic link")]);
    expect(readFileSync(elsewhere, "utf8")).toBe("a: 1\n");
  });

  test("repairs a value that keeps every other command from writing", async () => {
    writeFileSync(project, "lock.timeout_ms: soon # or later\n");
    expect((await world.bz("q", "Something")).exitCode).toBe(1);
    expect((await world.bz("config", "set", "lock.timeout_ms", "5")).exitCode).toBe(0);
    expect(readFileSync(project, "utf8")).toBe("lock.timeout_ms: 5 # or later\n");
    expect((await world.bz("q", "Something")).exitCode).toBe(0);
  });

  test("says when somebody else decides all the same", async () => {
    world.env.BEADS_LOCK_TIMEOUT_MS = "3";
    const { stderr } = await world.bz("config", "set", "lock.timeout_ms", "5");
    expect(stderr).toBe("warning: lock.timeout_ms is 3 all the same: BEADS_LOCK_TIMEOUT_MS says so\n");
    world.env.BEADS_LOCK_TIMEOUT_MS = "soon";
    const saved = await world.bz("config", "set", "lock.timeout_ms", "6");
    expect([saved.exitCode, saved.stderr]).toEqual([
      0,
      "warning: BEADS_LOCK_TIMEOUT_MS must be a whole number of milliseconds.\n",
    ]);
  });
});

describe("config unset", () => {
  test("lets the next in line decide", async () => {
    await world.bz("config", "set", "lock.timeout_ms", "5");
    await world.bz("config", "set", "lock.timeout_ms", "6", "--user");
    const template = readFileSync(project, "utf8").replace("lock.timeout_ms: 5\n", "");
    const { stdout, stderr } = await world.bz("config", "unset", "lock.timeout_ms");
    expect([stdout, stderr]).toEqual([`Removed lock.timeout_ms from ${project}\n`, `now 6, from ${user}\n`]);
    expect(readFileSync(project, "utf8")).toBe(template);
    expect(await world.json("config", "unset", "lock.timeout_ms")).toEqual({
      key: "lock.timeout_ms",
      path: project,
      changed: false,
      effective: 6,
    });
    expect((await world.bz("config", "unset", "lock.timeout_ms", "--user", "-q")).stdout).toBe(
      "lock.timeout_ms\n",
    );
    expect((await world.bz("config", "get", "lock.timeout_ms")).stdout).toBe("30000\n");
  });

  test("of a file that is not there makes none", async () => {
    const { exitCode, stdout } = await world.bz("config", "unset", "lock.timeout_ms", "--user");
    expect([exitCode, stdout]).toEqual([0, `lock.timeout_ms does not stand in ${user}\n`]);
    expect(existsSync(`${world.env.HOME}/.config`)).toBe(false);
  });
});

test("what config sets, the other commands obey", async () => {
  await world.bz("config", "set", "status.custom", "triage");
  const id = (await world.bz("q", "Something")).stdout.trim();
  expect((await world.bz("update", id, "-s", "Triage")).exitCode).toBe(0);
  expect((await world.bz("list", "-s", "triage", "-q")).stdout).toBe(`${id}\n`);
  expect((await world.bz("ready", "-q")).stdout).toBe("");
  const refused = await world.bz("update", id, "-s", "xyzzy");
  expect([refused.exitCode, refused.stderr]).toEqual([
    1,
    expect.stringContaining("review, triage (`bz config set status.custom` declares others)"),
  ]);
});

test("config explains itself", async () => {
  for (const verb of ["list", "get", "set", "unset"]) {
    const { exitCode, stdout } = await world.bz("config", verb, "--help");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`bz config ${verb === "list" ? "list --json" : verb}`);
  }
});
