import { onDemand } from "../../model/on-demand";
import type { CommandEntry } from "../command-entry";

export const findingCommands = onDemand((): readonly CommandEntry[] => [
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
    name: "query",
    aliases: ["queries"],
    group: "Finding",
    summary: "Find issues by an expression, and keep searches under a name",
    verbs: [
      {
        name: "where",
        aliases: [],
        summary: "List the issues of which an expression holds",
        load: () => import("../query/where"),
      },
      {
        name: "save",
        aliases: [],
        summary: "Keep a search under a name",
        load: () => import("../query/save"),
      },
      {
        name: "run",
        aliases: [],
        summary: "List what a saved query finds",
        load: () => import("../query/run"),
      },
      {
        name: "list",
        aliases: ["ls"],
        summary: "Show the saved queries",
        load: () => import("../query/list"),
      },
      {
        name: "delete",
        aliases: ["rm"],
        summary: "Remove a saved query",
        load: () => import("../query/delete"),
      },
    ],
    bare: [{ verb: "where" }],
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
    name: "orphans",
    aliases: [],
    group: "Finding",
    summary: "List what refers to issues that are not here",
    load: () => import("../orphans"),
  },
  {
    name: "lint",
    aliases: [],
    group: "Finding",
    summary: "List what is wrong with issues, or missing in them",
    load: () => import("../lint"),
  },
  {
    name: "duplicates",
    aliases: ["find-duplicates"],
    group: "Finding",
    summary: "List issues that look like the same one",
    load: () => import("../duplicates"),
  },
  {
    name: "changelog",
    aliases: [],
    group: "Finding",
    summary: "List what was closed, as Markdown",
    load: () => import("../changelog"),
  },
  {
    name: "why",
    aliases: [],
    group: "Finding",
    summary: "Say why an issue is ready, or why it is not",
    load: () => import("../why"),
  },
]);
