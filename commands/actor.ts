import type { World } from "./world";

/**
 * Who acts, when no flag says it: BEADS_ACTOR, BD_ACTOR, git's user.name (read from its files, git is never run), USER, the
 * name of the user id, "unknown". `include` directives of git are not followed.
 */
export async function findActor(world: World): Promise<string> {
  const { BEADS_ACTOR, BD_ACTOR, USER } = world.env;
  const fromEnv = trimmed(BEADS_ACTOR) ?? trimmed(BD_ACTOR);
  if (fromEnv !== undefined) return fromEnv;
  return (await gitUserName(world)) ?? trimmed(USER) ?? (await nameOfUserId(world)) ?? "unknown";
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
    const setting = /^name\s*=\s*(.*)$/i.exec(text);
    if (isInUser && setting !== null) name = unquoted(setting[1] ?? "");
  }
  return trimmed(name);
}

async function gitUserName(world: World): Promise<string | undefined> {
  const home = world.env.HOME;
  const xdg = trimmed(world.env.XDG_CONFIG_HOME) ?? (home === undefined ? undefined : `${home}/.config`);
  const inRepository = await repositoryConfig(world, world.currentDirectory());
  const fromRepository = inRepository === undefined ? undefined : userNameIn(inRepository);
  if (fromRepository !== undefined) return fromRepository;
  for (const path of [home === undefined ? undefined : `${home}/.gitconfig`, xdg && `${xdg}/git/config`]) {
    const text = path ? await readText(world, path) : undefined;
    const name = text === undefined ? undefined : userNameIn(text);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The configuration of the repository around `directory`: a `.git` directory, or the file that a linked worktree has instead. */
async function repositoryConfig(world: World, directory: string): Promise<string | undefined> {
  for (let current = directory; ; current = current.slice(0, current.lastIndexOf("/"))) {
    const config = await readText(world, `${current}/.git/config`);
    if (config !== undefined) return config;
    const pointer = await readText(world, `${current}/.git`);
    const target = /^gitdir: (.+?)\s*$/.exec(pointer ?? "")?.[1];
    if (target !== undefined) return configOfLinked(world, absolute(current, target));
    if (current === "") return undefined;
  }
}

async function configOfLinked(world: World, gitDirectory: string): Promise<string | undefined> {
  const common = (await readText(world, `${gitDirectory}/commondir`))?.trim();
  return readText(world, `${common === undefined ? gitDirectory : absolute(gitDirectory, common)}/config`);
}

async function nameOfUserId(world: World): Promise<string | undefined> {
  if (world.userId === undefined) return undefined;
  const lines = (await readText(world, "/etc/passwd"))?.split("\n") ?? [];
  const fields = lines.map((line) => line.split(":")).find((line) => line[2] === String(world.userId));
  return trimmed(fields?.[0]);
}

/** A file that cannot be read, or is no plain one, is as good as none here: a name is found elsewhere. */
async function readText(world: World, path: string): Promise<string | undefined> {
  try {
    const bytes = await world.readFile(path, configurationLimitBytes);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  } catch {
    return undefined;
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
