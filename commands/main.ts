import type { CommandEntry } from "./command-entry";
import { findingCommands } from "./table/finding";
import { graphCommands } from "./table/graph";
import { issueCommands } from "./table/issues";
import { recordCommands } from "./table/record";
import { workspaceCommands } from "./table/workspace";

/** Everything that a user can say: help, the search for misspelt names and the parser read it. */
export const commandTable: readonly CommandEntry[] = [
  ...issueCommands,
  ...findingCommands,
  ...graphCommands,
  ...recordCommands,
  ...workspaceCommands,
];

/** Without a call for each line of the table: what is called so often at every start has the engine compile it there and then. */
export function findCommand(name: string): CommandEntry | undefined {
  for (const entry of commandTable) if (entry.name === name) return entry;
  for (const entry of commandTable) if (entry.aliases.includes(name)) return entry;
  return undefined;
}
