import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { findActor, userNameIn } from "../../commands/actor";
import { TestWorld } from "./test-world";

describe("the actor", () => {
  test("is named by BEADS_ACTOR, then BD_ACTOR", async () => {
    const world = new TestWorld();
    world.env = { BEADS_ACTOR: " first ", BD_ACTOR: "second", USER: "third" };
    expect(await findActor(world)).toBe("first");
    world.env = { BEADS_ACTOR: "", BD_ACTOR: "second", USER: "third" };
    expect(await findActor(world)).toBe("second");
  });

  test("is git's user.name of the repository, before that of the user", async () => {
    const world = worldWithHome();
    mkdirSync(`${world.directory}/.git`);
    expect(await findActor(world)).toBe("from home");
    writeFileSync(
      `${world.directory}/.git/config`,
      "[core]\n\tname = no\n[user]\n\tname = from repository\n",
    );
    expect(await findActor(world)).toBe("from repository");
    mkdirSync(`${world.directory}/deep/down`, { recursive: true });
    world.directory = `${world.directory}/deep/down`;
    expect(await findActor(world)).toBe("from repository");
  });

  test("of a linked worktree is that of the main one", async () => {
    const world = worldWithHome();
    const root = world.directory;
    mkdirSync(`${root}/main/.git/worktrees/side`, { recursive: true });
    mkdirSync(`${root}/side`);
    writeFileSync(`${root}/main/.git/config`, "[user]\nname = main\n");
    writeFileSync(`${root}/main/.git/worktrees/side/commondir`, "../..\n");
    writeFileSync(`${root}/side/.git`, `gitdir: ${root}/main/.git/worktrees/side\n`);
    world.directory = `${root}/side`;
    expect(await findActor(world)).toBe("main");
  });

  test("is USER without git, then the name of the user id, then unknown", async () => {
    const world = new TestWorld();
    world.env = { HOME: world.directory, USER: "carol" };
    expect(await findActor(world)).toBe("carol");
    world.env = { HOME: world.directory };
    world.userId = 0;
    expect(await findActor(world)).toBe("root");
    world.userId = 987654321;
    expect(await findActor(world)).toBe("unknown");
  });
});

describe("git configuration", () => {
  test("is read with its quotes, comments, escapes and continued lines", () => {
    expect(userNameIn('[user]\n  name = "Ann # One" ; comment\n')).toBe("Ann # One");
    expect(userNameIn("[USER]\nNAME=Ann\\\n Two # comment\n")).toBe("Ann Two");
    expect(userNameIn('[user] name = "a \\"b\\" c"\n')).toBe('a "b" c');
  });

  test("is looked for in no more than one pass, whatever the file holds", () => {
    const long = " ".repeat(1_000_000);
    for (const line of [
      `[${long}`,
      `[user]\nname${long}`,
      `${long}[`,
      `[user${long}x`,
      "[".repeat(1_000_000),
    ])
      expect(userNameIn(`${line}\n[user]\nname = Ann\n`)).toBe("Ann");
  });

  test("has no name outside of the user section, and the last of several counts", () => {
    expect(userNameIn('[user "x"]\nname = no\n[alias]\nname = no\n')).toBeUndefined();
    expect(userNameIn("[user]\nname = one\n[core]\n[user]\nname = two\n")).toBe("two");
    expect(userNameIn("[user]\nname =\n")).toBeUndefined();
    expect(userNameIn("[user]\nemail = name = x\nusername = y\n")).toBeUndefined();
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
