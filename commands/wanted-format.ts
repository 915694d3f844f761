import { BzError } from "../model/errors";
import { type Format, namedFormats } from "../output/format";
import type { GlobalValues } from "./global-arguments";

/**
 * The form in which the answer was asked for.
 * @throws BzError USAGE when two flags ask for different ones
 */
export function wantedFormat({ json, toon, robot, quiet, format }: GlobalValues): Format {
  const wanted: { readonly flag: string; readonly format: Format }[] = [];
  if (json === true) wanted.push({ flag: "--json", format: "json" });
  if (toon === true) wanted.push({ flag: "--toon", format: "toon" });
  if (robot === true) wanted.push({ flag: "--robot", format: "robot" });
  if (quiet === true) wanted.push({ flag: "--quiet", format: "ids" });
  if (format !== undefined) wanted.push({ flag: `--format ${format}`, format });
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
 * `isFormatOurs` is false where the command has a `--format` of its own.
 */
export function guessedFormat(flags: readonly string[], isFormatOurs: boolean): Format {
  for (const [at, flag] of flags.entries()) {
    if (flag === "--json") return "json";
    if (flag === "--toon") return "toon";
    if (flag === "--robot") return "robot";
    const name =
      flag === "--format" ? flags[at + 1] : flag.startsWith("--format=") ? flag.slice(9) : undefined;
    const format = isFormatOurs ? namedFormats.find((known) => known === name) : undefined;
    if (format !== undefined) return format;
  }
  return "text";
}
