import { recordName, type SetRecord, type StoredRecord } from "./record";
import type { State } from "./state";

export interface MemoryImportOptions {
  /** Lets a later value win; without it known keys are left as they are. */
  readonly merge?: boolean | undefined;
  readonly nowMs: number;
  readonly actor: string;
}

/** What the memory lines of an import would do. */
export class MemoryImport {
  readonly #state: State;
  readonly #options: MemoryImportOptions;
  readonly #operations = new Map<string, SetRecord>();
  added = 0;
  updated = 0;

  constructor(state: State, options: MemoryImportOptions) {
    this.#state = state;
    this.#options = options;
  }

  get operations(): readonly SetRecord[] {
    return [...this.#operations.values()];
  }

  /**
   * A line of ours says when it was set, and the later value wins; one of bd does not, and wins, since whoever merges wants it in. Returns why a line changes
   * nothing, undefined when it comes in.
   */
  take({ type, key, value, at, by }: StoredRecord): string | undefined {
    const present = this.#state.record(type, key);
    if (present?.value === value) return "unchanged";
    if (this.#operations.has(recordName(type, key))) return "repeated";
    if (present !== undefined && this.#options.merge !== true) return "known";
    if (present !== undefined && at !== 0 && at <= present.at) return "brings nothing new";
    const { nowMs, actor } = this.#options;
    this.#operations.set(recordName(type, key), {
      op: "record",
      type,
      key,
      value,
      at: at === 0 ? Math.max(nowMs, (present?.at ?? -1) + 1) : at,
      by: by === "" ? actor : by,
    });
    if (present === undefined) this.added += 1;
    else this.updated += 1;
    return undefined;
  }
}
