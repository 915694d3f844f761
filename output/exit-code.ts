import type { BzError, ErrorKind } from "../model/errors";

/** What the shell sees. Nothing else in bz knows a number. */
const exitCodeOfKind = {
  request: 1,
  system: 2,
  busy: 3,
  taken: 4,
  empty: 5,
} as const satisfies Record<ErrorKind, number>;

export const exitDone = 0;

export function exitCodeOf(error: BzError): number {
  return exitCodeOfKind[error.kind];
}

/** For a command on several ids: a request that can never be done weighs more than one that somebody else won. */
export function exitCodeOfAll(errors: readonly BzError[]): number {
  let code: number = exitDone;
  for (const error of errors)
    code = code === exitDone ? exitCodeOf(error) : Math.min(code, exitCodeOf(error));
  return code;
}
