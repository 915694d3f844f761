import { beforeAll, expect, test } from "bun:test";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { compiled, ensureBuilt, sources } from "../helpers/bz-forms";
import { temporaryDirectory } from "../helpers/workspace";

const timeoutMs = 60_000;

beforeAll(ensureBuilt, 180_000);

/** Built, it is the fast path that reads and writes. */
test.each([sources, compiled])(
  "nothing is lost of what was written while the lock file was away, when it comes back: $name",
  (form) => {
    const place = temporaryDirectory("moved-back");
    const bz = (...words: string[]): string => {
      const { exitCode, stdout, stderr } = Bun.spawnSync([...form.command, ...words], {
        cwd: place,
        env: { HOME: place, PATH: process.env.PATH ?? "", BEADS_ACTOR: "tester" },
      });
      if (exitCode !== 0) throw new Error(`bz ${words.join(" ")}: ${stderr}`);
      return `${stdout}`;
    };
    bz("init", "--here");
    const lock = join(place, ".beads/store/lock");
    const saved = [bz("q", "Before").trim()];
    renameSync(lock, `${lock}.away`);
    for (const title of ["While it is away", "And once more"]) saved.push(bz("q", title).trim());
    renameSync(`${lock}.away`, lock);
    for (const id of saved) expect(bz("show", id)).toContain(id);
    saved.push(bz("q", "Behind it").trim());
    expect(bz("list", "-q", "-n", "0").split("\n").filter(Boolean).sort()).toEqual([...saved].sort());
  },
  timeoutMs,
);
