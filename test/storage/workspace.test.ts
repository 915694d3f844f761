import { afterAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BzError } from "../../model/errors";
import { nativeEnvironment } from "../../storage/environment";
import { initialise } from "../../storage/init";
import { newWorkspace } from "../../storage/new-workspace";
import { join as joinPath } from "../../storage/paths";
import { openStore } from "../../storage/store";
import { findWorkspace, type Workspace } from "../../storage/workspace";

/** A directory tree of the test's own: names that end with a slash are directories, the others files with that content. */
function tree(entries: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "bz-workspace-")));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(entries)) {
    const path = join(root, name);
    mkdirSync(name.endsWith("/") ? path : join(path, ".."), { recursive: true });
    if (!name.endsWith("/")) writeFileSync(path, content.replaceAll("$ROOT", root));
  }
  return root;
}

function find(cwd: string, env: Record<string, string> = {}, data?: string): Workspace {
  return findWorkspace({ cwd, env, ...(data === undefined ? {} : { data }) });
}

describe("the workspace of a directory", () => {
  test.skipIf(process.getuid?.() !== 0)(
    "is that of who owns the directory, also where everybody may write",
    () => {
      const root = tree({ "repository/.beads/": "", "repository/.git/": "", "repository/part/": "" });
      for (const name of ["repository", "repository/.beads", "repository/.git"])
        chownSync(join(root, name), 65_534, 65_534);
      chmodSync(join(root, "repository"), 0o777);
      expect(find(`${root}/repository/part`).beadsPath).toBe(`${root}/repository/.beads`);
    },
  );

  test.skipIf(process.getuid?.() !== 0)("is none that somebody else put where everybody may write", () => {
    for (const bait of ["shared/.beads", "shared/.git"]) {
      const root = tree({ "shared/.beads/": "", "shared/.git/": "", "shared/mine/": "" });
      expect(find(`${root}/shared/mine`).beadsPath).toBe(`${root}/shared/.beads`);
      chownSync(join(root, bait), 65_534, 65_534);
      // Of a repository whose files have several owners, nothing is passed over.
      expect(find(`${root}/shared/mine`).beadsPath).toBe(`${root}/shared/.beads`);
      chmodSync(join(root, "shared"), 0o1777);
      expect(codeOf(() => find(`${root}/shared/mine`))).toBe("NOT_INITIALIZED");
      // Whoever works in that very directory has seen it.
      expect(find(`${root}/shared`).beadsPath).toBe(`${root}/shared/.beads`);
      expect(find(`${root}/shared/mine`, {}, "../.beads").beadsPath).toBe(`${root}/shared/.beads`);
    }
  });

  test("is the nearest .beads upwards", () => {
    const root = tree({ "repo/.git/": "", "repo/.beads/": "", "repo/a/.beads/": "", "repo/a/b/c/": "" });
    expect(find(`${root}/repo`).beadsPath).toBe(`${root}/repo/.beads`);
    expect(find(`${root}/repo/a`).beadsPath).toBe(`${root}/repo/a/.beads`);
    const found = find(`${root}/repo/a/b/c`);
    expect(found).toMatchObject({
      beadsPath: `${root}/repo/a/.beads`,
      storeOwnerPath: `${root}/repo/a/.beads`,
    });
    expect(found.reason).toBe(`nearest .beads upwards from ${root}/repo/a/b/c`);
  });

  test("is not looked for beyond the root of the repository", () => {
    const root = tree({ ".beads/": "", "repo/.git/": "", "repo/a/": "" });
    expect(codeOf(() => find(`${root}/repo/a`))).toBe("NOT_INITIALIZED");
    expect(find(root).beadsPath).toBe(`${root}/.beads`);
  });

  test("is looked for up to the root of the file system outside of a repository", () => {
    const root = tree({ ".beads/": "", "a/b/c/": "" });
    expect(find(`${root}/a/b/c`).beadsPath).toBe(`${root}/.beads`);
  });

  test("is not the home directory's, unless it is the home directory", () => {
    const root = tree({ "home/.beads/": "", "home/project/": "" });
    const env = { HOME: `${root}/home` };
    expect(codeOf(() => find(`${root}/home/project`, env))).toBe("NOT_INITIALIZED");
    expect(find(`${root}/home`, env).beadsPath).toBe(`${root}/home/.beads`);
  });

  test("may hold nothing but the private store", () => {
    const root = tree({ ".git/": "", ".beads/store/": "" });
    expect(find(root).beadsPath).toBe(`${root}/.beads`);
  });

  test("is missing in words that say where was looked", () => {
    const root = tree({ "repo/.git/": "", "repo/a/": "" });
    const error = errorOf(() => find(`${root}/repo/a`));
    expect(error?.message).toBe(`No .beads directory was found from ${root}/repo/a up to ${root}/repo.`);
    expect(error?.hint).toContain("bz init");
  });

  test("is neither a file nor behind a symbolic link", () => {
    const root = tree({ "file/.git/": "", "file/.beads": "x", "link/.git/": "", "elsewhere/": "" });
    symlinkSync(`${root}/elsewhere`, `${root}/link/.beads`);
    expect(errorOf(() => find(`${root}/file`))).toMatchObject({ code: "INVALID" });
    const error = errorOf(() => find(`${root}/link`));
    expect(error).toMatchObject({ code: "INVALID", context: { path: `${root}/link/.beads` } });
    expect(error?.message).toContain("a symbolic link, which bz does not follow");
  });
});

