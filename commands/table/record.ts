import { onDemand } from "../../model/on-demand";
import type { CommandEntry } from "../command-entry";

export const recordCommands = onDemand((): readonly CommandEntry[] => [
  {
    name: "note",
    aliases: [],
    group: "Talk",
    summary: "Add a line to the notes of an issue",
    load: () => import("../note"),
  },
  {
    name: "comments",
    aliases: ["comment"],
    group: "Talk",
    summary: "Talk about an issue",
    verbs: [
      {
        name: "list",
        aliases: ["ls"],
        summary: "Show what was said about an issue",
        load: () => import("../comments/list"),
      },
      {
        name: "add",
        aliases: ["new"],
        summary: "Say something about an issue",
        load: () => import("../comments/add"),
      },
      {
        name: "edit",
        aliases: ["update"],
        summary: "Let a comment say something else",
        load: () => import("../comments/edit"),
      },
      {
        name: "delete",
        aliases: ["rm", "remove"],
        summary: "Take a comment away",
        load: () => import("../comments/delete"),
      },
    ],
    bare: [{ alias: "comment", verb: "add" }, { verb: "list" }],
  },
  {
    name: "remember",
    aliases: [],
    group: "Talk",
    summary: "Keep a short text for everybody who works here",
    load: () => import("../remember"),
  },
  {
    name: "memories",
    aliases: [],
    group: "Talk",
    summary: "Show what is remembered",
    load: () => import("../memories"),
  },
  {
    name: "recall",
    aliases: [],
    group: "Talk",
    summary: "Show what is remembered under a key",
    load: () => import("../recall"),
  },
  {
    name: "forget",
    aliases: [],
    group: "Talk",
    summary: "Remove what is remembered under a key",
    load: () => import("../forget"),
  },
  {
    name: "undo",
    aliases: [],
    group: "Record",
    summary: "Take back your last changes",
    load: () => import("../undo"),
  },
  {
    name: "history",
    aliases: ["log"],
    group: "Record",
    summary: "Show what happened to an issue, and who did it",
    load: () => import("../history"),
  },
  {
    name: "audit",
    aliases: [],
    group: "Record",
    summary: "Show and add to the record of what was done",
    verbs: [
      {
        name: "list",
        aliases: ["ls"],
        summary: "Show what was done in this store, the newest first",
        load: () => import("../audit/list"),
      },
      {
        name: "log",
        aliases: [],
        summary: "Show what was done to an issue, and recorded about it",
        load: () => import("../audit/log"),
      },
      {
        name: "record",
        aliases: ["add"],
        summary: "Add a call of a model or a tool",
        load: () => import("../audit/record"),
      },
      {
        name: "label",
        aliases: [],
        summary: "Give an entry a label",
        load: () => import("../audit/label"),
      },
      {
        name: "summary",
        aliases: [],
        summary: "Count what was done, and by whom",
        load: () => import("../audit/summary"),
      },
    ],
    bare: [{ verb: "list" }],
  },
]);
