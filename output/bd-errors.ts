import type { BzError } from "../model/errors";
import { boundedLine, firstOf } from "./errors";

/** What stderr gets under `bd --json`: one flat document, with the single failures in it when there are several. */
export function formatBdErrors(errors: readonly BzError[]): string {
  const [first] = errors;
  if (first === undefined) return "";
  const told = firstOf(errors);
  return boundedLine({
    error: told.map(({ message }) => message).join("; "),
    code: first.code,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    ...(errors.length < 2 ? {} : { details: told.map(({ message }) => message) }),
  });
}