describe("a workspace that is named", () => {
  test("counts before any other, --data before BEADS_DIR", () => {
    const root = tree({ ".git/": "", ".beads/": "", "one/": "", "two/": "" });
    expect(find(root, { BEADS_DIR: `${root}/one` })).toMatchObject({
      beadsPath: `${root}/one`,
      reason: "BEADS_DIR names it",
    });
    expect(find(root, { BEADS_DIR: `${root}/one` }, "two")).toMatchObject({
      beadsPath: `${root}/two`,
      reason: "--data names it",
    });
    expect(find(root, { BEADS_DIR: "" }).beadsPath).toBe(`${root}/.beads`);
  });

  test("must be there and a directory", () => {
    const root = tree({ ".beads/": "", file: "x" });
    const error = errorOf(() => find(root, {}, "none"));
    expect(error).toMatchObject({ code: "NOT_INITIALIZED", context: { path: `${root}/none` } });
    expect(error?.message).toContain("--data names");
    expect(codeOf(() => find(root, { BEADS_DIR: `${root}/file` }))).toBe("INVALID");
  });
});

describe("a redirect", () => {
  test("is followed once, relative to the directory that holds .beads", () => {
    const root = tree({ "a/.git/": "", "a/.beads/redirect": "../b/.beads\n", "b/.beads/": "" });
    const found = find(`${root}/a`);
    expect(found).toMatchObject({ beadsPath: `${root}/b/.beads`, storeOwnerPath: `${root}/b/.beads` });
    expect(found.reason).toBe(`${root}/a/.beads/redirect leads there`);
    expect(find("/", {}, `${root}/a/.beads`).beadsPath).toBe(`${root}/b/.beads`);
  });

  test("may hold an absolute path", () => {
    const root = tree({ "a/.git/": "", "a/.beads/redirect": "$ROOT/b", "b/metadata.json": "{}" });
    expect(find(`${root}/a`).beadsPath).toBe(`${root}/b`);
  });

  test("to a directory that is neither called .beads nor a workspace is refused", () => {
    const root = tree({ "a/.git/": "", "a/.beads/redirect": "../documents", "documents/": "" });
    expect(errorOf(() => find(`${root}/a`))?.message).toContain("which is no workspace");
  });

  test("to another redirect is refused", () => {
    const root = tree({ ".beads/redirect": "b", "b/redirect": "../c", "c/": "" });
    expect(errorOf(() => find(root))?.message).toContain("which redirects again");
  });

  test("to nowhere, to a link or to no path is refused", () => {
    const root = tree({
      "none/.beads/redirect": "nowhere",
      "empty/.beads/redirect": " \n",
      "two/.beads/redirect": "a\nb",
      "long/.beads/redirect": "x".repeat(5000),
      "link/.beads/redirect": "alias",
      "target/": "",
    });
    symlinkSync(`${root}/target`, `${root}/link/alias`);
    expect(codeOf(() => find(`${root}/none`))).toBe("NOT_INITIALIZED");
    for (const name of ["empty", "two", "long", "link"])
      expect(codeOf(() => find(`${root}/${name}`))).toBe("INVALID");
  });
});

