import type { ErrorCode } from "../../../model/errors";

/** What a command is tried with, by the words that call it: "close", "dep add". */
export type ContractCases = Readonly<Record<string, CommandCases>>;

export interface CommandCases {
  /**
   * Requests that are done, in the tracker of `tracker.ts`, each in a copy of its own: one for each shape that the answer can have. The first one is also
   * tried while somebody else holds the lock, and on a damaged store.
   */
  readonly done: readonly Request[];
  /** In a workspace without issues, where there is something to say then. */
  readonly empty?: Request;
  /** Requests that are not, and why. A command that takes an id is tried with an unknown one by itself. */
  readonly refused?: readonly (readonly [ErrorCode, Request])[];
  /** What it does on a damaged store. Default: refuses it as CORRUPT. */
  readonly whenDamaged?: "refuses" | "answers";
}

/** The words behind the name of the command, or more. */
export type Request = readonly string[] | SpecialRequest;

export interface SpecialRequest {
  readonly words: readonly string[];
  /** What `-` reads. */
  readonly stdin?: string;
  /** Of an answer that says that something failed. Default 0. */
  readonly exitCode?: number;
}

/** For the declaration of cases. */
export function contractCases(cases: ContractCases): ContractCases {
  return cases;
}

export function special(request: Request): SpecialRequest {
  return "words" in request ? request : { words: request };
}
