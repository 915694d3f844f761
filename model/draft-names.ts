import type { Draft, DraftSource } from "./draft";
import { BzError } from "./errors";
import { validateIssueId, wholeId } from "./issue-id";
import { nearestSpellings } from "./spelling";
import type { State } from "./state";

/** What the drafts of one plan are called, by each other and in errors. */
export class DraftNames {
  readonly #drafts: readonly Draft[];
  readonly #state: State;
  readonly #prefix: string;
  readonly #byKey = new Map<string, number>();
  readonly #byId = new Map<string, number>();

  /** @throws BzError INVALID for a key that is none or is given twice, ALREADY_EXISTS for an id that is */
  constructor(drafts: readonly Draft[], state: State, prefix: string) {
    this.#drafts = drafts;
    this.#state = state;
    this.#prefix = prefix;
    for (const at of drafts.keys()) this.#enter(at);
  }

  keys(): ReadonlyMap<string, number> {
    return this.#byKey;
  }

  /**
   * The draft of that key or chosen id, else the issue of that whole id, with or without its prefix. No part of an id will do, nor one that nobody
   * knows here: it would rather be a mistaken key.
   * @throws BzError NOT_FOUND
   */
  find(text: string): number | string {
    const name = text.startsWith("$") ? text.slice(1) : text;
    const own = this.#byKey.get(name) ?? this.#byId.get(name);
    if (own !== undefined) return own;
    const whole = wholeId(this.#state, name, this.#prefix);
    if (whole !== undefined) return whole;
    const nearest = nearestSpellings(name, [...this.#byKey.keys(), ...this.#state.ids()]);
    throw new BzError("NOT_FOUND", `"${text}" is neither a key of this plan nor an issue`, {
      hint:
        nearest.length > 0 ? `did you mean ${nearest.join(" or ")}?` : "give the issue that is meant a `key`",
      context: { text, nearest },
    });
  }

  /** How an error names a draft, or an issue that is there already. */
  of(end: number | string): string {
    if (typeof end === "string") return end;
    const draft = this.#drafts[end];
    return draft?.key ?? draft?.id ?? sourceText(draft?.source ?? "");
  }

  #enter(at: number): void {
    const draft = this.#drafts[at];
    if (draft?.key !== undefined) {
      const before = this.#byKey.get(inDraft(draft.source, () => validateKey(draft.key ?? "")));
      if (before !== undefined) throw this.#twice("key", draft.key, draft.source, before);
      this.#byKey.set(draft.key, at);
    }
    if (draft?.id === undefined) return;
    inDraft(draft.source, () => validateIssueId(draft.id ?? ""));
    const before = this.#byId.get(draft.id);
    if (before !== undefined) throw this.#twice("id", draft.id, draft.source, before);
    if (this.#state.has(draft.id)) {
      const source = sourceText(draft.source);
      throw new BzError("ALREADY_EXISTS", `${source}: there is an issue ${draft.id} already`, {
        hint: `choose another id, or leave it out; \`bz show ${draft.id}\` shows it`,
        context: { id: draft.id, source },
      });
    }
    this.#byId.set(draft.id, at);
  }

  #twice(what: string, name: string, at: DraftSource, before: number): BzError {
    const source = sourceText(at);
    const first = sourceText(this.#drafts[before]?.source ?? "");
    return new BzError("INVALID", `${source}: the ${what} "${name}" is taken by ${first}`, {
      hint: `give each issue a ${what} of its own`,
      context: { [what]: name, source, first },
    });
  }
}

export function sourceText(source: DraftSource): string {
  return typeof source === "number" ? `line ${source}` : source;
}

/** The error of one draft, saying which. */
export function inDraft<T>(at: DraftSource, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof BzError) || error.kind !== "request") throw error;
    const source = sourceText(at);
    throw new BzError(error.code, `${source}: ${error.message}`, {
      hint: error.hint,
      context: { ...error.context, source },
      cause: error,
    });
  }
}

/** Spaces, commas and colons separate names wherever several can stand; a `$` in front means that a key follows. */
export function validateKey(key: string): string {
  if (key.length <= 100 && /^[^\s,:$\p{Cc}][^\s,:\p{Cc}]*$/u.test(key) && key.isWellFormed()) return key;
  throw new BzError("INVALID", `"${key}" cannot be a key`, {
    hint: "a key has 1 to 100 characters, no space, comma or colon, and does not begin with $",
    context: { key },
  });
}
