import type { World } from "./world";

/**
 * Who acts, when no flag says it: BEADS_ACTOR, BD_ACTOR, git's user.name (read from its files, git is never run), USER, the
 * name of the user id, "unknown".
 */
export function findActor(world: Pick<World, "env" | "userId" | "currentDirectory">): string {
  const { env, userId } = world;
  const said = trimmed(env.BEADS_ACTOR) ?? trimmed(env.BD_ACTOR);
  if (said !== undefined) return said;
  const { gitUserName, nameOfUserId } =
    require("../storage/git-user") as typeof import("../storage/git-user");
  const known = gitUserName(world.currentDirectory(), env) ?? trimmed(env.USER);
  return known ?? (userId === undefined ? undefined : nameOfUserId(userId)) ?? "unknown";
}

function trimmed(text: string | undefined): string | undefined {
  const name = text?.trim();
  return name === "" ? undefined : name;
}
