import { BzError } from "../model/errors";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import { name, version } from "../package.json";
import { defineBz } from "./command";
import type { Context } from "./context";
import { findInstallation, type Installation } from "./installation";

export const command = defineBz({
  meta: {
    name: "upgrade",
    description:
      "Says how this bz was installed and which command brings a newer one. With --run it runs that command. Only --check asks the registry, over the network, whether there is one.",
  },
  args: () => ({
    check: { type: "boolean", description: "Ask the registry for the newest version; changes nothing" },
    run: { type: "boolean", alias: "yes", description: "Run the command, too" },
  }),
  answer: "upgrade",
  examples: ["bz upgrade", "bz upgrade --check", "bz upgrade --run"],
  async run(context, args) {
    if (args.check === true && args.run === true) {
      throw new BzError("USAGE", "--check changes nothing, and --run does", {
        hint: "`bz upgrade --check` first, then `bz upgrade --run`",
      });
    }
    const installation = await findInstallation(context.world);
    if (args.check === true) return checked(installation, await newestVersion(context));
    return args.run === true ? run(context, installation) : named(installation);
  },
});

function named(installation: Installation): Result {
  return {
    data: () => facts(installation),
    text: () => `bz ${version} (${kinds[installation.kind]}): ${escapeText(installation.advice)}\n`,
    notes: ["`bz upgrade --check` asks whether there is a newer one"],
  };
}

function checked(installation: Installation, latest: string): Result {
  const isNewest = Bun.semver.order(version, latest) >= 0;
  return {
    data: () => ({ ...facts(installation), latest, is_newest: isNewest }),
    text: () =>
      isNewest
        ? `bz ${version} is the newest\n`
        : `bz ${latest} is there, this is ${version}: ${escapeText(installation.advice)}\n`,
  };
}

async function run(context: Context, installation: Installation): Promise<Result> {
  const { world } = context;
  if (context.storeRequest().readonly === true) {
    throw new BzError("WRITE_REFUSED", "--readonly forbids this call to change anything", {
      hint: "`bz upgrade` alone names the command",
    });
  }
  const { command: words, directory, advice } = installation;
  if (words === undefined) {
    throw new BzError(
      "UNSUPPORTED",
      "this bz was not installed by a package manager, so there is no command to run",
      {
        hint: advice,
        context: { path: installation.path },
      },
    );
  }
  const exitCode = await world.runProgram(words, directory ?? world.currentDirectory());
  if (exitCode !== 0) {
    throw new BzError("UPGRADE_FAILED", `\`${words.join(" ")}\` ended with code ${exitCode}`, {
      hint: "what it said stands above; this bz is as it was, unless it says otherwise",
      context: { command: [...words], exit_code: exitCode },
    });
  }
  return {
    data: () => ({ ...facts(installation), has_run: true }),
    text: () => `Ran ${words.join(" ")}; \`bz version\` says what is there now\n`,
  };
}

function facts({ kind, path, manager, command: words, directory, advice }: Installation) {
  return {
    version,
    kind,
    path,
    ...(manager === undefined ? {} : { manager }),
    ...(words === undefined ? {} : { command: [...words] }),
    ...(directory === undefined ? {} : { directory }),
    advice,
  };
}

const kinds = {
  global: "installed for all projects",
  local: "installed in a project",
  once: "fetched for this call",
  compiled: "a compiled file",
  checkout: "its sources",
} as const satisfies Record<Installation["kind"], string>;

/** The registry is npm's, or the one that npm's own variable names; no file of the directory is asked. */
async function newestVersion({ world }: Context): Promise<string> {
  const { npm_config_registry: own = "" } = world.env;
  const registry = /^https?:\/\//.test(own) ? own.replace(/\/+$/, "") : "https://registry.npmjs.org";
  const url = `${registry}/${name}/latest`;
  const { status, text } = await world.fetchText(url, timeoutMs);
  const latest = status === 200 ? versionIn(text) : undefined;
  if (latest !== undefined) return latest;
  const problem =
    status === 404 ? `does not know ${name}` : `answered with something else than a version (${status})`;
  throw new BzError("REGISTRY_UNREACHABLE", `${registry} ${problem}`, {
    hint: "`bz upgrade` without --check needs no network",
    context: { url, status },
  });
}

const timeoutMs = 5000;

function versionIn(text: string): string | undefined {
  try {
    const { version: latest }: { version?: unknown } = JSON.parse(text);
    return typeof latest === "string" && /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(latest)
      ? latest
      : undefined;
  } catch {
    return undefined;
  }
}
