import type { RememberedState } from "../../model/take-line";
import type { Entry, Face } from "./operations";
import type { Rules } from "./rules";

/** One store with its face: what it holds, and every state that it had or took in. */
export class Clone {
  readonly store: Map<string, Entry>;
  readonly remembered: Map<string, RememberedState[]>;
  face: Face;
  /** The commit that is checked out. */
  head: number;
  readonly #rules: Rules;

  constructor(rules: Rules, face: Face, head: number) {
    this.#rules = rules;
    this.store = new Map();
    this.remembered = new Map();
    this.face = face;
    this.head = head;
  }

  /** What `cp -r` makes: the same memory, from then on its own life. */
  copy(): Clone {
    const copy = new Clone(this.#rules, this.face, this.head);
    for (const [id, entry] of this.store) copy.store.set(id, entry);
    for (const [id, states] of this.remembered) copy.remembered.set(id, [...states]);
    return copy;
  }

  put(id: string, entry: Entry): void {
    this.store.set(id, entry);
    this.#remember(id, { line: entry.line });
  }

  absorb(): void {
    for (const [id, entries] of this.face) {
      const sorted = [...entries].sort((left, right) => (left.line < right.line ? -1 : 1));
      for (const entry of sorted) this.#take(id, entry);
    }
  }

  export(): void {
    this.absorb();
    this.face = new Map([...this.store].map(([id, entry]) => [id, [entry]]));
  }

  #take(id: string, { line, seen }: Entry): void {
    const current = this.store.get(id);
    if (current !== undefined && current.line === line) {
      if ((current.seen | seen) !== current.seen) this.store.set(id, { line, seen: current.seen | seen });
      return;
    }
    const taken = this.#rules.take(line, current?.line, this.remembered.get(id) ?? []);
    if (taken === undefined) return;
    const { state, result } = taken;
    this.#remember(id, { line: state, raw: line === state ? undefined : line });
    this.put(id, { line: result, seen: (current?.seen ?? 0n) | seen });
  }

  #remember(id: string, state: RememberedState): void {
    const states = this.remembered.get(id);
    if (states === undefined) this.remembered.set(id, [state]);
    else if (!states.some(({ line, raw }) => line === state.line && raw === state.raw)) states.push(state);
  }
}
