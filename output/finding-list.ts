import type { LintFinding } from "../model/lint";
import { escapeText } from "./escape";
import type { Screen } from "./style";

/** What was found, one a line, the worst first. */
export function formatFindings(findings: readonly LintFinding[], { style }: Screen): string {
  const paint = { error: style.red, warning: style.yellow, info: style.dim };
  return findings
    .map(({ severity, ids, message }) => {
      const name = ids.length === 1 ? `${style.bold(escapeText(ids[0] ?? ""))}  ` : "";
      return `${paint[severity](severity.padEnd("warning".length))}  ${name}${escapeText(message)}\n`;
    })
    .join("");
}
