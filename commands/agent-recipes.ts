import { BzError } from "../model/errors";
import { nearestSpellings, spellingHint } from "../model/spelling";
import { agentSection } from "./agent-guide";
import { putHook, removeHook } from "./hook-settings";
import { putSection, removeSections } from "./marked-section";
import { putReadEntry, removeReadEntry } from "./read-list";

/** How bz is made known to one agent. */
export interface AgentRecipe {
  readonly name: string;
  /** As its makers call it. */
  readonly title: string;
  readonly project: readonly RecipeFile[];
  /** In the home directory; none where the agent has no such place. */
  readonly home: readonly RecipeFile[];
  /** When this is set the agent looks elsewhere for them. */
  readonly homeVariable?: string;
}

/** What bz writes into one file. An edit throws BzError INVALID for a file that it does not understand. */
export interface RecipeFile {
  /** Relative to the root of the repository, or to the home directory. */
  readonly path: string;
  put(text: string | undefined): string;
  /** Undefined when nothing is left that somebody else has written. */
  remove(text: string): string | undefined;
}

export const agentRecipes: readonly AgentRecipe[] = [
  { name: "agents", title: "AGENTS.md, which most agents read", project: [section("AGENTS.md")], home: [] },
  { name: "aider", title: "Aider", project: [section(".aider/BEADS.md"), aiderSettings()], home: [] },
  {
    name: "claude",
    title: "Claude Code",
    project: [hook(".claude/settings.json"), section("CLAUDE.md")],
    home: [hook(".claude/settings.json")],
    homeVariable: "CLAUDE_CONFIG_DIR",
  },
  {
    name: "codex",
    title: "Codex",
    project: [section("AGENTS.md")],
    home: [section(".codex/AGENTS.md")],
    homeVariable: "CODEX_HOME",
  },
  { name: "cody", title: "Sourcegraph Cody", project: [section(".cody/rules/beads.md")], home: [] },
  {
    name: "copilot",
    title: "GitHub Copilot",
    project: [section(".github/copilot-instructions.md")],
    home: [],
  },
  {
    name: "cursor",
    title: "Cursor",
    project: [
      section(
        ".cursor/rules/beads.mdc",
        "---\ndescription: Issue tracking with bz\nalwaysApply: true\n---\n",
      ),
    ],
    home: [],
  },
  { name: "factory", title: "Factory Droid", project: [section("AGENTS.md")], home: [] },
  {
    name: "gemini",
    title: "Gemini CLI",
    project: [hook(".gemini/settings.json"), section("GEMINI.md")],
    home: [hook(".gemini/settings.json")],
  },
  { name: "junie", title: "JetBrains Junie", project: [section(".junie/guidelines.md")], home: [] },
  { name: "kilocode", title: "Kilo Code", project: [section(".kilocode/rules/beads.md")], home: [] },
  { name: "mux", title: "Mux", project: [section("AGENTS.md")], home: [] },
  {
    name: "opencode",
    title: "OpenCode",
    project: [section("AGENTS.md")],
    home: [section(".config/opencode/AGENTS.md")],
  },
  { name: "windsurf", title: "Windsurf", project: [section(".windsurf/rules/beads.md")], home: [] },
];

export const agentNames: readonly string[] = agentRecipes.map(({ name }) => name);

/** @throws BzError USAGE naming the nearest one */
export function findRecipe(name: string): AgentRecipe {
  const plain = name.toLowerCase();
  const recipe = agentRecipes.find((known) => known.name === plain);
  if (recipe !== undefined) return recipe;
  throw new BzError("USAGE", `there is no recipe for "${name}"`, {
    hint: `${spellingHint(plain, agentNames)} (\`bz setup agents\` writes AGENTS.md, which most agents read)`,
    context: { valid: [...agentNames], nearest: nearestSpellings(plain, agentNames) },
  });
}

/** What an agent runs when a session begins. */
export const hookCommand = "bz prime --hook-json";

/** @param head what a file begins with when it is made */
function section(path: string, head = ""): RecipeFile {
  return {
    path,
    put: (text) => putSection(text === undefined || text.trim() === "" ? head : text, agentSection(), path),
    remove(text) {
      const rest = removeSections(text, path);
      const isOurs = rest !== text && (rest.trim() === "" || rest.trim() === head.trim());
      return isOurs ? undefined : rest;
    },
  };
}

function hook(path: string): RecipeFile {
  return {
    path,
    put: (text) => putHook(text, hookCommand, path),
    remove(text) {
      const rest = removeHook(text, path);
      return rest !== text && /^\ufeff?\s*\{\s*\}\s*$/.test(rest) ? undefined : rest;
    },
  };
}

function aiderSettings(): RecipeFile {
  const path = ".aider.conf.yml";
  const entry = ".aider/BEADS.md";
  return {
    path,
    put: (text) => putReadEntry(text, entry, path),
    remove: (text) => removeReadEntry(text, entry, path),
  };
}
