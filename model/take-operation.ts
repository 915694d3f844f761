import type { TakeLine } from "./operation";

/** A frame of many holds each text once where it can. */
export function takeOperation(id: string, line: string, state: string, result: string | undefined): TakeLine {
  return {
    op: "take",
    id,
    line,
    ...(state === line ? {} : { state: state === result ? sameAsResult : state }),
    ...(result === undefined ? {} : { result }),
  };
}

/** The state that was taken in. */
export function stateTaken({ line, state, result }: TakeLine): string {
  return (state === sameAsResult ? result : state) ?? line;
}

/** No state is without an id. */
const sameAsResult = "{}";
