import type { Random } from "../protocol-model/random";
import type { Edge, Model } from "./model";

/** Who runs a command line. */
export interface Hand {
  readonly actor: string;
  readonly session?: string | undefined;
}

export type Deed =
  | {
      readonly do: "create";
      readonly id: string;
      readonly title: string;
      readonly priority: number;
      readonly type: string;
      readonly label?: string | undefined;
      readonly edge?: Edge | undefined;
      readonly parent?: string | undefined;
      readonly until?: string | undefined;
    }
  | ({ readonly do: "update"; readonly id: string } & Edits)
  | {
      readonly do: "close";
      readonly ids: readonly string[];
      readonly reason?: string | undefined;
      readonly force: boolean;
    }
  | { readonly do: "reopen" | "undelete" | "undefer"; readonly id: string }
  | { readonly do: "delete"; readonly id: string; readonly how?: "force" | "cascade" | "hard" | undefined }
  | { readonly do: "claim" | "release"; readonly id: string; readonly force: boolean }
  | { readonly do: "defer"; readonly id: string; readonly until?: string | undefined }
  | { readonly do: "comment"; readonly id: string; readonly text: string }
  | { readonly do: "label"; readonly verb: "add" | "remove"; readonly id: string; readonly label: string }
  | { readonly do: "depend"; readonly id: string; readonly edge: Edge }
  | {
      readonly do: "release-edge";
      readonly id: string;
      readonly on: string;
      readonly type?: string | undefined;
    }
  | { readonly do: "remember"; readonly key: string; readonly text: string }
  | { readonly do: "forget"; readonly key: string }
  | { readonly do: "next" | "undo" | "compact" | "doctor" | "sync" }
  /** No command: a day goes by. */
  | { readonly do: "sleep" };

export interface Edits {
  readonly title?: string | undefined;
  readonly priority?: number | undefined;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  /** "": nobody. */
  readonly assignee?: string | undefined;
  readonly notes?: string | undefined;
  /** "": none. */
  readonly parent?: string | undefined;
  readonly edge?: Edge | undefined;
  readonly addLabel?: string | undefined;
  readonly claim?: boolean | undefined;
  readonly version?: "known" | "stale" | undefined;
}

export interface Step {
  readonly by: Hand;
  readonly deed: Deed;
}

export const firstDayMs = Date.UTC(2026, 0, 15, 12);
export const dayMs = 86_400_000;

const ids = ["bd-aaaa", "bd-cccc", "bd-eeee", "bd-gggg", "bd-iiii", "bd-kkkk"];
const actors = ["ann", "bob"];
const edgeTypes = ["blocks", "blocks", "blocks", "waits-for", "related", "parent-child"];
const texts = ["a", "b", "<b>\u202e\"'`", "ünï\n\tcöde", "=1+1", "x".repeat(300)];
const labels = ["red", "blue", "Grün"];
const untils = [1, 2, 4].map((days) => new Date(firstDayMs + days * dayMs - dayMs / 2).toISOString());

/** A script of so many steps; the first ones make issues, so that there is something to fight over. */
export function randomScript(random: Random, length: number): Step[] {
  return Array.from({ length }, (_, at) => ({
    by: randomHand(random),
    deed: at < 3 ? creation(random) : randomDeed(random),
  }));
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.between(0, items.length - 1)] as Item;
}

function maybe<Item>(random: Random, probability: number, make: () => Item): Item | undefined {
  return random.chance(probability) ? make() : undefined;
}

function randomHand(random: Random): Hand {
  return { actor: pick(random, actors), session: pick(random, [undefined, "s1", "s2"]) };
}

function randomEdge(random: Random): Edge {
  return { on: pick(random, ids), type: pick(random, edgeTypes) };
}

function creation(random: Random): Deed {
  const edge = maybe(random, 0.3, () => randomEdge(random));
  return {
    do: "create",
    id: pick(random, ids),
    title: pick(random, texts).replace(/\s+/g, " "),
    priority: random.between(0, 2),
    type: pick(random, ["task", "task", "bug", "epic"]),
    label: maybe(random, 0.3, () => pick(random, labels)),
    edge: edge?.type === "parent-child" ? undefined : edge,
    parent: maybe(random, 0.3, () => pick(random, ids)),
    until: maybe(random, 0.1, () => pick(random, untils)),
  };
}

function edits(random: Random): Edits {
  const claim = maybe(random, 0.15, () => true);
  const some = <Item>(items: readonly Item[]) => maybe(random, 0.25, () => pick(random, items));
  const all: Edits = {
    title: some(["new title", "newer title"]),
    priority: some([0, 1, 2, 3]),
    type: some(["task", "epic"]),
    status: claim
      ? undefined
      : some(["open", "in_progress", "blocked", "deferred", "closed", "pinned", "review"]),
    assignee: claim ? undefined : some(["", ...actors]),
    notes: some(texts),
    parent: some(["", ...ids]),
    edge: maybe(random, 0.15, () => ({ on: pick(random, ids), type: pick(random, ["blocks", "related"]) })),
    addLabel: some(labels),
    claim,
  };
  const isIdle = Object.values(all).every((value) => value === undefined);
  return {
    ...(isIdle ? { priority: random.between(0, 3) } : all),
    version: maybe(random, 0.2, () => pick(random, ["known", "stale"])),
  };
}

