import { BzError } from "./errors";
import type { NewIssues } from "./operation";
import { State } from "./state";
import type { LoggedOperations, OutlineReader, UnreadTransactions } from "./unread-transactions";

/** A state with new issues in it. None is made before somebody asks for an issue. */
export function withNewIssues(state: State, creations: NewIssues, sequence: number): State {
  return new State(state, new Creation(creations, sequence));
}

/** One transaction that brings them. */
class Creation implements UnreadTransactions {
  readonly #creations: NewIssues;
  readonly #sequence: number;
  #made: LoggedOperations | undefined;

  constructor(creations: NewIssues, sequence: number) {
    this.#creations = creations;
    this.#sequence = sequence;
  }

  on(): LoggedOperations[] {
    return this.all();
  }

  mentioning(): LoggedOperations[] {
    return this.all();
  }

  settingRecords(): LoggedOperations[] {
    return [];
  }

  all(): LoggedOperations[] {
    return [this.at()];
  }

  at = (): LoggedOperations => {
    this.#made ??= { sequence: this.#sequence, operations: [...this.#creations] };
    return this.#made;
  };

  outline(reader: OutlineReader): void {
    reader.readOther(this.at());
  }

  after(sequence: number): LoggedOperations[] {
    return sequence < this.#sequence ? this.all() : [];
  }

  get roughlyAdded(): number {
    return this.#creations.length;
  }

  damage(message: string, context: Record<string, string | number> = {}): BzError {
    return new BzError("CORRUPT", message, { context });
  }
}
