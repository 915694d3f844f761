import type { BzError } from "../model/errors";
import type { JsonValue } from "../model/json";
import { escapeJson, escapeText } from "./escape";
import { type Format, isForPrograms } from "./format";
import type { Style } from "./style";

/**
 * An error as stderr gets it: one JSON document in the forms for programs, else sentences that say what, why and what next, each on one line,
 * so that no stored text in it can be taken for a hint of ours.
 */
export function formatError(error: BzError, format: Format, style: Style): string {
  if (isForPrograms(format)) return `${escapeJson(JSON.stringify({ error: errorDocument(error) }))}\n`;
  const lines = [`${style.red("error:")} ${escapeText(error.message)}`];
  if (error.hint !== undefined) lines.push(`${style.cyan("hint:")} ${escapeText(error.hint)}`);
  return `${lines.join("\n")}\n`;
}

export function formatWarning(sentence: string, style: Style): string {
  return `${style.yellow("warning:")} ${escapeText(sentence)}\n`;
}

/** All five keys, always: a client reads them without asking whether they are there. */
function errorDocument(error: BzError): JsonValue {
  return {
    code: error.code,
    message: error.message,
    hint: error.hint ?? null,
    retryable: error.retryable,
    context: error.context,
  };
}
