import { expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { initialisedWorld, temporaryDirectory } from "../commands/test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** What a clone, or an unpacked archive, may hold where bz has a file. */
const kinds: Record<string, (place: string, secret: string) => void> = {
  "a link to a file of the user's": (place, secret) => symlinkSync(secret, place),
  "a link to an endless device": (place) => symlinkSync("/dev/zero", place),
  "a pipe": (place) => expect(Bun.spawnSync(["mkfifo", place]).exitCode).toBe(0),
  "a directory": (place) => mkdirSync(place),
};
const names = [
  "issues.jsonl",
  "config.yaml",
  "metadata.json",
  "redirect",
  ".gitignore",
  ".gitattributes",
  "PRIME.md",
  "store",
  ...["lock", "compact.lock", "snapshot", "wal.1", "history", "backups"].map((name) => `store/${name}`),
];
const commandLines: Record<string, readonly string[]> = {
  "a link to a file of the user's": ["q new", "prime", "sync", "doctor", "config list", "backup create"],
  "a link to an endless device": ["list", "prime"],
  "a pipe": ["q new", "prime", "doctor"],
  "a directory": ["list", "q new"],
};

test.each(Object.keys(kinds))(
  "%s in the place of a file of ours is neither read, written nor waited for",
  async (kind) => {
    const outside = temporaryDirectory();
    const secret = join(outside, "key");
    writeFileSync(secret, "SECRET: key of the user\n");
    for (const name of names) {
      const world = await initialisedWorld();
      const place = join(world.directory, ".beads", name);
      rmSync(place, { recursive: true, force: true });
      kinds[kind]?.(place, secret);
      const before = lstatSync(place).ino;
      for (const line of commandLines[kind] ?? []) {
        const { exitCode, stdout, stderr } = await world.bz(...line.split(" "));
        expect({ name, line, isKnown: [0, 1, 2].includes(exitCode) }).toMatchObject({ isKnown: true });
        expect({ name, line, isLeaked: `${stdout}${stderr}`.includes("SECRET") }).toMatchObject({
          isLeaked: false,
        });
      }
      expect(readFileSync(secret, "utf8")).toBe("SECRET: key of the user\n");
      expect({ name, outside: readdirSync(outside) }).toEqual({ name, outside: ["key"] });
      expect({ name, isThere: lstatSync(place).ino === before }).toEqual({ name, isThere: true });
    }
  },
);

test("a git directory of pipes and endless files keeps nobody waiting", async () => {
  for (const place of [".git", ".git/config", ".git/HEAD", ".git/commondir", ".git/packed-refs"])
    for (const kind of ["a pipe", "a link to an endless device"]) {
      const world = await initialisedWorld();
      world.env = { USER: "somebody", HOME: world.directory };
      if (place !== ".git") mkdirSync(join(world.directory, ".git"));
      kinds[kind]?.(join(world.directory, place), "");
      const written = await world.bz("q", "written");
      expect({ place, kind, ...written }).toMatchObject({ place, kind, exitCode: 0 });
      expect((await world.bz("show", written.stdout.trim(), "--json")).stdout).toContain('"somebody"');
      // Nothing can be found there, and it says so.
      expect((await world.bz("list", "--as-of", "HEAD")).exitCode).toBe(1);
    }
});

test("an object of git that is a device is not there", async () => {
  const world = await initialisedWorld();
  const id = "0123456789012345678901234567890123456789";
  mkdirSync(join(world.directory, ".git/objects/01"), { recursive: true });
  writeFileSync(join(world.directory, ".git/HEAD"), `${id}\n`);
  symlinkSync("/dev/zero", join(world.directory, ".git/objects/01", id.slice(2)));
  expect((await world.bz("list", "--as-of", id)).exitCode).toBe(1);
});

test("a .git that leads elsewhere has nothing written there", async () => {
  const world = await initialisedWorld();
  const outside = temporaryDirectory();
  writeFileSync(join(outside, "config"), "[core]\n\tfsmonitor = touch pwned\n\thooksPath = .\n");
  writeFileSync(join(world.directory, ".git"), `gitdir: ${outside}\n`);
  for (const line of ["q one", "sync", "changelog", "doctor"]) await world.bz(...line.split(" "));
  expect(readdirSync(outside)).toEqual(["config"]);
  expect(world.programs).toEqual([]);
});

test("a redirect of a clone has no store made among the files of its user", async () => {
  for (const makeTarget of [() => temporaryDirectory(), () => "/dev", () => "/"]) {
    const world = await initialisedWorld();
    const target = makeTarget();
    const before = readdirSync(target);
    writeFileSync(join(world.directory, ".beads/redirect"), `${target}\n`);
    for (const line of ["q one", "list", "sync"]) {
      const { exitCode, stderr } = await world.bz(...line.split(" "));
      expect({ line, target, exitCode }).toEqual({ line, target, exitCode: 1 });
      expect(stderr).toContain("no workspace");
    }
    if (target !== "/dev") expect(readdirSync(target)).toEqual(before);
    expect(existsSync(join(target, "store"))).toBe(false);
  }
});

test("settings of a repository name no program, whatever they are called", async () => {
  const world = await initialisedWorld();
  const programs = [
    "pager",
    "core.pager",
    "editor",
    "core.editor",
    "hooks.post_write",
    "sync.command",
    "shell",
  ];
  const settings = programs.map((key) => `${key}: touch ${world.directory}/pwned`).join("\n");
  writeFileSync(join(world.directory, ".beads/config.yaml"), `${settings}\nlock.timeout_ms: 1000\n`);
  world.terminals = [0, 1, 2];
  world.size = { columns: 80, rows: 2 };
  const ids = [(await world.bz("q", "one")).stdout.trim(), (await world.bz("q", "two")).stdout.trim()];
  for (const line of [
    "list",
    `show ${ids[0]}`,
    "prime",
    "sync",
    "compact",
    "doctor",
    `close ${ids[1]}`,
    "help",
  ])
    await world.bz(...line.split(" "));
  expect(world.programs).toEqual([]);
  expect(world.paged.length).toBeGreaterThan(0);
  expect([...new Set(world.paged.map(({ command }) => command))]).toEqual(["less"]);
  expect(existsSync(join(world.directory, "pwned"))).toBe(false);
});

test("what git takes from the environment changes nothing here", async () => {
  const world = await initialisedWorld();
  const where = (await world.bz("where", "--json")).stdout;
  const elsewhere = temporaryDirectory();
  for (const name of ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
    world.env[name] = elsewhere;
  for (const name of ["GIT_PAGER", "GIT_EDITOR", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS"])
    world.env[name] = `touch ${elsewhere}/pwned`;
  expect((await world.bz("where", "--json")).stdout).toBe(where);
  expect((await world.bz("q", "one")).exitCode).toBe(0);
  expect((await world.bz("sync")).exitCode).toBe(0);
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(world.programs).toEqual([]);
});

test("aliases in settings that grow without end, or nest without end, are refused or of no effect", async () => {
  const levels = Array.from({ length: 10 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`);
  for (const text of [
    `a0: &a0 [x]\n${levels.join("\n")}\nlock.timeout_ms: *a10\n`,
    "lock: &lock\n  timeout_ms: *lock\n",
    `lock.timeout_ms: ${"[".repeat(30_000)}\n`,
    `lock.timeout_ms: ${"1".repeat(70_000)}\n`,
    "lock.timeout_ms: 1000\n__proto__:\n  isAdmin: true\n",
  ]) {
    const world = await initialisedWorld();
    writeFileSync(join(world.directory, ".beads/config.yaml"), text);
    for (const line of ["q one", "config list", "doctor"]) {
      const { exitCode, stderr } = await world.bz(...line.split(" "));
      expect([0, 1]).toContain(exitCode);
      expect(stderr.length).toBeLessThan(4096);
    }
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
  }
});

test("a source without an end is refused, one without bytes is empty", async () => {
  const world = await initialisedWorld();
  for (const words of [
    ["q", "x", "-d", "@/dev/zero"],
    ["import", "/dev/zero"],
    ["create", "-f", "/dev/zero"],
  ]) {
    const { exitCode, stderr } = await world.bz(...words);
    expect({ words, exitCode }).toEqual({ words, exitCode: 1 });
    expect(stderr).toContain("EFBIG");
  }
  expect(await world.json("list")).toMatchObject({ total: 0 });
  expect(await world.bz("create", "x", "-d", "@/dev/null")).toMatchObject({ exitCode: 0 });
});
