import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * What agents do most, the commonest first. Bun lays the bytecode of the functions that these run together, at the front of an executable: so it starts a twentieth
 * faster (https://bun.com/docs/bundler/executables, _Profile-guided bytecode layout_).
 */
const commandLines: readonly (readonly string[])[] = [
  ["q", "Found on the way"],
  ["show", "bd-1"],
  ["list", "--limit", "50"],
  ["ready"],
  ["claim", "bd-1"],
  ["update", "bd-1", "-p", "1"],
  ["close", "bd-1", "-r", "Done"],
  ["show", "bd-1", "--json"],
  ["next"],
];

/** What each of them runs of an executable that ends as any program does, one file for each, in `directory`. */
export function recordOrders(executable: string, directory: string): string[] {
  const place = mkdtempSync(join(tmpdir(), "bz-order-"));
  try {
    const call = (words: readonly string[], file?: string): void => {
      const { exitCode, stderr } = Bun.spawnSync([executable, ...words], {
        cwd: place,
        env: {
          HOME: place,
          BEADS_ACTOR: "builder",
          BEADS_SYNC_AUTO_FLUSH: "false",
          ...(file === undefined ? {} : { BUN_BYTECODE_ORDER_OUT: file }),
        },
        stdout: "ignore",
        stderr: "pipe",
      });
      if (exitCode !== 0)
        throw new Error(`bz ${words.join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
    };
    call(["init"]);
    call(["create", "The first one", "--id", "bd-1"]);
    call(["create", "The second one", "--deps", "bd-1"]);
    call(["compact"]);
    call(["q", "Behind the snapshot"]);
    return commandLines.map((words, index) => {
      const file = join(directory, `order-${index}`);
      call(words, file);
      return file;
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
