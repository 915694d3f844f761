import type { BzError } from "../../model/errors";
import type { FastRest } from "../../storage/fast/write";
import type { World } from "../world";

/** What the fast path needs of the world outside. */
export interface FastWorld
  extends Pick<
    World,
    "env" | "calledAs" | "currentDirectory" | "nowMs" | "randomBytes" | "isTerminal" | "write" | "userId"
  > {
  /** Ends the process; comes back in a test. */
  end(exitCode: number): void;
}

/** A call that was made: what goes to stdout and stderr, and what is to be done behind it. */
export interface FastCall {
  readonly output: string;
  /** Asked when the answer is out: what it takes may be missing by then, which must not have the call made again. */
  readonly talk?: (() => string) | undefined;
  /** Undefined where nothing was written, or nothing follows from it. */
  readonly rest?: FastRest | undefined;
  /** The issues that were changed. */
  readonly saved?: readonly string[];
  /** Whether it is worth saying that the face does not show the change yet. */
  readonly tellsLag?: boolean;
  /** In place of an answer: nothing was saved, or nobody knows whether it was. */
  readonly failure?: BzError;
}

/** What a call that was made leaves to the whole program. */
export interface FastLeft extends Pick<FastCall, "rest" | "tellsLag" | "talk" | "saved"> {
  /** What is to be told; of a class of its own in what is built. */
  readonly failure?: Pick<BzError, "code" | "message" | "hint" | "context">;
  /** Why the answer could not be written. */
  readonly outputError?: unknown;
}

/** "done": nothing is left. */
export type FastAnswer = "done" | FastLeft;
