import { onDemand } from "../model/on-demand";
import type { CommandEntry } from "./command-entry";
import { dailyCommands } from "./table/daily";

/** In the order in which a name is looked for: a call of what agents call most looks at the first table alone, and loads no other. */
const tables: readonly (() => readonly CommandEntry[])[] = [
  dailyCommands,
  () => (require("./table/issues") as typeof import("./table/issues")).issueCommands(),
  () => (require("./table/finding") as typeof import("./table/finding")).findingCommands(),
  () => (require("./table/graph") as typeof import("./table/graph")).graphCommands(),
  () => (require("./table/record") as typeof import("./table/record")).recordCommands(),
  () => (require("./table/workspace") as typeof import("./table/workspace")).workspaceCommands(),
];

/** Everything that a user can say: help, the search for misspelt names and the parser read it. */
export const commandTable = onDemand((): readonly CommandEntry[] => tables.flatMap((table) => table()));

/** Without a call for each line of a table: what is called so often at every start has the engine compile it there and then. */
export function findCommand(name: string): CommandEntry | undefined {
  for (const table of tables) for (const entry of table()) if (entry.name === name) return entry;
  for (const entry of commandTable()) if (entry.aliases.includes(name)) return entry;
  return undefined;
}
