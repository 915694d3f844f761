import type { JsonValue } from "./json";
import { onDemand } from "./on-demand";

/** Who has to act: the caller, the machine, time, or somebody else. Exit codes are made from it, in output alone. */
export type ErrorKind = "request" | "system" | "busy" | "taken" | "empty";

const kindOfCode = onDemand(
  () =>
    ({
      USAGE: "request",
      NOT_FOUND: "request",
      AMBIGUOUS_ID: "request",
      INVALID: "request",
      BLOCKED: "request",
      DEFERRED: "request",
      CYCLE: "request",
      NOT_INITIALIZED: "request",
      ALREADY_INITIALIZED: "request",
      ALREADY_EXISTS: "request",
      HAS_OPEN_CHILDREN: "request",
      HAS_DEPENDENTS: "request",
      FILE_UNREADABLE: "request",
      WRITE_REFUSED: "request",
      FACE_CHANGED: "request",
      FACE_DIFFERS: "request",
      CONFLICT_MARKERS: "request",
      DOCTOR_FAILED: "request",
      SETUP_DIFFERS: "request",
      NOTHING_TO_UNDO: "request",
      CANNOT_UNDO: "request",
      UNDO_CONFLICT: "request",
      STORAGE_FAILED: "system",
      NO_SPACE: "system",
      READ_ONLY: "system",
      CORRUPT: "system",
      OUTPUT_FAILED: "system",
      UNSUPPORTED: "system",
      UPGRADE_FAILED: "system",
      REGISTRY_UNREACHABLE: "system",
      INTERNAL: "system",
      LOCK_FAILED: "system",
      LOCK_TIMEOUT: "busy",
      VERSION_MISMATCH: "taken",
      CLAIMED: "taken",
      NOTHING_READY: "empty",
    }) as const satisfies Record<string, ErrorKind>,
);

export type ErrorCode = keyof ReturnType<typeof kindOfCode>;

/** All of them, for whoever explains them. */
export function errorCodes(): ErrorCode[] {
  return Object.keys(kindOfCode()).filter(isErrorCode);
}

function isErrorCode(name: string): name is ErrorCode {
  return Object.hasOwn(kindOfCode(), name);
}

export interface ErrorOptions {
  /** What to do next, as a sentence or a command. */
  readonly hint?: string | undefined;
  /** The place in a text of the caller's that the message is about. */
  readonly excerpt?: Excerpt | undefined;
  /** Facts for programs: ids, versions, paths. */
  readonly context?: Record<string, JsonValue> | undefined;
  readonly cause?: unknown;
}

export interface Excerpt {
  readonly text: string;
  /** Where in `text`, in units of it; its end counts as a place. */
  readonly at: number;
  readonly length: number;
}

/** The one error that commands, storage and model throw on purpose. */
export class BzError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly hint?: string;
  /** True when the same command may succeed later without any change. */
  readonly retryable: boolean;
  readonly excerpt?: Excerpt;
  readonly context: Record<string, JsonValue>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BzError";
    this.code = code;
    this.kind = kindOfCode()[code];
    this.retryable = this.kind === "busy";
    this.context = options.context ?? {};
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.excerpt !== undefined) this.excerpt = options.excerpt;
  }
}

/** One of several that could not be done: whose id it is stands in the error's context. */
export function failedEntry(error: BzError): JsonValue {
  const { id, text } = error.context;
  return { id: id ?? text ?? null, code: error.code, message: error.message };
}
