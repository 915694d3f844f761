import { parseIssue } from "../../model/issue-json";
import { Random } from "../protocol-model/random";
import { Clone } from "./clone";
import { changeFor, newLine, toolLine, type Wish, wish } from "./edits";
import { type Entry, type Face, Operations } from "./operations";
import type { Rules } from "./rules";
import type { Setting } from "./settings";
import { judge, type Violation } from "./verdict";

interface Commit {
  readonly parents: readonly number[];
  readonly face: Face;
}

// A good clock never shows a whole second here, or all would look like one that rounds to them.
const start = Date.UTC(2026, 0, 2, 3, 4, 5, 37);
const tickMs = 200;

/** One random history from a seed: the same seed, setting and rules always give the same one. */
export function runHistory(seed: number, setting: Setting, rules: Rules, journal?: string[]): Set<Violation> {
  const history = new History(seed, setting, rules, journal);
  const steps = history.random.between(10, 60);
  for (let step = 0; step < steps; step++) history.step();
  history.exchange();
  return judge(history.clones, history.operations);
}

class History {
  readonly random: Random;
  readonly operations = new Operations();
  readonly clones: Clone[] = [];
  readonly #commits: Commit[] = [];
  readonly #setting: Setting;
  readonly #rules: Rules;
  readonly #journal: string[] | undefined;

  constructor(seed: number, setting: Setting, rules: Rules, journal: string[] | undefined) {
    this.random = new Random(seed);
    this.#setting = setting;
    this.#rules = rules;
    this.#journal = journal;
    const first = new Clone(rules, new Map(), 0);
    if (setting.past) this.#toolsAlone(first);
    else for (let count = 0; count < 2; count++) this.#birth(first);
    first.export();
    this.#commits.push({ parents: setting.past ? [this.#commits.length - 1] : [], face: first.face });
    const head = this.#commits.length - 1;
    this.clones.push(first, ...[1, 2].map(() => new Clone(rules, first.face, head)));
    first.head = head;
    for (const clone of this.clones) clone.absorb();
  }

