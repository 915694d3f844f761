import type { Random } from "../protocol-model/random";
import type { Creation, Deed, Edits, Hand, Step } from "./actions";
import type { Edge } from "./model";

export const firstDayMs = Date.UTC(2026, 0, 15, 12);
export const dayMs = 86_400_000;

const ids = ["bd-aaaa", "bd-cccc", "bd-eeee", "bd-gggg", "bd-iiii", "bd-kkkk"];
const actors = ["ann", "bob"];
const edgeTypes = ["blocks", "blocks", "blocks", "waits-for", "related", "parent-child"];
const texts = ["a", "b", "<b>\u202e\"'`", "ünï\n\tcöde", "=1+1", "x".repeat(300)];
const labels = ["red", "blue", "Grün"];
const untils = [1, 2, 4].map((days) => new Date(firstDayMs + days * dayMs - dayMs / 2).toISOString());
export const dialects = ["bd", "br", "zig", "old"];

/** A script of so many steps; the first ones make issues, so that there is something to fight over. */
export function randomScript(random: Random, length: number): Step[] {
  const author = new Author(random);
  return Array.from({ length }, (_, at) => ({
    by: author.hand(),
    deed: at < 4 ? author.creation() : author.deed(),
    ...(random.chance(0.2) ? { seam: author.seam() } : {}),
  }));
}

/**
 * Writes what people do: to issues that were made, and mostly to the one that was spoken of last, so that each deed meets what the one before it left.
 */
class Author {
  readonly #random: Random;
  readonly #made: string[] = [];
  #recent = ids[0] ?? "";

  constructor(random: Random) {
    this.#random = random;
  }

