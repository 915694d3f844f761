import { onDemand } from "../../model/on-demand";
import type { CommandEntry } from "../command-entry";

/** What agents call all the time stands first in its group, and in a table of its own: to make a whole one takes 0.15 ms. */
export const dailyCommands = onDemand((): readonly CommandEntry[] => [
  {
    name: "q",
    aliases: ["quick"],
    group: "Issues",
    summary: "Create an issue from its title and print the id alone",
    load: () => import("../q"),
  },
  {
    name: "create",
    aliases: ["add", "new"],
    group: "Issues",
    summary: "Create an issue",
    load: () => import("../create"),
  },
  {
    name: "show",
    aliases: ["get", "view"],
    group: "Issues",
    summary: "Show everything about issues",
    load: () => import("../show"),
  },
  {
    name: "update",
    aliases: ["edit"],
    group: "Issues",
    summary: "Change fields of issues",
    load: () => import("../update"),
  },
  {
    name: "close",
    aliases: ["done", "finish"],
    group: "Issues",
    summary: "Close issues",
    load: () => import("../close"),
  },
  {
    name: "next",
    aliases: [],
    group: "Issues",
    summary: "Name the issue to begin with, or claim it in the same step",
    load: () => import("../next"),
  },
  {
    name: "claim",
    aliases: [],
    group: "Issues",
    summary: "Take an issue, so that nobody else does",
    load: () => import("../claim"),
  },
  { name: "list", aliases: ["ls"], group: "Finding", summary: "List issues", load: () => import("../list") },
  {
    name: "ready",
    aliases: [],
    group: "Finding",
    summary: "List what can be worked on now, the best first",
    load: () => import("../ready"),
  },
]);
