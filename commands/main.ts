import { type CommandEntry, isCalled } from "./command-entry";
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

export function findCommand(name: string): CommandEntry | undefined {
  return commandTable.find((entry) => isCalled(entry, name));
}
