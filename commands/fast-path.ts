import type { World } from "./world";

/** What the fast path needs of the world outside; a part of `World`. */
export type FastWorld = Pick<
  World,
  "env" | "calledAs" | "currentDirectory" | "nowMs" | "randomBytes" | "isTerminal" | "write"
>;

/** What a call that was answered leaves to be done. */
export interface FastAnswer {
  readonly exitCode: number;
  readonly left?: unknown;
}

/** Answers the plain forms of the commonest commands. Undefined, and nothing was changed: the whole program is to do it. */
export function answerFast(_words: readonly string[], _world: FastWorld): FastAnswer | undefined {
  return undefined;
}
