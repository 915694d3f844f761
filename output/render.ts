import type { BzError } from "../model/errors";
import { escapeJson, escapeLines, escapeText } from "./escape";
import { type Format, isRecordFormat } from "./format";
import type { Result } from "./result";
import type { Screen, Style } from "./style";

/** The one place where a result becomes the bytes of stdout. */
export async function renderData(result: Result, format: Format, screen: Screen): Promise<string> {
  if (format === "json") return `${escapeJson(JSON.stringify(result.data()))}\n`;
  if (isRecordFormat(format)) {
    const { renderRecords } = await import("./record-forms");
    return renderRecords(result, format);
  }
  if (format === "ids" && result.ids !== undefined)
    return result.ids.map((id) => `${escapeText(id)}\n`).join("");
  return result.text(screen);
}

/**
 * What stderr says beside it. The document of `--json` names the failures itself, and TOON holds the same document; records have no
 * place for them.
 */
export function renderTalk(result: Result, format: Format, style: Style): string {
  const talk = (result.warnings ?? []).map((sentence) => formatWarning(sentence, style));
  if (format === "text") talk.push(...(result.notes ?? []).map((sentence) => `${escapeLines(sentence)}\n`));
  const failures = namesFailures(format) ? [] : (result.failures ?? []);
  if (failures.length > 0) talk.push(formatErrors(failures, format, style));
  return talk.join("");
}

/** Errors as stderr gets them, one after another, the first hundred of them. */
export function formatErrors(errors: readonly BzError[], format: Format, style: Style): string {
  const { firstOf, formatError } = require("./errors") as typeof import("./errors");
  return firstOf(errors)
    .map((error) => formatError(error, format, style))
    .join("");
}

export function formatWarning(sentence: string, style: Style): string {
  return `${style.yellow("warning:")} ${escapeText(sentence)}\n`;
}

function namesFailures(format: Format): boolean {
  return format === "json" || format === "toon";
}
