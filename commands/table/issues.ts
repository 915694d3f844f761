import { onDemand } from "../../model/on-demand";
import type { CommandEntry } from "../command-entry";

export const issueCommands = onDemand((): readonly CommandEntry[] => [
  {
    name: "add-batch",
    aliases: ["batch-add"],
    group: "Issues",
    summary: "Create many issues at once, all or none",
    load: () => import("../add-batch"),
  },
  {
    name: "batch",
    aliases: [],
    group: "Issues",
    summary: "Carry out many commands at once, one a line as JSON",
    load: () => import("../batch"),
  },
  {
    name: "reopen",
    aliases: [],
    group: "Issues",
    summary: "Open closed issues again",
    load: () => import("../reopen"),
  },
  {
    name: "release",
    aliases: [],
    group: "Issues",
    summary: "Give issues back, or free the claims of agents that are gone",
    load: () => import("../release"),
  },
  {
    name: "defer",
    aliases: [],
    group: "Issues",
    summary: "Put issues off; they come back by themselves",
    load: () => import("../defer"),
  },
  {
    name: "undefer",
    aliases: [],
    group: "Issues",
    summary: "Bring deferred issues back at once",
    load: () => import("../undefer"),
  },
  {
    name: "delete",
    aliases: ["rm"],
    group: "Issues",
    summary: "Delete issues, leaving a tombstone",
    load: () => import("../delete"),
  },
  {
    name: "undelete",
    aliases: [],
    group: "Issues",
    summary: "Bring deleted issues back",
    load: () => import("../undelete"),
  },
  {
    name: "label",
    aliases: ["labels", "tag"],
    group: "Issues",
    summary: "Sort issues by labels",
    verbs: [
      { name: "add", aliases: [], summary: "Add labels to issues", load: () => import("../label/add") },
      {
        name: "remove",
        aliases: ["rm"],
        summary: "Take labels away from issues",
        load: () => import("../label/remove"),
      },
      {
        name: "list",
        aliases: ["ls"],
        summary: "Show the labels of an issue, or all that are in use",
        load: () => import("../label/list"),
      },
      {
        name: "list-all",
        aliases: ["all"],
        summary: "Show every label and how many issues have it",
        load: () => import("../label/list-all"),
      },
      {
        name: "rename",
        aliases: ["mv"],
        summary: "Give a label another name everywhere",
        load: () => import("../label/rename"),
      },
    ],
  },
]);
