import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BzError } from "../../model/errors";
import { readSettings, type Settings } from "../../storage/config";
import { userConfigPath } from "../../storage/settings-file";

/** Settings as a command finds them in a project and a home of the test's own. */
function settings(
  files: { project?: string; user?: string; xdg?: string },
  flags = {},
  variables: Record<string, string> = {},
): Settings {
  const root = mkdtempSync(join(tmpdir(), "bz-config-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const place = (path: string, content: string | undefined): void => {
    if (content === undefined) return;
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  place("project/.beads/config.yaml", files.project);
  place("home/.config/beads/config.yaml", files.user);
  place("xdg/beads/config.yaml", files.xdg);
  const env = {
    HOME: `${root}/home`,
    ...variables,
    ...(files.xdg === undefined ? {} : { XDG_CONFIG_HOME: `${root}/xdg` }),
  };
  return readSettings({ cwd: `${root}/project`, env }, `${root}/project/.beads`, flags);
}

describe("the wait for the lock", () => {
  test("is thirty seconds unless somebody says otherwise", () => {
    expect(settings({}).lockTimeoutMs).toEqual({ value: 30_000, source: "default" });
    expect(settings({ project: "", user: "# nothing\n" }).lockTimeoutMs.source).toBe("default");
  });

  test("is what the flag says, else the environment, else the project, else the user", () => {
    const files = { project: "lock.timeout_ms: 100\n", user: "lock.timeout_ms: 200\n" };
    expect(settings(files, { lockTimeoutMs: 7 }).lockTimeoutMs).toEqual({ value: 7, source: "flag" });
    const variables = { BEADS_LOCK_TIMEOUT_MS: "8" };
    expect(settings(files, { lockTimeoutMs: 7 }, variables).lockTimeoutMs.source).toBe("flag");
    expect(settings(files, {}, variables).lockTimeoutMs).toEqual({ value: 8, source: "env" });
    expect(settings(files, {}, { BEADS_LOCK_TIMEOUT_MS: "" }).lockTimeoutMs).toEqual({
      value: 100,
      source: "project",
      path: expect.stringMatching(/project\/.beads\/config.yaml$/),
    });
    expect(settings({ user: files.user }).lockTimeoutMs).toEqual({
      value: 200,
      source: "user",
      path: expect.stringMatching(/home\/.config\/beads\/config.yaml$/),
    });
    expect(settings({ user: files.user, xdg: "lock.timeout_ms: 300" }).lockTimeoutMs.value).toBe(300);
  });

  test("may be written with a dot or nested, among keys of other tools", () => {
    for (const project of [
      "lock.timeout_ms: 5",
      "lock:\n  timeout_ms: 5\n",
      'lock: {timeout_ms: 5}\nsync-branch: main\n"x.y": [1, 2]\n',
      "# lock.timeout_ms: 9\nlock.timeout_ms: 5 # ms\n",
    ])
      expect(settings({ project }).lockTimeoutMs.value).toBe(5);
  });

  test("may be nothing at all: then the lock is only tried", () => {
    expect(settings({ project: "lock.timeout_ms: 0" }).lockTimeoutMs.value).toBe(0);
  });

  test("that is no whole number of milliseconds is refused, naming the file", () => {
    for (const value of ["-1", "1.5", "soon", "[1]", '"5"', "true", "1e300"]) {
      const error = errorOf(() => settings({ project: `lock.timeout_ms: ${value}` }).lockTimeoutMs);
      expect(error).toMatchObject({ code: "INVALID" });
      expect(error?.message).toContain("/project/.beads/config.yaml: lock.timeout_ms must be");
    }
  });

  test("in a file that is no YAML, or is endless, is refused", () => {
    expect(errorOf(() => settings({ project: "lock.timeout_ms: [1" }).lockTimeoutMs)?.message).toContain(
      "is not valid YAML",
    );
    expect(
      errorOf(() => settings({ project: `timeout_ms${" ".repeat(70_000)}` }).lockTimeoutMs)?.message,
    ).toContain("is longer than");
  });

  test("is not the default where the settings cannot be read", () => {
    const root = mkdtempSync(join(tmpdir(), "bz-config-"));
    afterAll(() => rmSync(root, { recursive: true, force: true }));
    writeFileSync(`${root}/elsewhere.yaml`, "lock.timeout_ms: 5\n");
    const read = () =>
      readSettings({ cwd: root, env: { HOME: `${root}/home` } }, `${root}/project/.beads`, {}).lockTimeoutMs;
    const project = `${root}/project/.beads/config.yaml`;
    const user = `${root}/home/.config/beads/config.yaml`;
    for (const [file, make, why] of [
      [project, () => symlinkSync(`${root}/elsewhere.yaml`, project), "is a symbolic link"],
      [project, () => mkdirSync(project), "is not a regular file"],
      [user, () => mkdirSync(user), "is not a regular file"],
    ] as const) {
      mkdirSync(join(file, ".."), { recursive: true });
      make();
      const error = errorOf(read);
      expect(error).toMatchObject({ code: "INVALID", context: { file } });
      expect(error?.message).toContain(why);
      rmSync(file, { recursive: true });
    }
    // The user's own file may be a link; what a repository brings along may not.
    symlinkSync(`${root}/elsewhere.yaml`, user);
    expect(read()).toEqual({ value: 5, source: "user", path: user });
  });

  test("is not taken from what every object inherits", () => {
    for (const project of ["lock: []\n# timeout_ms", "__proto__: {lock.timeout_ms: 1}", "lock.timeout_ms:"])
      expect(settings({ project }).lockTimeoutMs.source).toBe("default");
  });
});

describe("the automatic export", () => {
  test("happens unless somebody says otherwise", () => {
    expect(settings({}).autoFlush).toEqual({ value: true, source: "default" });
    expect(settings({ project: "sync:\n  auto_flush: false\n" }).autoFlush.value).toBe(false);
    expect(settings({ user: "sync.auto_flush: false" }).autoFlush).toMatchObject({
      value: false,
      source: "user",
    });
    for (const [text, value] of [
      ["off", false],
      ["0", false],
      ["Yes", true],
    ] as const)
      expect(settings({}, {}, { BEADS_SYNC_AUTO_FLUSH: text }).autoFlush).toEqual({ value, source: "env" });
  });

  test("is told by true and false alone, and the wrong value names its place", () => {
    const inFile = errorOf(() => settings({ project: 'sync.auto_flush: "no"' }).autoFlush);
    expect(inFile?.message).toContain("/project/.beads/config.yaml: sync.auto_flush must be true or false.");
    const inVariable = errorOf(() => settings({}, {}, { BEADS_SYNC_AUTO_FLUSH: "perhaps" }).autoFlush);
    expect(inVariable?.message).toBe("BEADS_SYNC_AUTO_FLUSH must be true or false.");
  });
});

describe("further statuses", () => {
  test("are a list, or text with commas", () => {
    for (const project of [
      "status.custom: [triage, qa_done]",
      "status:\n  custom:\n    - triage\n    - qa_done\n",
      'status.custom: "triage, qa_done"',
    ])
      expect(settings({ project }).customStatuses.value).toEqual(["triage", "qa_done"]);
  });

  test("have names that can be typed and are not taken", () => {
    for (const names of ["[In Review]", "[closed]", "[in-progress]", "[1]", "{a: b}", '""', "[x, 'y,z']"]) {
      const read = () => settings({ project: `status.custom: ${names}` }).customStatuses;
      expect(errorOf(read)).toMatchObject({ code: "INVALID" });
    }
  });
});

test("a value that one command cannot use keeps no other from its work", () => {
  const found = settings({ project: "status.custom: [closed]\nlock.timeout_ms: 5\n" });
  expect(found.lockTimeoutMs.value).toBe(5);
  expect(errorOf(() => found.customStatuses)?.message).toContain("status.custom must be");
});

test("a comment that names a setting needs no parsing", () => {
  const broken = "# lock.timeout_ms: 5\n  # custom\n: : [\n";
  const { lockTimeoutMs, autoFlush, customStatuses } = settings({ project: broken });
  for (const { source } of [lockTimeoutMs, autoFlush, customStatuses]) expect(source).toBe("default");
  expect(errorOf(() => settings({ project: `${broken}x: timeout_ms` }).lockTimeoutMs)).toBeDefined();
});

test("a config directory that is no absolute path is not looked at", () => {
  const env = { XDG_CONFIG_HOME: "config", HOME: "/home/somebody" };
  expect(userConfigPath(env)).toBe("/home/somebody/.config/beads/config.yaml");
  expect(userConfigPath({ XDG_CONFIG_HOME: "" })).toBeUndefined();
});

function errorOf(action: () => unknown): BzError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof BzError) return error;
    throw error;
  }
}
