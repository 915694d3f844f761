import { expect, test } from "bun:test";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { compiled, ensureBuilt, type Form, sources } from "../helpers/bz-forms";
import { temporaryDirectory } from "../helpers/workspace";

const timeoutMs = 60_000;
const forms = [sources, compiled];

await ensureBuilt();

test.each(forms)(
  "nothing is lost of what was written while the lock file was away, when it comes back: $name",
  (form) => {
    const { bz, whileLockIsAway } = trackerOf(form);
    const saved = [bz("q", "Before").trim()];
    whileLockIsAway(() => {
      for (const title of ["While it is away", "And once more"]) saved.push(bz("q", title).trim());
    });
    for (const id of saved) expect(bz("show", id)).toContain(id);
    saved.push(bz("q", "Behind it").trim());
    expect(bz("list", "-q", "-n", "0").split("\n").filter(Boolean).sort()).toEqual([...saved].sort());
  },
  timeoutMs,
);

test.each(forms)(
  "whoever held an issue before is not told so where it was closed while the lock file was away: $name",
  (form) => {
    const { bz, run, whileLockIsAway } = trackerOf(form);
    const id = bz("q", "To be claimed").trim();
    bz("claim", id);
    expect(bz("claim", id)).toStartWith("Held by you already");
    whileLockIsAway(() => bz("close", id));
    const { exitCode, stdout, stderr } = run("claim", id);
    expect({ exitCode, stdout: `${stdout}` }).toEqual({ exitCode: 1, stdout: "" });
    expect(`${stderr}`).toContain("closed");
  },
  timeoutMs,
);

interface Tracker {
  run(...words: string[]): Bun.SyncSubprocess<"pipe", "pipe">;
  /** What it says where it does not fail. */
  bz(...words: string[]): string;
  /** Moves the lock file away, so that others write with a new one, and back. */
  whileLockIsAway(write: () => void): void;
}

function trackerOf({ command }: Form): Tracker {
  const place = temporaryDirectory("moved-back");
  const run: Tracker["run"] = (...words) =>
    Bun.spawnSync([...command, ...words], {
      cwd: place,
      env: {
        HOME: place,
        PATH: process.env.PATH ?? "",
        BEADS_ACTOR: "tester",
        BEADS_SESSION: "of the test",
      },
    });
  const bz: Tracker["bz"] = (...words) => {
    const { exitCode, stdout, stderr } = run(...words);
    if (exitCode !== 0) throw new Error(`bz ${words.join(" ")}: ${stderr}`);
    return `${stdout}`;
  };
  bz("init", "--here");
  const lock = join(place, ".beads/store/lock");
  return {
    run,
    bz,
    whileLockIsAway(write) {
      renameSync(lock, `${lock}.away`);
      write();
      renameSync(`${lock}.away`, lock);
    },
  };
}
