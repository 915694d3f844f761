import type { LintFinding } from "../model/lint";
import { escapeText } from "./escape";
import type { Screen } from "./style";
import { hanging } from "./wrap";

/** What was found, one a line, the worst first. */
export function formatFindings(findings: readonly LintFinding[], screen: Screen): string {
  const { style } = screen;
  const paint = { error: style.red, warning: style.yellow, info: style.dim };
  return findings
    .map(({ severity, ids, message }) => {
      const name = ids.length === 1 ? `${style.bold(escapeText(ids[0] ?? ""))}  ` : "";
      const line = `${paint[severity](severity.padEnd("warning".length))}  ${name}${escapeText(message)}`;
      return `${hanging(line, "warning  ".length, screen)}\n`;
    })
    .join("");
}