  hand(): Hand {
    return { actor: this.#pick(actors), session: this.#pick([undefined, "s1", "s2"]) };
  }

  /** Every second one where what was decided has not been written yet. */
  seam(): Step["seam"] {
    const at = this.#random.chance(0.5) ? "lock" : this.#random.between(1, 90);
    return { at, by: this.hand(), deed: this.#random.chance(0.1) ? { do: "look" } : this.#quickDeed() };
  }

  creation(): Creation {
    const edge = this.#maybe(0.3, () => this.#edge());
    const parent = this.#maybe(0.4, () => this.#known());
    return {
      do: "create",
      id: this.#newId(),
      title: this.#pick(texts).replace(/\s+/g, " "),
      priority: this.#random.between(0, 2),
      type: this.#pick(["task", "task", "bug", "epic"]),
      label: this.#maybe(0.3, () => this.#pick(labels)),
      edge: edge?.type === "parent-child" ? undefined : edge,
      parent,
      until: this.#maybe(0.1, () => this.#pick(untils)),
    };
  }

  deed(): Deed {
    return this.#draw([
      [34, () => this.#quickDeed()],
      [0.4, () => ({ do: "delete", ids: [this.#id()], how: "hard" })],
      [2.5, () => ({ do: "batch", lines: this.#lines(), isAtomic: this.#random.chance(0.3) })],
      [
        1,
        () => ({
          do: "add-batch",
          drafts: Array.from({ length: this.#random.between(1, 3) }, () => this.creation()),
        }),
      ],
      [
        1.5,
        () => ({
          do: "import",
          line: this.creation(),
          dialect: this.#pick(dialects),
          status: this.#pick(["open", "in_progress", "closed", "review"]),
        }),
      ],
      [5, () => this.#undo()],
      [0.7, () => ({ do: "compact" })],
      [0.3, () => ({ do: "doctor" })],
      [0.7, () => ({ do: "sync" })],
      [0.4, () => ({ do: "backup" })],
      [0.4, () => ({ do: "restore" })],
      [1, () => ({ do: "sleep" })],
      [1, () => ({ do: "look" })],
    ]);
  }

  /** A command on one issue or memory. */
  #quickDeed(): Deed {
    const force = this.#random.chance(0.2);
    const id = this.#id();
    return this.#draw([
      [2, () => this.creation()],
      [6, () => ({ do: "update", id, ...this.#edits() })],
      [2, () => ({ do: "update", id, assignee: this.#pick(["", ...actors]) })],
      [3, () => this.#closing(force)],
      [2, () => ({ do: "reopen", id })],
      [2, () => ({ do: "delete", ids: this.#some(id), how: this.#pick([undefined, "force", "cascade"]) })],
      [1.5, () => ({ do: "undelete", id })],
      [5, () => ({ do: "claim", id, force })],
      [2, () => ({ do: "release", id, force })],
      [1.5, () => ({ do: "defer", id, until: this.#maybe(0.7, () => this.#pick(untils)) })],
      [1, () => ({ do: "undefer", id })],
      [2, () => ({ do: "comment", id, text: this.#pick(texts) })],
      [1, () => ({ do: "edit-comment", id, at: this.#random.between(0, 1), text: this.#pick(texts) })],
      [0.7, () => ({ do: "delete-comment", id, at: this.#random.between(0, 1) })],
      [
        3,
        () => ({
          do: "label",
          verb: this.#random.chance(0.6) ? "add" : "remove",
          id,
          label: this.#pick(labels),
        }),
      ],
      [6, () => ({ do: "depend", id, edge: this.#edge() })],
      [2, () => this.#released(id)],
      [0.6, () => ({ do: "remember", key: this.#pick(["k1", "k2"]), text: this.#pick(texts) })],
      [0.4, () => ({ do: "forget", key: this.#pick(["k1", "k2"]) })],
      [1.5, () => ({ do: "next" })],
    ]);
  }

  #closing(force: boolean): Deed {
    return {
      do: "close",
      ids: this.#some(this.#recent),
      reason: this.#maybe(0.4, () => this.#pick(texts)),
      force,
    };
  }

  #released(id: string): Deed {
    return {
      do: "release-edge",
      id,
      on: this.#known(),
      type: this.#maybe(0.3, () => this.#pick(edgeTypes)),
    };
  }

  #undo(): Deed {
    if (this.#random.chance(0.15)) return { do: "undo", butFirst: this.#random.between(1, 30) };
    return { do: "undo", count: this.#maybe(0.2, () => this.#random.between(2, 3)) };
  }

  #lines(): Deed[] {
    return Array.from({ length: this.#random.between(1, 4) }, () => this.#quickDeed()).filter(isForBatch);
  }

  #edits(): Edits {
    const claim = this.#maybe(0.15, () => true);
    const some = <Item>(items: readonly Item[]) => this.#maybe(0.25, () => this.#pick(items));
    const all: Edits = {
      title: some(["new title", "newer title"]),
      priority: some([0, 1, 2, 3]),
      type: some(["task", "epic"]),
      status: claim
        ? undefined
        : some(["open", "in_progress", "blocked", "deferred", "closed", "pinned", "review"]),
      assignee: claim ? undefined : this.#maybe(0.4, () => this.#pick(["", ...actors])),
      notes: some(texts),
      parent: this.#maybe(0.25, () => this.#pick(["", this.#known(), this.#known()])),
      edge: this.#maybe(0.15, () => ({ on: this.#known(), type: this.#pick(["blocks", "related"]) })),
      addLabel: some(labels),
      claim,
    };
    const isIdle = Object.values(all).every((value) => value === undefined);
    return {
      ...(isIdle ? { priority: this.#random.between(0, 3) } : all),
      version: this.#maybe(0.2, () => this.#pick(["known", "stale"])),
    };
  }

  #id(): string {
    if (!this.#random.chance(0.6)) this.#recent = this.#known();
    return this.#recent;
  }

  /** Now and then one that is taken. */
  #newId(): string {
    const free = ids.filter((id) => !this.#made.includes(id));
    this.#recent = this.#pick(free.length > 0 && this.#random.chance(0.9) ? free : ids);
    if (!this.#made.includes(this.#recent)) this.#made.push(this.#recent);
    return this.#recent;
  }

  /** Now and then one that was never made. */
  #known(): string {
    return this.#pick(this.#made.length > 0 && this.#random.chance(0.9) ? this.#made : ids);
  }

  #some(id: string): string[] {
    return this.#random.chance(0.25) ? [...new Set([id, this.#known()])] : [id];
  }

  #edge(): Edge {
    return { on: this.#known(), type: this.#pick(edgeTypes) };
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#random.between(0, items.length - 1)] as Item;
  }

  #maybe<Item>(probability: number, make: () => Item): Item | undefined {
    return this.#random.chance(probability) ? make() : undefined;
  }

  #draw(makers: readonly (readonly [number, () => Deed])[]): Deed {
    let left = this.#random.next() * makers.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of makers) {
      left -= weight;
      if (left < 0) return make();
    }
    return { do: "undo" };
  }
}

const notForBatch = new Set(["update", "edit-comment", "delete-comment", "remember", "forget", "next"]);

function isForBatch(deed: Deed): boolean {
  return !notForBatch.has(deed.do);
}