test("a redirect that is a link, or no file, is refused and not passed over", () => {
  const root = tree({ "a/.beads/": "", "b/.beads/redirect/": "", "target/": "", path: "../target" });
  symlinkSync(`${root}/path`, `${root}/a/.beads/redirect`);
  for (const name of ["a", "b"])
    expect(errorOf(() => find(`${root}/${name}`))).toMatchObject({
      code: "INVALID",
      context: { file: `${root}/${name}/.beads/redirect` },
    });
});

test("a path that the system refuses to look at is an error in words", () => {
  const request = { cwd: "/", env: {}, data: "x".repeat(300) };
  expect(codeOf(() => openStore(request))).toBe("NOT_INITIALIZED");
  expect(codeOf(() => initialise(request, { here: true }, nativeEnvironment()))).toBe("STORAGE_FAILED");
});

describe("a linked git worktree", () => {
  const main = {
    "main/.git/worktrees/linked/commondir": "../..\n",
    "main/.git/HEAD": "ref: refs/heads/main\n",
  };
  const linked = { "linked/.git": "gitdir: $ROOT/main/.git/worktrees/linked\n" };

  test("has the face of its own and the store of the main one", () => {
    const root = tree({ ...main, ...linked, "main/.beads/": "", "linked/.beads/": "", "linked/src/": "" });
    const found = find(`${root}/linked/src`);
    expect(found).toMatchObject({
      beadsPath: `${root}/linked/.beads`,
      storeOwnerPath: `${root}/main/.beads`,
    });
    expect(found.reason).toContain("is a linked git worktree of");
  });

  test("works without a .beads of its own", () => {
    const root = tree({ ...main, ...linked, "main/.beads/": "" });
    expect(find(`${root}/linked`)).toMatchObject({
      beadsPath: `${root}/linked/.beads`,
      storeOwnerPath: `${root}/main/.beads`,
    });
  });

  test("has its store in the main one also before that has a workspace, unless it has one of its own already", () => {
    const root = tree({ ...main, ...linked, "linked/.beads/": "" });
    expect(find(`${root}/linked`)).toMatchObject({
      beadsPath: `${root}/linked/.beads`,
      storeOwnerPath: `${root}/main/.beads`,
    });
    // Without a snapshot nothing was ever written there.
    mkdirSync(`${root}/linked/.beads/store`);
    expect(find(`${root}/linked`).storeOwnerPath).toBe(`${root}/main/.beads`);
    writeFileSync(`${root}/linked/.beads/store/snapshot`, "");
    expect(find(`${root}/linked`).storeOwnerPath).toBe(`${root}/linked/.beads`);
    mkdirSync(`${root}/main/.beads`);
    expect(find(`${root}/linked`).storeOwnerPath).toBe(`${root}/linked/.beads`);
  });

  test("has no workspace where neither has one", () => {
    const root = tree({ ...main, ...linked, "linked/src/": "" });
    expect(codeOf(() => find(`${root}/linked/src`))).toBe("NOT_INITIALIZED");
    expect(newWorkspace({ cwd: `${root}/linked/src`, env: {} }, false)).toMatchObject({
      beadsPath: `${root}/linked/.beads`,
      storeOwnerPath: `${root}/main/.beads`,
    });
  });

  test("of a bare repository that is called .git has a store of its own, unless there is one beside it", () => {
    const root = tree({ ...main, ...linked, "linked/.beads/": "" });
    for (const name of ["config", "config.worktree"]) {
      writeFileSync(`${root}/main/.git/${name}`, "[core]\n\tbare = true\n");
      expect(find(`${root}/linked`).storeOwnerPath).toBe(`${root}/linked/.beads`);
      rmSync(`${root}/main/.git/${name}`);
    }
    writeFileSync(`${root}/main/.git/config`, "[core]\n\tbare = false\n");
    expect(find(`${root}/linked`).storeOwnerPath).toBe(`${root}/main/.beads`);
  });

  test("shares the store of a workspace below its root as well, the nearest one in either worktree", () => {
    const root = tree({
      ...main,
      ...linked,
      "main/.beads/": "",
      "main/tools/.beads/": "",
      "linked/.beads/": "",
      "linked/tools/.beads/": "",
      "linked/tools/deep/": "",
    });
    const shared = { beadsPath: `${root}/linked/tools/.beads`, storeOwnerPath: `${root}/main/tools/.beads` };
    expect(find(`${root}/linked/tools/deep`)).toMatchObject(shared);
    rmSync(`${root}/linked/tools/.beads`, { recursive: true });
    expect(find(`${root}/linked/tools/deep`)).toMatchObject(shared);
    rmSync(`${root}/main/tools`, { recursive: true });
    expect(find(`${root}/linked/tools/deep`).storeOwnerPath).toBe(`${root}/main/.beads`);
    // The main one, on its branch, has no directory in which its workspace could be.
    mkdirSync(`${root}/linked/tools/.beads`);
    expect(find(`${root}/linked/tools/deep`).storeOwnerPath).toBe(`${root}/linked/tools/.beads`);
  });

  test("shares it also when its .beads is named", () => {
    const root = tree({ ...main, ...linked, "main/.beads/": "", "linked/.beads/": "" });
    const shared = { beadsPath: `${root}/linked/.beads`, storeOwnerPath: `${root}/main/.beads` };
    expect(find("/", {}, `${root}/linked/.beads`)).toMatchObject(shared);
    expect(find("/", { BEADS_DIR: `${root}/linked/.beads` })).toMatchObject(shared);
  });

  test("follows a redirect of its own, else one of the main one", () => {
    const root = tree({ ...main, ...linked, "main/.beads/": "", "linked/.beads/": "", "far/.beads/": "" });
    writeFileSync(`${root}/main/.beads/redirect`, "../far/.beads\n");
    const far = { beadsPath: `${root}/far/.beads`, storeOwnerPath: `${root}/far/.beads` };
    expect(find(`${root}/linked`)).toMatchObject(far);
    rmSync(`${root}/main/.beads/redirect`);
    writeFileSync(`${root}/linked/.beads/redirect`, "../far/.beads\n");
    expect(find(`${root}/linked`)).toMatchObject(far);
  });

  test("whose main one is gone or may not be looked into has a store of its own", () => {
    const root = tree({ ...linked, "linked/.beads/": "" });
    expect(find(`${root}/linked`).storeOwnerPath).toBe(`${root}/linked/.beads`);
    const closed = tree({ ...main, ...linked, "main/.beads/": "", "linked/.beads/": "" });
    chmodSync(`${closed}/main`, 0);
    const isClosed = process.getuid?.() !== 0;
    const owner = find(`${closed}/linked`).storeOwnerPath;
    chmodSync(`${closed}/main`, 0o700);
    expect(owner).toBe(`${closed}/${isClosed ? "linked" : "main"}/.beads`);
  });

  test("is told by its files alone: what GIT_DIR and GIT_WORK_TREE say counts for git", () => {
    const root = tree({ ...main, ...linked, "main/.beads/": "", "other/.git/": "", "other/.beads/": "" });
    const env = { GIT_DIR: `${root}/other/.git`, GIT_WORK_TREE: `${root}/other` };
    expect(find(`${root}/linked`, env)).toEqual(find(`${root}/linked`));
    expect(newWorkspace({ cwd: `${root}/other`, env }, false).beadsPath).toBe(`${root}/other/.beads`);
  });

  test("of a bare repository has a store of its own, wherever that is", () => {
    const root = tree({
      "bare.git/worktrees/linked/commondir": "../..\n",
      "linked/.git": "gitdir: $ROOT/bare.git/worktrees/linked\n",
      "linked/.beads/": "",
    });
    expect(find(`${root}/linked`).storeOwnerPath).toBe(`${root}/linked/.beads`);
  });

  test("is told from a submodule, whose gitdir names no common one", () => {
    const root = tree({
      "super/.git/modules/sub/HEAD": "",
      "super/.beads/": "",
      "super/sub/.git": "gitdir: ../.git/modules/sub\n",
      "super/sub/.beads/": "",
    });
    expect(find(`${root}/super/sub`)).toMatchObject({
      beadsPath: `${root}/super/sub/.beads`,
      storeOwnerPath: `${root}/super/sub/.beads`,
    });
  });

  test("with a .git file that says nothing is a repository of its own", () => {
    const root = tree({ ".beads/": "", "repo/.git": "nonsense", "repo/.beads/": "" });
    expect(find(`${root}/repo`).storeOwnerPath).toBe(`${root}/repo/.beads`);
  });

  test("needs no init where the main one was initialised", () => {
    const root = tree({
      ...main,
      ...linked,
      "main/.beads/": "",
      "main/tools/.beads/": "",
      "linked/tools/": "",
    });
    expect(codeOf(() => newWorkspace({ cwd: `${root}/linked`, env: {} }, false))).toBe("ALREADY_INITIALIZED");
    const below = { cwd: `${root}/linked/tools`, env: {} };
    expect(codeOf(() => newWorkspace(below, true))).toBe("ALREADY_INITIALIZED");
    rmSync(`${root}/main/tools`, { recursive: true });
    expect(newWorkspace(below, true).storeOwnerPath).toBe(`${root}/linked/tools/.beads`);
  });
});

