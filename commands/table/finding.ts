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
    name: "search",
    aliases: ["find"],
    group: "Finding",
    summary: "Find issues by words in any of their texts",
    load: () => import("../search"),
  },
  {
    name: "stale",
    aliases: [],
    group: "Finding",
    summary: "List what nobody has changed for a long time",
    load: () => import("../stale"),
  },
  {
    name: "count",
    aliases: [],
    group: "Finding",
    summary: "Count issues, in groups if asked",
    load: () => import("../count"),
  },
  {
    name: "why",
    aliases: [],
    group: "Finding",
    summary: "Say why an issue is ready, or why it is not",
    load: () => import("../why"),
  },
];