  step(): void {
    const clone = this.#pick(this.clones);
    const dice = this.random.next();
    if (dice < 0.45) this.#edit(clone);
    else if (dice < 0.55) clone.export();
    else if (dice < 0.65) this.#commit(clone);
    else if (dice < 0.85) this.#pull(clone, this.#pick(this.clones.filter((other) => other !== clone)));
    else if (dice < 0.93) this.#checkOut(clone);
    else if (dice < 0.96) this.#runTool(clone);
    else if (dice < 0.98 && this.#setting.fresh && this.clones.length < 5) this.#join(clone);
  }

  /** In the end everybody sees everything. */
  exchange(): void {
    for (const clone of this.clones) clone.export();
    for (let round = 0; round < 3; round++) {
      const lines = new Map<string, readonly Entry[]>();
      for (const { face } of this.clones) {
        for (const [id, entries] of face) lines.set(id, distinct([...(lines.get(id) ?? []), ...entries]));
      }
      for (const clone of this.clones) {
        clone.face = lines;
        clone.export();
      }
    }
  }

  /** A history from before anybody here used bz: lines without stamps, one commit after the other. */
  #toolsAlone(clone: Clone): void {
    let face = new Map<string, readonly Entry[]>();
    for (let step = 0; step < this.random.between(2, 12); step++) {
      if (step < 2) face = new Map([...face, this.#newIssue((line) => line)]);
      else {
        const [id, [entry]] = this.#pick([...face]);
        const edited = entry === undefined ? undefined : this.#toolEdit(id, entry, 0);
        if (edited !== undefined) face = new Map(face).set(id, [edited]);
      }
      this.operations.tick += this.random.between(0, 4);
      this.#commits.push({ parents: step === 0 ? [] : [this.#commits.length - 1], face });
    }
    clone.face = face;
  }

  #newIssue(sign: (line: string) => string): [string, readonly Entry[]] {
    const id = `i${this.operations.next}`;
    const value = `v${this.operations.next}`;
    const bit = this.operations.add({ issue: id, item: "all", value, kind: "birth", past: 0n });
    return [id, [{ line: sign(newLine(id, value, this.#now(0))), seen: bit }]];
  }

  #birth(clone: Clone): void {
    clone.absorb();
    const [id, [entry]] = this.#newIssue(this.#rules.sign);
    if (entry !== undefined) clone.put(id, entry);
    this.#note(clone, `births ${id}`);
  }

  #edit(clone: Clone): void {
    clone.absorb();
    if (this.random.chance(0.1)) {
      this.#birth(clone);
      return;
    }
    const [id, { line, seen }] = this.#pick([...clone.store]);
    const wanted = wish(parseIssue(line), this.random, this.operations.next, {
      toggle: true,
      removeComments: true,
    });
    if (wanted === undefined) return;
    const bit = this.#record(id, wanted, seen);
    const nowMs = this.#now(this.random.pick([0, 0, 0, -5, 5]) ?? 0);
    const change = changeFor(line, wanted, nowMs);
    if (change === undefined) throw new Error(`${JSON.stringify(wanted)} changes nothing in ${line}`);
    clone.put(id, { line: this.#rules.change(line, change, nowMs), seen: seen | bit });
    this.#note(clone, `edits ${id}: ${wanted.item} = ${wanted.value} -> ${clone.store.get(id)?.line}`);
  }

  #runTool(clone: Clone): void {
    if (this.#setting.tools === undefined) return;
    clone.absorb();
    if (clone.face.size === 0) return;
    const [id, entries] = this.#pick([...clone.face]);
    const edited = this.#toolEdit(id, this.#pick(entries), this.#setting.tools.keep);
    if (edited === undefined) return;
    clone.face = new Map(clone.face).set(id, [edited]);
    this.#note(clone, `tool writes ${edited.line}`);
  }

  #toolEdit(id: string, { line, seen }: Entry, keep: number): Entry | undefined {
    const tools = this.#setting.tools ?? { keep, clock: "good", toggle: true, forgets: false };
    const wanted = wish(parseIssue(line), this.random, this.operations.next, {
      toggle: tools.toggle,
      removeComments: false,
    });
    if (wanted === undefined) return undefined;
    const bit = this.#record(id, wanted, seen);
    const updatedMs = Date.parse(parseIssue(line).updated_at);
    const timeMs =
      tools.clock === "good"
        ? Math.max(updatedMs + 1, this.#now(0))
        : tools.clock === "coarse"
          ? Math.floor(this.#now(0) / 1000) * 1000
          : this.#now(this.random.pick([-8, 0, 8]) ?? 0);
    const edited = toolLine(line, wanted, timeMs, {
      keepsStamp: this.random.chance(keep),
      forgets: tools.forgets && this.random.chance(0.5),
      reorders: this.random.chance(0.5),
    });
    return { line: edited, seen: seen | bit };
  }

  #record(issue: string, { item, value, kind }: Wish, past: bigint): bigint {
    return this.operations.add({ issue, item, value, kind, past });
  }

  #commit(clone: Clone): void {
    clone.export();
    this.#commits.push({ parents: [clone.head], face: clone.face });
    clone.head = this.#commits.length - 1;
    this.#note(clone, `commits ${clone.head}`);
  }

  #pull(clone: Clone, from: Clone): void {
    this.#commit(clone);
    const ours = this.#ancestors(clone.head);
    if (ours.has(from.head)) return;
    const common = [...this.#ancestors(from.head)].filter((commit) => ours.has(commit));
    const base = this.#faceOf(Math.max(...common));
    const how = this.#pick(["union", "ours", "theirs", "both"]);
    const face = mergeFaces(base, this.#faceOf(clone.head), this.#faceOf(from.head), how);
    this.#commits.push({ parents: [clone.head, from.head], face });
    clone.face = face;
    clone.head = this.#commits.length - 1;
    this.#note(clone, `pulls from clone ${this.clones.indexOf(from)} (${how}), commit ${clone.head}`);
    if (this.random.chance(0.8)) clone.absorb();
  }

  /** With the head, or like `git checkout COMMIT -- issues.jsonl`. */
  #checkOut(clone: Clone): void {
    const commit = this.#pick([...this.#ancestors(clone.head)].sort((left, right) => left - right));
    clone.face = this.#faceOf(commit);
    this.#note(clone, `checks out ${commit}`);
    if (this.random.chance(0.5)) clone.absorb();
    if (this.random.chance(0.5)) clone.head = commit;
  }

  #join(clone: Clone): void {
    const joined = this.random.chance(0.5)
      ? clone.copy()
      : new Clone(this.#rules, this.#faceOf(clone.head), clone.head);
    joined.absorb();
    this.clones.push(joined);
    this.#note(joined, "joins");
  }

  #ancestors(head: number): Set<number> {
    const found = new Set<number>();
    const open = [head];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...(this.#commits[next]?.parents ?? []));
    }
    return found;
  }

  #faceOf(commit: number): Face {
    return this.#commits[commit]?.face ?? new Map();
  }

  #now(skewTicks: number): number {
    return start + (this.operations.tick + skewTicks) * tickMs;
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = this.random.pick(items);
    if (item === undefined) throw new Error("there is nothing to pick from");
    return item;
  }

  #note(clone: Clone, text: string): void {
    this.#journal?.push(`${this.operations.tick} clone ${this.clones.indexOf(clone)} ${text}`);
  }
}

/** What git does with the lines that one side changed, and what people do with those that both did. */
function mergeFaces(base: Face, ours: Face, theirs: Face, how: string): Face {
  const merged = new Map<string, readonly Entry[]>();
  for (const id of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const [one, other, old] = [ours.get(id), theirs.get(id), base.get(id)];
    if (one === undefined || other === undefined) merged.set(id, one ?? other ?? []);
    else if (isSame(one, other) || isSame(other, old)) merged.set(id, one);
    else if (isSame(one, old) || how === "theirs") merged.set(id, other);
    else merged.set(id, how === "ours" ? one : distinct([...one, ...other]));
  }
  return merged;
}

function isSame(one: readonly Entry[], other: readonly Entry[] | undefined): boolean {
  return one === other || (other !== undefined && keyOf(one) === keyOf(other));
}

function keyOf(entries: readonly Entry[]): string {
  return entries.map(({ line, seen }) => `${seen} ${line}`).join("\n");
}

function distinct(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry): [string, Entry] => [keyOf([entry]), entry])).values()];
}
