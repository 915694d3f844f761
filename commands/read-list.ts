import { BzError } from "../model/errors";
import { isJsonObject, type JsonObject } from "../model/json";

/**
 * The YAML settings of aider with `entry` among the files that it reads. One line is added, and nothing else changes; what would take more is refused.
 * @throws BzError INVALID
 */
export function putReadEntry(text: string | undefined, entry: string, path: string): string {
  if (text === undefined || text.trim() === "") return `read:\n  - ${entry}\n`;
  const settings = readYaml(text, path);
  const entries = readEntries(settings);
  if (entries.includes(entry)) return text;
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = text.split(/(?<=\n)/);
  const at = lines.findIndex((line) => /^read:\s*(?:#.*)?$/.test(line.trimEnd()));
  const indent = at === -1 ? undefined : /^(\s*)- /.exec(lines[at + 1] ?? "")?.[1];
  if (settings.read === undefined || settings.read === null) {
    const kept = at === -1 ? text : lines.toSpliced(at, 1).join("");
    const written = `read:${lineEnd}  - ${entry}`;
    // A file without a line end at its end stays one.
    const after = kept === "" || kept.endsWith("\n") ? kept + written + lineEnd : kept + lineEnd + written;
    return checked(after, settings, [entry], path);
  }
  if (indent === undefined) throw unreadable(path, "`read` is written in a way that bz cannot add to", entry);
  return checked(
    lines.toSpliced(at + 1, 0, `${indent}- ${entry}${lineEnd}`).join(""),
    settings,
    [entry, ...entries],
    path,
  );
}

/** Without it; undefined when nothing else is in the file. Throws as `putReadEntry`. */
export function removeReadEntry(text: string, entry: string, path: string): string | undefined {
  const settings = readYaml(text, path);
  const entries = readEntries(settings);
  if (!entries.includes(entry)) return text;
  const rest = entries.filter((other) => other !== entry);
  const lines = text.split(/(?<=\n)/).filter((line) => line.trim() !== `- ${entry}`);
  const without = (rest.length > 0 ? lines : lines.filter((line) => line.trim() !== "read:")).join("");
  const ended = text.endsWith("\n") ? without : without.replace(/\r?\n$/, "");
  const after = checked(ended, settings, rest, path);
  return after.trim() === "" ? undefined : after;
}

function readYaml(text: string, path: string): JsonObject {
  let settings: unknown;
  try {
    settings = Bun.YAML.parse(text);
  } catch (cause) {
    throw new BzError("INVALID", `${path} is not YAML; nothing was changed`, {
      hint: "put the file right by hand, then run the command again",
      context: { file: path },
      cause,
    });
  }
  if (settings === null || settings === undefined) return {};
  if (isJsonObject(settings)) return settings;
  throw unreadable(path, "it does not hold settings");
}

function readEntries({ read }: JsonObject): unknown[] {
  if (read === undefined || read === null) return [];
  return Array.isArray(read) ? read : [read];
}

/** Whatever way the file is written in, the edit has to mean what it was meant to mean. */
function checked(text: string, before: JsonObject, entries: readonly unknown[], path: string): string {
  const { read: _, ...others } = before;
  const wanted = { ...others, ...(entries.length === 0 ? {} : { read: entries }) };
  if (Bun.deepEquals(readYaml(text, path), wanted)) return text;
  throw unreadable(path, "`read` is written in a way that bz cannot change");
}

function unreadable(path: string, problem: string, entry?: string): BzError {
  return new BzError("INVALID", `${path} cannot be edited: ${problem}; nothing was changed`, {
    hint: entry === undefined ? "change it by hand" : `add ${entry} to its list \`read\` by hand`,
    context: { file: path },
  });
}
