import type { BzError } from "../model/errors";
import { escapeJson } from "./escape";

/** What stderr gets under `bd --json`: one flat document, with the single failures in it when there are several. */
export function formatBdErrors(errors: readonly BzError[]): string {
  const [first] = errors;
  if (first === undefined) return "";
  const document = {
    error: errors.map(({ message }) => message).join("; "),
    code: first.code,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    ...(errors.length < 2 ? {} : { details: errors.map(({ message }) => message) }),
  };
  return `${escapeJson(JSON.stringify(document))}\n`;
}
