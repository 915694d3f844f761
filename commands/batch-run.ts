import { validateKey } from "../model/draft-names";
import { BzError } from "../model/errors";
import { GrowingState } from "../model/growing-state";
import { parseRecord } from "../model/issue-json";
import type { JsonObject } from "../model/json";
import type { Operation } from "../model/operation";
import { refuseRepeatedKeys } from "../model/repeated-keys";
import { spellingHint } from "../model/spelling";
import { errorDocument } from "../output/errors";
import type { Decision, TransactionInfo, View } from "../storage/store";
import { decideCreateLine, decideUpdateLine, type IssueLine } from "./batch-issues";
import { BatchRecord } from "./batch-record";
import { batchVerbs, type LineOutcome, verbAliases } from "./batch-verbs";

export interface BatchLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

export interface BatchReport {
  /** One for each line, in their order. */
  readonly results: readonly JsonObject[];
  readonly ids: readonly string[];
  readonly failures: readonly BzError[];
  readonly targets: readonly string[];
}

export interface BatchOptions extends Pick<IssueLine, "caller" | "random"> {
  readonly isAtomic: boolean;
}

/**
 * Decides all lines as one transaction, each on what those before it left. A line that is refused leaves nothing.
 * @throws BzError the refusal of the first such line, where all or none were asked for
 */
export function decideLines(
  lines: readonly BatchLine[],
  view: View,
  info: TransactionInfo,
  options: BatchOptions,
): Decision<BatchReport> {
  const run = new BatchRun(view, info, options);
  for (const line of lines) run.take(line);
  return { operations: run.operations, result: run };
}

class BatchRun implements BatchReport {
  readonly operations: Operation[] = [];
  readonly results: JsonObject[] = [];
  readonly ids: string[] = [];
  readonly failures: BzError[] = [];
  readonly targets: string[] = [];
  readonly #view: View;
  readonly #info: TransactionInfo;
  readonly #options: BatchOptions;
  readonly #state: GrowingState;
  readonly #idOfKey = new Map<string, string>();
  readonly #lineOfLostKey = new Map<string, number>();

  constructor(view: View, info: TransactionInfo, options: BatchOptions) {
    this.#view = view;
    this.#info = info;
    this.#options = options;
    this.#state = new GrowingState(view.state);
  }

  take({ number, text }: BatchLine): void {
    let record: JsonObject = {};
    try {
      record = parseRecord(text);
      refuseRepeatedKeys(text);
      const key = this.#keyOf(record);
      const { command, operations, result } = this.#decide(record, text);
      this.#state.keep(operations, this.#view.sequence + 1);
      this.operations.push(...operations);
      this.ids.push(...result.ids);
      this.targets.push(...(result.targets ?? []));
      const [id = ""] = result.ids;
      if (key !== undefined) this.#idOfKey.set(key, id);
      this.results.push({
        line: number,
        ok: true,
        cmd: command,
        ...(result.ids.length === 1 ? { id } : { ids: [...result.ids] }),
        ...(key === undefined ? {} : { key }),
        changed: operations.length > 0,
        ...result.facts,
      });
    } catch (error) {
      if (!(error instanceof BzError) || !["request", "taken"].includes(error.kind)) throw error;
      this.#refuse(number, record, error);
    }
  }

  #refuse(number: number, record: JsonObject, error: BzError): void {
    const { code, message, hint, context } = error;
    const isAtomic = this.#options.isAtomic;
    const failure = new BzError(
      code,
      `line ${number}: ${message}${isAtomic ? "; nothing was written" : ""}`,
      {
        hint,
        context: { ...context, line: number },
        cause: error,
      },
    );
    if (isAtomic) throw failure;
    this.failures.push(failure);
    if (typeof record.key === "string") this.#lineOfLostKey.set(record.key, number);
    const cmd = typeof record.cmd === "string" ? { cmd: record.cmd } : {};
    this.results.push({ line: number, ok: false, ...cmd, error: errorDocument(error) });
  }

  #decide(record: JsonObject, text: string): Decision<LineOutcome> & { command: string } {
    const command = commandOf(record);
    const view: View = { ...this.#view, state: this.#state.layer() };
    const info = this.#info;
    const refer = (name: string): string => this.#refer(name);
    const line: IssueLine = { ...this.#options, text, view, info, refer };
    if (command === "create") return { command, ...decideCreateLine(line) };
    if (command === "update") return { command, ...decideUpdateLine(line) };
    const verb = batchVerbs.get(command);
    if (verb === undefined) throw unknownCommand(command);
    const read = new BatchRecord(record, refer);
    read.allow(command, verb.keys);
    return { command, ...verb.decide(read, view, info, this.#options.caller) };
  }

  /** @throws BzError INVALID for a key that is none, or stands for another issue already */
  #keyOf({ key }: JsonObject): string | undefined {
    if (typeof key !== "string") return undefined;
    const known = this.#idOfKey.get(validateKey(key));
    if (known === undefined) return key;
    throw new BzError("INVALID", `the key "${key}" stands for ${known} already`, {
      hint: "give each new issue a key of its own",
      context: { key, id: known },
    });
  }

  #refer(name: string): string {
    if (!name.startsWith("$")) return name;
    const key = name.slice(1);
    const id = this.#idOfKey.get(key);
    if (id !== undefined) return id;
    const lost = this.#lineOfLostKey.get(key);
    throw new BzError(
      "NOT_FOUND",
      lost === undefined
        ? `no line before this one has the key "${key}"`
        : `line ${lost}, which was to make "${name}", was refused`,
      {
        hint: lost === undefined ? spellingHint(key, [...this.#idOfKey.keys()]) : "correct that line first",
        context: { text: name },
      },
    );
  }
}

/** `label_add`, `label-add` and `label add` are one command. */
function commandOf({ cmd }: JsonObject): string {
  if (typeof cmd !== "string" || cmd.trim() === "")
    throw new BzError("INVALID", '"cmd" is missing', { hint: '{"cmd":"close","id":"bd-x1y2"}' });
  const name = cmd
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, " ");
  return verbAliases.get(name) ?? name;
}

function unknownCommand(command: string): BzError {
  const known = ["create", "update", ...batchVerbs.keys()];
  return new BzError("INVALID", `a batch has no command "${command}"`, {
    hint: spellingHint(command, known),
    context: { cmd: command },
  });
}