function randomDeed(random: Random): Deed {
  const id = pick(random, ids);
  const force = random.chance(0.2);
  const makers: readonly [number, () => Deed][] = [
    [4, () => creation(random)],
    [6, () => ({ do: "update", id, ...edits(random) })],
    [
      4,
      () => ({
        do: "close",
        ids: random.chance(0.25) ? [...new Set([id, pick(random, ids)])] : [id],
        reason: maybe(random, 0.4, () => pick(random, texts)),
        force,
      }),
    ],
    [2, () => ({ do: "reopen", id })],
    [2, () => ({ do: "delete", id, how: pick(random, [undefined, undefined, "force", "cascade"]) })],
    [0.3, () => ({ do: "delete", id, how: "hard" })],
    [2, () => ({ do: "undelete", id })],
    [3, () => ({ do: "claim", id, force })],
    [2, () => ({ do: "release", id, force })],
    [2, () => ({ do: "defer", id, until: maybe(random, 0.7, () => pick(random, untils)) })],
    [1, () => ({ do: "undefer", id })],
    [2, () => ({ do: "comment", id, text: pick(random, texts) })],
    [
      3,
      () => ({ do: "label", verb: random.chance(0.6) ? "add" : "remove", id, label: pick(random, labels) }),
    ],
    [5, () => ({ do: "depend", id, edge: randomEdge(random) })],
    [
      2,
      () => ({
        do: "release-edge",
        id,
        on: pick(random, ids),
        type: maybe(random, 0.3, () => pick(random, edgeTypes)),
      }),
    ],
    [1, () => ({ do: "remember", key: pick(random, ["k1", "k2"]), text: pick(random, texts) })],
    [0.7, () => ({ do: "forget", key: pick(random, ["k1", "k2"]) })],
    [2, () => ({ do: "next" })],
    [5, () => ({ do: "undo" })],
    [0.7, () => ({ do: "compact" })],
    [0.3, () => ({ do: "doctor" })],
    [0.5, () => ({ do: "sync" })],
    [0.7, () => ({ do: "sleep" })],
  ];
  let left = random.next() * makers.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of makers) {
    left -= weight;
    if (left < 0) return make();
  }
  return { do: "undo" };
}

/** The command line of a deed, without who does it; versions come from the model. */
export function wordsOf(deed: Deed, model: Model): string[] {
  switch (deed.do) {
    case "sleep":
      return [];
    case "next":
      return ["next", "--claim"];
    case "undo":
    case "compact":
    case "doctor":
    case "sync":
      return [deed.do];
    case "create":
      return [
        ...["create", deed.title, "--id", deed.id, "-p", `${deed.priority}`, "-t", deed.type],
        ...flag("-l", deed.label),
        ...flag("--dep", deed.edge && `${deed.edge.type}:${deed.edge.on}`),
        ...flag("--parent", deed.parent),
        ...flag("--defer", deed.until),
      ];
    case "update":
      return ["update", deed.id, ...editWords(deed, model.tracker.issues.get(deed.id)?.version ?? 1)];
    case "close":
      return ["close", ...deed.ids, ...flag("-r", deed.reason), ...(deed.force ? ["-f"] : [])];
    case "claim":
    case "release":
      return [deed.do, deed.id, ...(deed.force ? ["--force"] : [])];
    case "delete":
      return ["delete", deed.id, ...(deed.how === undefined ? [] : [`--${deed.how}`])];
    case "defer":
      return ["defer", deed.id, ...flag("--until", deed.until)];
    case "comment":
      return ["comments", "add", deed.id, deed.text];
    case "label":
      return ["label", deed.verb, deed.id, "-l", deed.label];
    case "depend":
      return ["dep", "add", deed.id, deed.edge.on, "-t", deed.edge.type];
    case "release-edge":
      return ["dep", "remove", deed.id, deed.on, ...flag("-t", deed.type)];
    case "remember":
      return ["remember", deed.key, deed.text];
    case "forget":
      return ["forget", deed.key];
    default:
      return [deed.do, deed.id];
  }
}

function editWords(edit: Edits, version: number): string[] {
  return [
    ...flag("--title", edit.title),
    ...flag("-p", edit.priority),
    ...flag("-t", edit.type),
    ...flag("-s", edit.status),
    ...flag("-a", edit.assignee),
    ...flag("--notes", edit.notes),
    ...flag("--parent", edit.parent),
    ...flag("--dep", edit.edge && `${edit.edge.type}:${edit.edge.on}`),
    ...flag("--add-label", edit.addLabel),
    ...(edit.claim === true ? ["--claim"] : []),
    ...flag("--expect-version", edit.version && (edit.version === "known" ? version : version + 1000)),
  ];
}

function flag(name: string, value: string | number | undefined): string[] {
  if (value === undefined) return [];
  return name.startsWith("--") ? [`${name}=${value}`] : [name, `${value}`];
}

export function handWords({ actor, session }: Hand): string[] {
  return ["--actor", actor, ...(session === undefined ? [] : ["--session", session])];
}
