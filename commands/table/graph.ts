import { onDemand } from "../../model/on-demand";
import type { CommandEntry } from "../command-entry";

export const graphCommands = onDemand((): readonly CommandEntry[] => [
  {
    name: "dep",
    aliases: ["deps", "dependency"],
    group: "Graph",
    summary: "Say what waits for what",
    verbs: [
      {
        name: "add",
        aliases: ["new"],
        summary: "Let an issue depend on another one",
        load: () => import("../dep/add"),
      },
      {
        name: "remove",
        aliases: ["rm"],
        summary: "Take a dependency away",
        load: () => import("../dep/remove"),
      },
      {
        name: "list",
        aliases: ["ls"],
        summary: "Show what an issue depends on, or what depends on it",
        load: () => import("../dep/list"),
      },
      {
        name: "tree",
        aliases: [],
        summary: "Show what an issue depends on, step by step",
        load: () => import("../dep/tree"),
      },
      {
        name: "cycles",
        aliases: [],
        summary: "Show issues that wait for each other",
        load: () => import("../dep/cycles"),
      },
    ],
    bare: [{ verb: "add", flag: ["--blocks", "-b", "--blocked-by", "--depends-on"] }],
  },
  {
    name: "graph",
    aliases: [],
    group: "Graph",
    summary: "Draw which issues wait for which",
    load: () => import("../graph"),
  },
  {
    name: "epic",
    aliases: ["epics"],
    group: "Graph",
    summary: "Gather issues in epics, and see how far they are",
    verbs: [
      {
        name: "create",
        aliases: ["new"],
        summary: "Create an epic",
        load: () => import("../epic/create"),
      },
      {
        name: "add",
        aliases: [],
        summary: "Make issues parts of an epic",
        load: () => import("../epic/add"),
      },
      {
        name: "remove",
        aliases: ["rm"],
        summary: "Take issues out of an epic",
        load: () => import("../epic/remove"),
      },
      {
        name: "list",
        aliases: ["ls"],
        summary: "List the parts of an epic, or all epics",
        load: () => import("../epic/list"),
      },
      {
        name: "status",
        aliases: [],
        summary: "Show how far epics are",
        load: () => import("../epic/status"),
      },
      {
        name: "close-eligible",
        aliases: [],
        summary: "Close the epics whose parts are all closed",
        load: () => import("../epic/close-eligible"),
      },
    ],
    bare: [{ verb: "status" }],
  },
  {
    name: "plan",
    aliases: [],
    group: "Graph",
    summary: "Sort the open issues into phases that can be worked on in parallel",
    load: () => import("../plan"),
  },
  {
    name: "critical",
    aliases: ["critical-path"],
    group: "Graph",
    summary: "Show the longest chain of issues that wait for each other",
    load: () => import("../critical"),
  },
  {
    name: "bottlenecks",
    aliases: [],
    group: "Graph",
    summary: "List the issues that hold up most",
    load: () => import("../bottlenecks"),
  },
  {
    name: "insights",
    aliases: [],
    group: "Graph",
    summary: "Report how the open issues hang together, and what to do",
    load: () => import("../insights"),
  },
]);
