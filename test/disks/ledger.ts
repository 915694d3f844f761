/** What an issue looked like after one change; the first is its birth. */
interface Entry {
  readonly states: string[];
  /** Which of the states is acknowledged, -1 while not even the birth is. */
  acknowledged: number;
  /** Which of the states a `sync` has acknowledged, -1 while none. */
  exported: number;
  /** Issues of one batch stand or fall together. */
  readonly batch: string | undefined;
}

export interface Shown {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly description?: string;
}

/** What was asked of a store, and what of it was acknowledged. Kept outside of every image. An issue is known by its title, which nobody changes. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();

  /** To be called before the change is asked for. Returns what to call when it is acknowledged. */
  attempt(title: string, state: { status: string; description: string }, batch?: string): () => void {
    const entry = this.#entries.get(title) ?? { states: [], acknowledged: -1, exported: -1, batch };
    this.#entries.set(title, entry);
    const index = entry.states.push(stateOf(state)) - 1;
    return () => {
      entry.acknowledged = Math.max(entry.acknowledged, index);
    };
  }

  /** To be called before a `sync` is asked for. Returns what to call when it is acknowledged. */
  attemptSync(): () => void {
    const promised = [...this.#entries.values()].map((entry) => ({ entry, index: entry.acknowledged }));
    return () => {
      for (const { entry, index } of promised) entry.exported = Math.max(entry.exported, index);
    };
  }

  /** As things stand now: later acknowledgements do not count. */
  freeze(): Ledger {
    const frozen = new Ledger();
    for (const [title, entry] of this.#entries)
      frozen.#entries.set(title, { ...entry, states: [...entry.states] });
    return frozen;
  }

  /** What was acknowledged is shown, what is shown was asked for, bytes and all; a batch whole or not at all. */
  wrongIn(issues: readonly Shown[]): string[] {
    const shown = new Map(issues.map((issue) => [issue.title, issue]));
    const wrong = this.#compare(shown, (entry) => entry.acknowledged, "acknowledged");
    if (shown.size !== issues.length) wrong.push("an issue is shown twice");
    const batches = new Map<string, Set<boolean>>();
    for (const [title, { batch }] of this.#entries) {
      if (batch === undefined) continue;
      const members = batches.get(batch) ?? new Set();
      batches.set(batch, members.add(shown.has(title)));
    }
    for (const [batch, fates] of batches) if (fates.size > 1) wrong.push(`half of batch ${batch} is shown`);
    return wrong;
  }

  /** What `sync` acknowledged stands in the face. */
  wrongInFace(lines: readonly Shown[]): string[] {
    const shown = new Map(lines.map((line) => [line.title, line]));
    return this.#compare(shown, (entry) => entry.exported, "exported");
  }

  #compare(shown: ReadonlyMap<string, Shown>, leastOf: (entry: Entry) => number, word: string): string[] {
    const wrong: string[] = [];
    for (const [title, entry] of this.#entries) {
      const least = leastOf(entry);
      const issue = shown.get(title);
      if (issue === undefined) {
        if (least >= 0) wrong.push(`"${title}" was ${word} and is lost`);
        continue;
      }
      const index = entry.states.lastIndexOf(stateOf(issue));
      if (index < 0) wrong.push(`"${title}" is shown as nobody wanted it: ${stateOf(issue)}`);
      else if (index < least)
        wrong.push(`"${title}" is back at change ${index}, but change ${least} was ${word}`);
    }
    for (const title of shown.keys())
      if (!this.#entries.has(title)) wrong.push(`"${title}" is shown, and nobody asked for it`);
    return wrong;
  }

  /** From now on what is shown is what must stay: a reader has seen it. */
  adopt(issues: readonly Shown[]): void {
    const shown = new Map(issues.map((issue) => [issue.title, issue]));
    for (const [title, entry] of this.#entries) {
      const issue = shown.get(title);
      if (issue === undefined) {
        this.#entries.delete(title);
        continue;
      }
      entry.acknowledged = entry.states.lastIndexOf(stateOf(issue));
      entry.states.length = entry.acknowledged + 1;
    }
  }

  /** Changes. */
  get acknowledgedCount(): number {
    let count = 0;
    for (const { acknowledged } of this.#entries.values()) count += acknowledged + 1;
    return count;
  }
}

function stateOf({ status, description = "" }: { status: string; description?: string }): string {
  return `${status}, ${description.length} characters ${Bun.hash.wyhash(description)}`;
}
