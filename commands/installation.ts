import { name } from "../package.json";
import type { World } from "./world";

/** How this program came to be where it is, and what would bring a newer one. */
export interface Installation {
  readonly kind: "global" | "local" | "once" | "compiled" | "checkout";
  /** The compiled file, or the directory of the package. */
  readonly path: string;
  /** The package manager that put it there. */
  readonly manager?: string;
  /** What to run, and where; undefined where there is no such command. */
  readonly command?: readonly string[];
  readonly directory?: string;
  /** What to do, as a sentence without its full stop. */
  readonly advice: string;
}

/** Told by the path alone, and for a package of a project by its lock file: nothing is run. */
export async function findInstallation({ program, readFile }: World): Promise<Installation> {
  const { path, isCompiled } = program;
  if (isCompiled) {
    return { kind: "compiled", path, advice: "bz is one compiled file; put a newer one in its place" };
  }
  const at = path.lastIndexOf(`/node_modules/${name}/`);
  if (at === -1) {
    const root = path.replace(/\/[^/]+\/[^/]+$/, "");
    return {
      kind: "checkout",
      path: root,
      advice: `bz runs from its sources in ${root}; pull there, then run \`bun install\``,
    };
  }
  const packagePath = `${path.slice(0, at)}/node_modules/${name}`;
  const directory = path.slice(0, at);
  const known = globalHomes.find(({ pattern }) => pattern.test(`${directory}/`));
  if (known?.kind === "once") {
    return {
      kind: "once",
      path: packagePath,
      manager: known.manager,
      advice: `${known.manager} fetches bz for one call; name the version: \`${known.manager} ${name}@latest\``,
    };
  }
  if (known !== undefined)
    return commanded(
      { kind: "global", path: packagePath, manager: known.manager },
      globalCommands[known.manager],
    );
  const manager = await managerOf(directory, readFile);
  return commanded({ kind: "local", path: packagePath, manager, directory }, localCommands[manager]);
}

type Manager = "npm" | "bun" | "pnpm" | "yarn";

type GlobalHome =
  | { readonly pattern: RegExp; readonly kind: "global"; readonly manager: Manager }
  | { readonly pattern: RegExp; readonly kind: "once"; readonly manager: "bunx" | "npx" };

/** Of the directory that `node_modules` stands in. */
const globalHomes: readonly GlobalHome[] = [
  { pattern: /\/bunx-\d+-[^/]+\/$/, kind: "once", manager: "bunx" },
  { pattern: /\/_npx\/[^/]+\/$/, kind: "once", manager: "npx" },
  { pattern: /\/install\/global\/$/, kind: "global", manager: "bun" },
  { pattern: /\/pnpm\/global\//, kind: "global", manager: "pnpm" },
  { pattern: /\/yarn\/global\/$/, kind: "global", manager: "yarn" },
  { pattern: /\/lib\/$/, kind: "global", manager: "npm" },
];

const globalCommands: Readonly<Record<Manager, readonly string[]>> = {
  npm: ["npm", "install", "--global", `${name}@latest`],
  bun: ["bun", "add", "--global", `${name}@latest`],
  pnpm: ["pnpm", "add", "--global", `${name}@latest`],
  yarn: ["yarn", "global", "add", `${name}@latest`],
};

const localCommands: Readonly<Record<Manager, readonly string[]>> = {
  npm: ["npm", "install", `${name}@latest`],
  bun: ["bun", "update", "--latest", name],
  pnpm: ["pnpm", "update", "--latest", name],
  yarn: ["yarn", "upgrade", "--latest", name],
};

const lockFiles: readonly (readonly [file: string, manager: Manager])[] = [
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
];

async function managerOf(directory: string, readFile: World["readFile"]): Promise<Manager> {
  for (const [file, manager] of lockFiles)
    if ((await readFile(`${directory}/${file}`)) !== undefined) return manager;
  return "npm";
}

function commanded(
  installation: Omit<Installation, "advice" | "command">,
  command: readonly string[],
): Installation {
  const where = installation.directory === undefined ? "" : ` in ${installation.directory}`;
  return { ...installation, command, advice: `run \`${command.join(" ")}\`${where}` };
}
