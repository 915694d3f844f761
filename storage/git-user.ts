import { SystemCallError } from "../native/errno";
import { kindAt, kindWithinReach, readWhole } from "./native-file-system";

/**
 * git's `user.name`, read from the files of the repository around `directory` and of the user; git is never run. `include` directives are not followed.
 * `env` has HOME and XDG_CONFIG_HOME. At once, as every write asks for it: to wait for a file in a thread costs more than to read it.
 */
export function gitUserName(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const home = env.HOME;
  const xdg = trimmed(env.XDG_CONFIG_HOME) ?? (home === undefined ? undefined : `${home}/.config`);
  const inRepository = repositoryConfig(directory);
  const fromRepository = inRepository === undefined ? undefined : userNameIn(inRepository);
  if (fromRepository !== undefined) return fromRepository;
  for (const path of [home === undefined ? undefined : `${home}/.gitconfig`, xdg && `${xdg}/git/config`]) {
    const text = path ? readText(path) : undefined;
    const name = text === undefined ? undefined : userNameIn(text);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The name that the system's list of users has for the id. */
export function nameOfUserId(userId: number): string | undefined {
  const lines = readText("/etc/passwd")?.split("\n") ?? [];
  const fields = lines.map((line) => line.split(":")).find((line) => line[2] === String(userId));
  return trimmed(fields?.[0]);
}

/** The value of `name` in the `[user]` section of a git configuration file; of several the last. */
export function userNameIn(config: string): string | undefined {
  let isInUser = false;
  let name: string | undefined;
  for (const line of config.replaceAll(/\\\r?\n/g, "").split("\n")) {
    let text = line.trim();
    const end = text.startsWith("[") ? text.indexOf("]") : -1;
    if (end !== -1) {
      isInUser = text.slice(1, end).trim().toLowerCase() === "user";
      text = text.slice(end + 1).trim();
    }
    const setting = isInUser ? /^name\s*=\s*(.*)$/i.exec(text) : null;
    if (setting !== null) name = unquoted(setting[1] ?? "");
  }
  return trimmed(name);
}

/** The configuration of the repository around `directory`: a `.git` directory, or the file that a linked worktree has instead. */
function repositoryConfig(directory: string): string | undefined {
  for (let current = directory; ; current = current.slice(0, current.lastIndexOf("/"))) {
    const kind = kindWithinReach(`${current}/.git`);
    const config = kind === undefined ? undefined : readText(`${current}/.git/config`);
    if (config !== undefined) return config;
    const pointer = kind === undefined ? undefined : readText(`${current}/.git`);
    const target = pointer === undefined ? undefined : /^gitdir: (.+?)\s*$/.exec(pointer)?.[1];
    if (target !== undefined) return configOfLinked(absolute(current, target));
    if (current === "") return undefined;
  }
}

function configOfLinked(gitDirectory: string): string | undefined {
  const common = readText(`${gitDirectory}/commondir`)?.trim();
  return readText(`${common === undefined ? gitDirectory : absolute(gitDirectory, common)}/config`);
}

/** A file that cannot be read, or is no plain one, is as good as none here: a name is found elsewhere. */
function readText(path: string): string | undefined {
  try {
    if (kindAt(path) === undefined) return undefined;
    return readWhole(path, "readThroughLink", configurationLimitBytes);
  } catch (error) {
    if (error instanceof SystemCallError) return undefined;
    throw error;
  }
}

/** More than anybody's configuration, and than any list of users that is worth reading for a name. */
const configurationLimitBytes = 1 << 20;

function absolute(base: string, path: string): string {
  return path.startsWith("/") ? path : `${base}/${path}`;
}

/** A value up to its comment; quotes may stand anywhere in it, a backslash keeps the next character. */
function unquoted(value: string): string {
  let text = "";
  let isQuoted = false;
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? "";
    if (character === "\\") text += value[++at] ?? "";
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === "#" || character === ";")) break;
    else text += character;
  }
  return text;
}

function trimmed(text: string | undefined): string | undefined {
  const name = text?.trim();
  return name === "" ? undefined : name;
}
