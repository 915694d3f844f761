import { onDemand } from "../model/on-demand";
import type { CommandEntry } from "./command-entry";
import { findingCommands } from "./table/finding";
import { graphCommands } from "./table/graph";
import { issueCommands } from "./table/issues";
import { recordCommands } from "./table/record";
import { workspaceCommands } from "./table/workspace";

/** In the order in which a name is looked for: a call that names what agents name most looks at one table or two. */
const tables = [issueCommands, findingCommands, graphCommands, recordCommands, workspaceCommands];

/** Everything that a user can say: help, the search for misspelt names and the parser read it. */
export const commandTable = onDemand((): readonly CommandEntry[] => tables.flatMap((table) => table()));

/** Without a call for each line of a table: what is called so often at every start has the engine compile it there and then. */
export function findCommand(name: string): CommandEntry | undefined {
  for (const table of tables) for (const entry of table()) if (entry.name === name) return entry;
  for (const entry of commandTable()) if (entry.aliases.includes(name)) return entry;
  return undefined;
}
