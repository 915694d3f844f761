import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { autoFlushSetting, customStatusSetting, lockTimeoutSetting } from "../../model/setting";
import { Configuration } from "../../storage/configuration";
import { nativeEnvironment, type StorageEnvironment } from "../../storage/environment";
import type { Directory } from "../../storage/file-system";
import { join } from "../../storage/paths";
import { temporaryDirectory } from "../helpers/bz";
import { startProcess } from "../helpers/bz-process";

function project(): { root: string; file: string } {
  const root = temporaryDirectory("configuration");
  mkdirSync(`${root}/.beads`);
  return { root, file: `${root}/.beads/config.yaml` };
}

/** The disk, on which something happens right before every look at a file's status. */
function watched(beforeLook: (count: number) => void): StorageEnvironment {
  const environment = nativeEnvironment();
  let count = 0;
  const openDirectory = (path: string): Directory | undefined => {
    const directory = environment.fileSystem.openDirectory(path);
    if (directory === undefined) return undefined;
    const look = directory.status.bind(directory);
    directory.status = (name) => {
      count += 1;
      beforeLook(count);
      return look(name);
    };
    return directory;
  };
  return { ...environment, fileSystem: { bootId: () => environment.fileSystem.bootId(), openDirectory } };
}

describe("a settings file that somebody else writes meanwhile", () => {
  test("is edited as it is then", async () => {
    const { root, file } = project();
    writeFileSync(file, "a: 1\n");
    // The third look is the last one before the rename.
    const environment = watched((count) => {
      if (count === 3) writeFileSync(file, "a: 1\nb: 2 # theirs\n");
    });
    const configuration = new Configuration({ cwd: root, env: {} }, environment);
    const change = await configuration.change(lockTimeoutSetting, 5, "project");
    expect(change).toEqual({ path: file, isChanged: true });
    expect(readFileSync(file, "utf8")).toBe("a: 1\nb: 2 # theirs\nlock.timeout_ms: 5\n");
  });

  test("all the while is left to them, and the command may be tried again", async () => {
    const { root, file } = project();
    const environment = watched((count) => writeFileSync(file, `a: ${"x".repeat(count)}\n`));
    const configuration = new Configuration({ cwd: root, env: {} }, environment);
    const change = configuration.change(lockTimeoutSetting, 5, "project");
    await expect(change).rejects.toMatchObject({ code: "LOCK_TIMEOUT", retryable: true });
    expect(readFileSync(file, "utf8")).toMatch(/^a: x+\n$/);
  });
});

test("a settings file is left alone while another bz edits it", async () => {
  const { root, file } = project();
  writeFileSync(file, "a: 1\n");
  const environment = nativeEnvironment();
  const other = environment.fileSystem.openDirectory(`${root}/.beads`);
  expect(other?.tryLock()).toBe(true);
  const configuration = new Configuration({ cwd: root, env: {}, lockTimeoutMs: 20 }, environment);
  await expect(configuration.change(lockTimeoutSetting, 5, "project")).rejects.toMatchObject({
    code: "LOCK_TIMEOUT",
  });
  expect(readFileSync(file, "utf8")).toBe("a: 1\n");
  other?.unlock();
  await configuration.change(lockTimeoutSetting, 5, "project");
  expect(readFileSync(file, "utf8")).toBe("a: 1\nlock.timeout_ms: 5\n");
  other?.close();
});

test("of several processes that set something at once none loses", async () => {
  const { root, file } = project();
  const values = [
    [lockTimeoutSetting.key, "5"],
    [autoFlushSetting.key, "false"],
    [customStatusSetting.key, "triage"],
  ] as const;
  for (let round = 0; round < 4; round += 1) {
    writeFileSync(file, "# head\n");
    const bz = join(import.meta.dir, "../../index.ts");
    const started = values.map(([key, value]) =>
      startProcess([process.execPath, bz, "config", "set", key, value], {
        cwd: root,
        env: { HOME: root, PATH: process.env.PATH ?? "" },
      }),
    );
    for (const { finished } of started) expect(await finished).toMatchObject({ code: 0, stderr: "" });
    expect(Bun.YAML.parse(readFileSync(file, "utf8"))).toEqual({
      "lock.timeout_ms": 5,
      "sync.auto_flush": false,
      "status.custom": ["triage"],
    });
  }
}, 60_000);
