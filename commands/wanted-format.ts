import { BzError } from "../model/errors";
import { type Format, namedFormats } from "../output/format";
import type { Argument } from "./command";
import type { GlobalValues } from "./global-arguments";

/**
 * The form in which the answer was asked for. `drawing` is what a command's own `--format` says of what it prints: json means
 * what it means everywhere, any other is a text.
 * @throws BzError USAGE when two flags ask for different ones
 */
export function wantedFormat(
  { json, toon, robot, quiet, format }: GlobalValues,
  drawing: string | undefined,
): Format {
  const wanted: { readonly flag: string; readonly format: Format }[] = [];
  if (json === true) wanted.push({ flag: "--json", format: "json" });
  if (toon === true) wanted.push({ flag: "--toon", format: "toon" });
  if (robot === true) wanted.push({ flag: "--robot", format: "robot" });
  if (quiet === true) wanted.push({ flag: "--quiet", format: "ids" });
  if (format !== undefined) wanted.push({ flag: `--format ${format}`, format });
  if (drawing !== undefined)
    wanted.push({ flag: `--format ${drawing}`, format: drawing === "json" ? "json" : "text" });
  const [first] = wanted;
  if (first === undefined) return "text";
  const other = wanted.find((one) => one.format !== first.format);
  if (other === undefined) return first.format;
  throw new BzError("USAGE", `${first.flag} and ${other.flag} contradict each other`, {
    hint: "an answer has one form; leave one of the two out",
  });
}

/**
 * A guess from words that nobody has parsed yet, so that an error in them comes in the form that was asked for.
 * @param own the command's own `--format`
 */
export function guessedFormat(flags: readonly string[], own: Argument | undefined): Format {
  const names = own === undefined ? namedFormats : drawsText(own) ? (["json"] as const) : [];
  for (let at = 0; at < flags.length; at++) {
    const flag = flags[at] ?? "";
    if (!flag.startsWith("--")) continue;
    if (flag === "--json") return "json";
    if (flag === "--toon") return "toon";
    if (flag === "--robot") return "robot";
    const name =
      flag === "--format" ? flags[at + 1] : flag.startsWith("--format=") ? flag.slice(9) : undefined;
    if (name === undefined) continue;
    for (const known of names) if (known === name) return known;
  }
  return "text";
}

/** Whether a command's own `--format` is about what it prints, rather than about what it reads: then text is one of its forms. */
export function drawsText(own: Argument): boolean {
  return own.type === "enum" && own.options?.includes("text") === true;
}
