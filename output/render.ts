import { formatError, formatWarning } from "./errors";
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
  if (!namesFailures(format))
    talk.push(...(result.failures ?? []).map((failure) => formatError(failure, format, style)));
  return talk.join("");
}

function namesFailures(format: Format): boolean {
  return format === "json" || format === "toon";
}