describe("a new workspace", () => {
  test("is made at the root of the repository, or here when that was asked for", () => {
    const root = tree({ "repo/.git/": "", "repo/a/b/": "", "plain/": "" });
    const of = (cwd: string, here: boolean) => newWorkspace({ cwd, env: {} }, here).beadsPath;
    expect(of(`${root}/repo/a/b`, false)).toBe(`${root}/repo/.beads`);
    expect(of(`${root}/repo/a/b`, true)).toBe(`${root}/repo/a/b/.beads`);
    expect(of(`${root}/plain`, false)).toBe(`${root}/plain/.beads`);
  });

  test("is made where it was named", () => {
    expect(newWorkspace({ cwd: "/x", env: {}, data: "y/../z" }, false).beadsPath).toBe("/x/z");
    expect(newWorkspace({ cwd: "/x", env: { BEADS_DIR: "/w" } }, false).beadsPath).toBe("/w");
  });
});

test("paths are joined without dots, and never above the root", () => {
  for (const [base, path, joined] of [
    ["/a/b", "c", "/a/b/c"],
    ["/a/b", "./c//d/", "/a/b/c/d"],
    ["/a/b", "../../../c", "/c"],
    ["/a/b", "/c", "/c"],
    ["/", "..", "/"],
  ] as const)
    expect(joinPath(base, path)).toBe(joined);
});

function errorOf(action: () => unknown): BzError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof BzError) return error;
    throw error;
  }
}

function codeOf(action: () => unknown): BzError["code"] | undefined {
  return errorOf(action)?.code;
}
