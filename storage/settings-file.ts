import { join } from "./paths";

/** The user's own file, wherever the XDG base directories put it; undefined without a home. */
export function userConfigPath(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CONFIG_HOME: xdg, HOME: home } = env;
  if (xdg?.startsWith("/") === true) return join(xdg, "beads/config.yaml");
  return home === undefined || home === "" ? undefined : join(home, ".config/beads/config.yaml");
}

/** Whether the last word of the key stands anywhere outside of a line that is all comment. */
export function mayHold(text: string, key: string): boolean {
  const word = key.slice(key.lastIndexOf(".") + 1);
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
    const line = text.slice(text.lastIndexOf("\n", at) + 1, at);
    if (!line.trimStart().startsWith("#")) return true;
  }
  return false;
}
