import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { findActor } from "../../commands/actor";
import { TestWorld } from "./test-world";

describe("the actor", () => {
  test("is named by BEADS_ACTOR, then BD_ACTOR", () => {
    const world = new TestWorld();
    world.env = { BEADS_ACTOR: " first ", BD_ACTOR: "second", USER: "third" };
    expect(findActor(world)).toBe("first");
    world.env = { BEADS_ACTOR: "", BD_ACTOR: "second", USER: "third" };
    expect(findActor(world)).toBe("second");
  });

  test("is git's user.name of the repository, before that of the user", () => {
    const world = worldWithHome();
    mkdirSync(`${world.directory}/.git`);
    expect(findActor(world)).toBe("from home");
    writeFileSync(
      `${world.directory}/.git/config`,
      "[core]\n\tname = no\n[user]\n\tname = from repository\n",
    );
    expect(findActor(world)).toBe("from repository");
    mkdirSync(`${world.directory}/deep/down`, { recursive: true });
    world.directory = `${world.directory}/deep/down`;
    expect(findActor(world)).toBe("from repository");
  });

  test("of a linked worktree is that of the main one", () => {
    const world = worldWithHome();
    const root = world.directory;
    mkdirSync(`${root}/main/.git/worktrees/side`, { recursive: true });
    mkdirSync(`${root}/side`);
    writeFileSync(`${root}/main/.git/config`, "[user]\nname = main\n");
    writeFileSync(`${root}/main/.git/worktrees/side/commondir`, "../..\n");
    writeFileSync(`${root}/side/.git`, `gitdir: ${root}/main/.git/worktrees/side\n`);
    world.directory = `${root}/side`;
    expect(findActor(world)).toBe("main");
  });

  test("is USER without git, then the name of the user id, then unknown", () => {
    const world = new TestWorld();
    world.env = { HOME: world.directory, USER: "carol" };
    expect(findActor(world)).toBe("carol");
    world.env = { HOME: world.directory };
    world.userId = 0;
    expect(findActor(world)).toBe("root");
    world.userId = 987654321;
    expect(findActor(world)).toBe("unknown");
  });
});

function worldWithHome(): TestWorld {
  const world = new TestWorld();
  mkdirSync(`${world.directory}/home/.config/git`, { recursive: true });
  writeFileSync(`${world.directory}/home/.gitconfig`, "[user]\nname = from home\n");
  writeFileSync(`${world.directory}/home/.config/git/config`, "[user]\nname = from xdg\n");
  world.env = { HOME: `${world.directory}/home`, USER: "carol" };
  return world;
}
