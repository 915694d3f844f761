import { BzError } from "../model/errors";
import type { Result } from "../output/result";
import { openUserFiles } from "../storage/beside-store";
import { type AgentRecipe, agentNames, agentRecipes, findRecipe, type RecipeFile } from "./agent-recipes";
import { defineBz } from "./command";
import type { Context } from "./context";

export const command = defineBz({
  meta: {
    name: "setup",
    description:
      "Makes bz known to a coding agent: a section of its instructions, between markers, and for agents that have hooks one that runs `bz prime` when a session begins. Whatever else is in those files stays byte for byte; a section or hook of bd or br is replaced; a file that bz does not understand is refused, and then none is changed. Without --global only files of this repository are written.",
  },
  args: () => ({
    name: {
      type: "positional",
      required: false,
      suggests: agentNames,
      description: "The agent: `bz setup --list` names them",
    },
    list: { type: "boolean", description: "Name the agents and the files" },
    print: { type: "boolean", description: "Print what would stand in the files, write nothing" },
    check: { type: "boolean", description: "Say whether it is all there and up to date; exit 1 if not" },
    remove: { type: "boolean", description: "Take it out again" },
    project: { type: "boolean", description: "In this repository (the default)" },
    global: { type: "boolean", description: "In your home directory, for all repositories" },
  }),
  answer: "agent-setup",
  examples: [
    "bz setup --list",
    "bz setup claude --print",
    "bz setup claude",
    "bz setup codex --global --check",
    "bz setup cursor --remove",
  ],
  run(context, args) {
    const scope = readScope(args);
    const modes = (["list", "print", "check", "remove"] as const).filter((mode) => args[mode] === true);
    const [mode, surplus] = modes;
    if (surplus !== undefined) throw contradiction(`--${mode}`, `--${surplus}`);
    if (mode === "list") return list(args.name);
    if (args.name === undefined) {
      throw new BzError("USAGE", "setup needs the name of an agent", {
        hint: "`bz setup --list` names them; `bz setup agents` writes AGENTS.md, which most agents read",
        context: { valid: [...agentNames] },
      });
    }
    const setup = { recipe: findRecipe(args.name), scope };
    const files = filesOf(setup, context);
    if (mode === "print") return print(setup, files);
    return mode === "check" ? check(setup, files, context) : write(setup, files, context, mode === "remove");
  },
});

type Scope = "project" | "global";

interface Setup {
  readonly recipe: AgentRecipe;
  readonly scope: Scope;
}

function readScope({
  project,
  global,
}: {
  project?: boolean | undefined;
  global?: boolean | undefined;
}): Scope {
  if (project === true && global === true) throw contradiction("--project", "--global");
  return global === true ? "global" : "project";
}

function filesOf({ recipe, scope }: Setup, { world }: Context): readonly RecipeFile[] {
  if (scope === "project") return recipe.project;
  const { name, home, homeVariable } = recipe;
  if (home.length === 0) {
    throw new BzError("USAGE", `${name} has no instructions for all repositories that bz could write`, {
      hint: `\`bz setup ${name}\` writes those of this one`,
    });
  }
  if (homeVariable !== undefined && (world.env[homeVariable] ?? "") !== "") {
    throw new BzError(
      "INVALID",
      `${homeVariable} is set, so ${name} does not read the files in the home directory`,
      {
        hint: `\`bz setup ${name} --global --print\` with ${homeVariable} unset prints what to put there by hand`,
      },
    );
  }
  return home;
}

function list(name: string | undefined): Result {
  const recipes = name === undefined ? agentRecipes : [findRecipe(name)];
  const pathsOf = (files: readonly RecipeFile[]): string[] => files.map(({ path }) => path);
  const width = Math.max(...recipes.map((recipe) => recipe.name.length));
  return {
    data: () => ({
      agents: recipes.map(({ name: agent, title, project, home }) => ({
        name: agent,
        title,
        project: pathsOf(project),
        global: pathsOf(home),
      })),
      total: recipes.length,
      returned: recipes.length,
      truncated: false,
    }),
    text: () =>
      recipes
        .map(({ name: agent, title, project, home }) => {
          const inHome =
            home.length === 0
              ? ""
              : `; --global: ${pathsOf(home)
                  .map((path) => `~/${path}`)
                  .join(", ")}`;
          return `${agent.padEnd(width)}  ${title}: ${pathsOf(project).join(", ")}${inHome}\n`;
        })
        .join(""),
    ids: recipes.map((recipe) => recipe.name),
  };
}

function print({ recipe, scope }: Setup, files: readonly RecipeFile[]): Result {
  const texts = files.map((file) => ({ path: file.path, text: file.put(undefined) }));
  return {
    data: () => ({ name: recipe.name, scope, files: texts }),
    text: () => texts.map(({ path, text }) => `# ${shownPath(scope, path)}\n\n${text}`).join("\n"),
  };
}

async function check(
  { recipe, scope }: Setup,
  files: readonly RecipeFile[],
  context: Context,
): Promise<Result> {
  const disk = await openFiles(scope, context);
  const states = files.map((file) => {
    const text = disk.read(file.path);
    const isThere = text !== undefined && file.remove(text) !== text;
    return { path: file.path, state: !isThere ? "absent" : file.put(text) === text ? "current" : "stale" };
  });
  const wrong = states.filter(({ state }) => state !== "current");
  return {
    data: () => ({ name: recipe.name, scope, current: wrong.length === 0, files: states }),
    text: () => states.map(({ path, state }) => `${shownPath(scope, path)}: ${state}\n`).join(""),
    failures: wrong.length === 0 ? [] : [notSetUp(recipe.name, scope)],
  };
}

async function write(
  { recipe, scope }: Setup,
  files: readonly RecipeFile[],
  context: Context,
  isRemoval: boolean,
): Promise<Result> {
  const disk = await openFiles(scope, context);
  const edits = files.map((file) => ({
    path: file.path,
    edit: (text: string | undefined) =>
      isRemoval ? (text === undefined ? undefined : file.remove(text)) : file.put(text),
  }));
  // All of them are tried first: what one file refuses must not leave the other one changed.
  for (const { path, edit } of edits) edit(disk.read(path));
  const changes = edits.map(({ path, edit }) => ({ path, change: disk.edit(path, edit) }));
  const isNews = changes.some(({ change }) => change !== "unchanged");
  return {
    data: () => ({ name: recipe.name, scope, files: changes }),
    text: () => changes.map(({ path, change }) => `${shownPath(scope, path)}: ${change}\n`).join(""),
    notes: isNews ? ["it counts from the next session of the agent on"] : [],
  };
}

function openFiles(scope: Scope, context: Context) {
  return openUserFiles(scope === "global" ? "home" : "project", context.storeRequest());
}

function shownPath(scope: Scope, path: string): string {
  return scope === "global" ? `~/${path}` : path;
}

function notSetUp(name: string, scope: Scope): BzError {
  const flag = scope === "global" ? " --global" : "";
  return new BzError("SETUP_DIFFERS", `bz is not made known to ${name} as it should be`, {
    hint: `\`bz setup ${name}${flag}\` puts it right`,
    context: { name, scope },
  });
}

function contradiction(one: string, other: string): BzError {
  return new BzError("USAGE", `${one} and ${other} contradict each other`, {
    hint: "leave one of the two out",
  });
}
