import { BzError } from "../model/errors";
import type { FaceStatus } from "../model/face-status";
import type { Issue } from "../model/issue";
import { isFor } from "../model/next";
import { Readiness } from "../model/readiness";
import type { State } from "../model/state";
import { type Briefing, formatBriefing, formatTrouble } from "../output/briefing";
import type { Result } from "../output/result";
import { readBesideStore } from "../storage/beside-store";
import { guideBlock, guideLines, guideRules } from "./agent-guide";
import { defineBz } from "./command";
import type { Context } from "./context";
import { commandTable } from "./main";

export const command = defineBz({
  meta: {
    name: "prime",
    description:
      "Prints what an agent has to know when its session begins, in less than 2,000 bytes: how to work with bz, what it holds, what is ready, what is remembered, and whether issues.jsonl is behind. Outside of a workspace it prints nothing and is content. Where there is a file `.beads/PRIME.md`, or one of your own in `~/.config/beads`, that says how to work.",
  },
  args: () => ({
    "hook-json": {
      type: "boolean",
      description:
        "As the hook of an agent wants it; a store that cannot be read is told in there, and is no failure",
    },
  }),
  answer: "briefing",
  examples: ["bz prime", "bz prime --hook-json", "bz prime --session 7f3a --json"],
  async run(context, args) {
    const isHook = args["hook-json"] === true;
    try {
      const own = await readOwnGuide(context);
      const face = await context.store.faceStatus();
      return context.read(({ state }) => {
        const briefing = brief(context, state, own, face);
        const text = formatBriefing(briefing);
        return isHook ? hookAnswer(text) : answer(text, briefing);
      });
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      if (error.code === "NOT_INITIALIZED") return nothing;
      // The session goes on, and its agent is the one who can do something about it.
      if (isHook) return hookAnswer(formatTrouble(error));
      throw error;
    }
  },
});

/** Only good while the state can be read: the titles of what is ready are read when they are shown. */
function brief(
  context: Context,
  state: State,
  own: { readonly guide?: readonly string[]; readonly warnings: readonly string[] },
  face: FaceStatus,
): Briefing {
  const { session } = context;
  const actor = context.actor();
  return {
    actor,
    session,
    guide: own.guide ?? [...guideBlock({ isAligned: false }), ...guideRules],
    ...heldBy(state, actor, session),
    ready: new Readiness(state, context.nowMs).ready().filter((issue) => isFor(issue, actor)),
    memories: state.records("memory").toSorted((one, other) => other.at - one.at),
    warnings: [...own.warnings, ...faceWarnings(face)],
    commands: furtherCommands(),
  };
}

/** Ten agents of one person are one actor: a session holds what was claimed in it, and what was claimed in none. */
function heldBy(
  state: State,
  actor: string,
  session: string | undefined,
): { held: Issue[]; heldElsewhere: number } {
  const all = [...state.allFacts()]
    .filter(({ assignee, status }) => assignee === actor && status === "in_progress")
    .map(({ id }) => state.issue(id))
    .filter((issue) => issue !== undefined);
  const held = all.filter(
    ({ claim_session: own }) => session === undefined || own === undefined || own === session,
  );
  return {
    held: held.toSorted((one, other) => one.priority - other.priority),
    heldElsewhere: all.length - held.length,
  };
}

/** What the project, or else the user, says instead of our guide. It is text, and nothing of it is run. */
async function readOwnGuide(context: Context): Promise<{ guide?: string[]; warnings: string[] }> {
  try {
    const text =
      (await readBesideStore(context.storeRequest(), "PRIME.md")) ?? (await readUserGuide(context));
    const lines = text?.trim().split(/\r?\n/) ?? [];
    return lines.join("") === "" ? { warnings: [] } : { guide: lines, warnings: [] };
  } catch (error) {
    if (!(error instanceof BzError) || error.code === "NOT_INITIALIZED") throw error;
    return { warnings: [error.message] };
  }
}

async function readUserGuide({ world }: Context): Promise<string | undefined> {
  const { XDG_CONFIG_HOME: xdg, HOME: home } = world.env;
  const directory = xdg?.startsWith("/") === true ? xdg : home === undefined ? undefined : `${home}/.config`;
  if (directory === undefined) return undefined;
  const bytes = await world.readFile(`${directory}/beads/PRIME.md`, fileLimitBytes);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes.subarray(0, userGuideLimitBytes));
}

const userGuideLimitBytes = 1 << 16;
const fileLimitBytes = 1 << 20;

function faceWarnings({ hasFace, hasStore, conflictMarkers, toWrite }: FaceStatus): string[] {
  if (conflictMarkers.length > 0)
    return ["git left a conflict in .beads/issues.jsonl: `bz sync` merges both sides"];
  if (!hasFace) return hasStore ? ["there is no .beads/issues.jsonl yet: `bz sync` writes it"] : [];
  if (toWrite.length === 0) return [];
  const amount = `${toWrite.length} ${toWrite.length === 1 ? "issue" : "issues"}`;
  return [`.beads/issues.jsonl is behind by ${amount}: \`bz sync\` before you commit`];
}

/** What the guide does not tell of and an agent may want, in the order of the table. */
function furtherCommands(): string[] {
  const told = new Set(guideLines.map(([line]) => line.split(" ")[1]));
  return commandTable()
    .filter(({ name, group }) => group !== "Workspace" && group !== "Program" && !told.has(name))
    .map(({ name }) => name);
}

function answer(text: string, { held, heldElsewhere, ready, memories, warnings }: Briefing): Result {
  return {
    data: () => ({
      text,
      held: held.map(({ id }) => id),
      held_elsewhere: heldElsewhere,
      ready: ready.length,
      memories: memories.length,
      warnings: [...warnings],
    }),
    text: () => text,
  };
}

function hookAnswer(text: string): Result {
  const document = { hookSpecificOutput: { hookEventName: "SessionStart", additionalContext: text } };
  return { data: () => document, text: () => `${JSON.stringify(document)}\n` };
}

/** The answer outside of a workspace. */
const nothing: Result = { data: () => ({ text: "" }), text: () => "" };
