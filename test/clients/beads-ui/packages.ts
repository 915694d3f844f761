import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "./browser";

/** What this suite needs and the project does not: a browser, what drives it, and the client. */
export interface ClientPackages {
  readonly server: string;
  launch(): Promise<Browser>;
}

const wanted = ["beads-ui@0.12.0", "playwright-core@1.65.1"];

/** Why the suite cannot run here; undefined when it can. */
export function reasonToSkip(): string | undefined {
  if (process.env.BZ_CLIENTS !== "1") return "BZ_CLIENTS=1 is not set";
  if (findChromium() === undefined) return "there is no chromium in PATH, and CHROMIUM names none";
  if (Bun.which("node") === null) return "beads-ui needs node, which is not in PATH";
  return undefined;
}

/** From the directory that BZ_CLIENTS_DIR names, else from one of our own, into which npm installs them once. */
export async function findPackages(): Promise<ClientPackages> {
  const directory = process.env.BZ_CLIENTS_DIR ?? join(tmpdir(), "bz-client-packages");
  const server = join(directory, "node_modules/beads-ui/server/index.js");
  const driver = join(directory, "node_modules/playwright-core");
  if (!existsSync(server) || !existsSync(driver)) install(directory);
  return {
    server,
    // Of the package's many types the suite declares those few that it uses.
    launch: () =>
      (require(driver) as Driver).chromium.launch({
        executablePath: findChromium() ?? "",
        args: ["--no-sandbox"],
      }),
  };
}

interface Driver {
  readonly chromium: {
    launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser>;
  };
}

function install(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const { exitCode, stderr } = Bun.spawnSync([
    "npm",
    "install",
    "--no-save",
    "--no-audit",
    "--prefix",
    directory,
    ...wanted,
  ]);
  if (exitCode !== 0) throw new Error(`npm could not install ${wanted.join(" and ")}: ${stderr.toString()}`);
}

function findChromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return (
    process.env.CHROMIUM ?? names.map((name) => Bun.which(name)).find((path) => path !== null) ?? undefined
  );
}
