import { dependencyTypes } from "../model/dependency";
import type { Issue } from "../model/issue";
import { issueTypes } from "../model/issue-type";
import { countLabels } from "../model/label-count";
import { priorityNames } from "../model/priority";
import type { RecordType } from "../model/record";
import { issueRowKeys } from "../model/row";
import type { State } from "../model/state";
import { isLive, shownStatus, statuses } from "../model/status";
import type { Argument } from "./command";

/** Something that can stand where the cursor is. */
export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** What a value is: words that we know, or a path, which shells complete better. */
export type Values = "files" | "directories" | ((prefix: string, store: CompletionStore) => Candidate[]);

/** The store, as far as there is one. */
export interface CompletionStore {
  readonly nowMs: number;
  /** None where they cannot be read. */
  customStatuses(): readonly string[];
  /** No candidates outside of a workspace. */
  read(answer: (state: State) => Candidate[]): Candidate[];
}

/** What the values of an argument are, known from its declaration, its name and what stands for it in help. */
export function valuesOf(command: string, key: string, argument: Argument): Values | undefined {
  const { suggests, valueHint = "" } = argument;
  if (suggests !== undefined) return () => named(suggests);
  if (argument.type === "enum") {
    const options = argument.options ?? [];
    return () => named(options);
  }
  if (key === "directory" || key === "data") return "directories";
  if (valueHint === "FILE" || fileKeys.has(key)) return "files";
  if (valueHint === "ID" || valueHint.endsWith(":]ID") || idKeys.has(key)) return idsFor(command);
  const records = recordsFor.get(`${command} ${key}`);
  if (records !== undefined) return keysOf(records);
  if (key === "type" && /^(dep|graph)\b/.test(command)) return () => named(dependencyTypes);
  return byKey.get(key);
}

const fileKeys: ReadonlySet<string> = new Set(["file", "from-file", "output"]);

const idKeys: ReadonlySet<string> = new Set([
  "id",
  "ids",
  "issue",
  "issues",
  "on",
  "child",
  "children",
  "parent",
  "epic",
  "blocks",
  "blocked-by",
]);

/** By command and argument, what is kept under the keys that it takes. */
const recordsFor: ReadonlyMap<string, RecordType> = new Map<string, RecordType>([
  ["recall key", "memory"],
  ["forget key", "memory"],
  ["query run name", "query"],
  ["query delete name", "query"],
]);

const byKey: ReadonlyMap<string, Values> = new Map<string, Values>([
  ["status", (_prefix, store) => named([...new Set([...statuses, ...store.customStatuses()])])],
  ["type", () => named(issueTypes)],
  ["fields", () => named(issueRowKeys)],
  ...["priority", "priority-min", "priority-max"].map((key): [string, Values] => [key, priorities]),
  ...["label", "label-any", "labels", "add-label", "remove-label", "set-labels", "old"].map(
    (key): [string, Values] => [key, labels],
  ),
  ...["assignee", "actor", "author", "owner"].map((key): [string, Values] => [key, people]),
]);

function named(words: readonly string[]): Candidate[] {
  return words.map((value) => ({ value }));
}

function priorities(): Candidate[] {
  return priorityNames.map((description, priority) => ({ value: String(priority), description }));
}

function labels(_prefix: string, store: CompletionStore): Candidate[] {
  return store.read((state) =>
    countLabels(state.issues()).map(({ label, count }) => ({
      value: label,
      description: `${count} ${count === 1 ? "issue" : "issues"}`,
    })),
  );
}

function people(_prefix: string, store: CompletionStore): Candidate[] {
  return store.read((state) => {
    const names = [...state.issues()].flatMap(({ assignee }) => assignee ?? []);
    return named([...new Set(names)].sort());
  });
}

function keysOf(type: RecordType): Values {
  return (_prefix, store) => store.read((state) => named(state.records(type).map(({ key }) => key)));
}

/** Ids of the issues that the command has to do with, the most urgent first; of others, when none of those begins like that. */
function idsFor(command: string): Values {
  const wanted = statusesFor.get(command);
  return (prefix, store) =>
    store.read((state) => {
      const begun = issuesThatBegin(state, prefix).filter(
        ({ status }) => status !== "tombstone" || wanted?.has(status) === true,
      );
      const fitting = begun.filter((issue) =>
        wanted === undefined ? isLive(issue.status) : wanted.has(shownStatus(issue, store.nowMs)),
      );
      return (fitting.length > 0 ? fitting : begun)
        .toSorted((one, other) => one.priority - other.priority)
        .map(({ id, title }) => ({ value: id, description: title }));
    });
}

const statusesFor: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["reopen", new Set(["closed"])],
  ["undelete", new Set(["tombstone"])],
  ["undefer", new Set(["deferred"])],
  ["release", new Set(["in_progress"])],
]);

/** In the order of the ids. Few are looked up one by one, so that more letters make it faster. */
function issuesThatBegin(state: State, prefix: string): Issue[] {
  const ids = [...state.ids()].filter((id) => id.startsWith(prefix));
  if (ids.length > 1000) return [...state.issues()].filter(({ id }) => id.startsWith(prefix));
  return ids.flatMap((id) => state.issue(id) ?? []);
}
