import type { CommandEntry } from "../command-entry";

export const findingCommands: readonly CommandEntry[] = [
  { name: "list", aliases: ["ls"], group: "Finding", summary: "List issues", load: () => import("../list") },
  {
    name: "ready",
    aliases: [],
    group: "Finding",
    summary: "List what can be worked on now, the best first",
    load: () => import("../ready"),
  },
  {
    name: "blocked",
    aliases: [],
    group: "Finding",
    summary: "List what waits for something else, and for what",
    load: () => import("../blocked"),
  },
  {
    name: "why",
    aliases: [],
    group: "Finding",
    summary: "Say why an issue is ready, or why it is not",
    load: () => import("../why"),
  },
];
