import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../helpers/bz-forms";

/** The real client of beads-mcp on bz: its models refuse an answer that they do not understand. */
const skipped =
  process.env.BZ_CLIENTS !== "1"
    ? "BZ_CLIENTS=1 is not set"
    : Bun.which("python3") === null
      ? "there is no python3 in PATH"
      : undefined;
const bd = join(root, "commands/bd/bd.ts");
const directory = realpathSync(mkdtempSync(join(tmpdir(), "bz-beads-mcp-")));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.skipIf(skipped !== undefined)(
  `beads-mcp on bz${skipped === undefined ? "" : ` (not driven: ${skipped})`}`,
  () => {
    test("works through a session", () => {
      mkdirSync(join(directory, ".git"));
      const told = run([pythonWithClient(), join(import.meta.dir, "session.py"), bd, directory]);
      expect(JSON.parse(told)).toEqual({
        labels: ["api", "web"],
        ready: ["@one", "three"],
        labelled: ["@one"],
        listed: ["two"],
        links: ["blocks", "discovered-from"],
        blocked: [true],
        updated: "-",
        claimed: ["in_progress", "in_progress"],
        linked: null,
        closed: ["closed"],
        reopened: ["open"],
        total: 3,
        quickstart: true,
        missing: "NOT_FOUND",
      });
    }, 180_000);
  },
);

/** In an environment of its own, made once. */
function pythonWithClient(): string {
  const environment = join(process.env.BZ_CLIENTS_DIR ?? join(tmpdir(), "bz-client-packages"), "python");
  const python = join(environment, "bin/python");
  if (!existsSync(join(environment, "bin/beads-mcp"))) {
    run(["python3", "-m", "venv", environment]);
    run([python, "-m", "pip", "install", "--quiet", "beads-mcp==1.0.5"]);
  }
  return python;
}

function run(command: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, BEADS_PATH: bd },
  });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}
