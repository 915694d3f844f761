import { BzError } from "../model/errors";
import { isBare, mainWorktreeOf, repositoryRoot } from "./git-state";
import { kindAt, kindWithinReach, readSmallFile, rightsAt } from "./native-file-system";
import {
  beadsDirectoryName,
  faceName,
  join,
  metadataName,
  snapshotName,
  storeDirectoryName,
  upwards,
} from "./paths";

/** Where a command works, and why there. Paths are absolute. */
export interface Workspace {
  /** The `.beads/` whose face, settings and git files count: the one of this worktree. */
  readonly beadsPath: string;
  /** The `.beads/` whose `store/` counts: of a linked worktree that of the main one. */
  readonly storeOwnerPath: string;
  /** A sentence for `bz where`. */
  readonly reason: string;
}

export interface WorkspaceRequest {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The `.beads/` directory itself, as `--data` names it. */
  readonly data?: string;
}

/**
 * `--data`, else `BEADS_DIR`, else the nearest `.beads` upwards, no further than the root of the repository.
 * @throws BzError NOT_INITIALIZED, or INVALID when what is there is no directory
 */
export function findWorkspace(request: WorkspaceRequest): Workspace {
  const named = namedWorkspace(request);
  if (named !== undefined) return named;
  const root = repositoryRoot(request.cwd);
  let foreign: string | undefined;
  for (const directory of upwards(request.cwd, root)) {
    const beadsPath = join(directory, beadsDirectoryName);
    if (directory !== request.cwd && mayBeBait(directory, request.cwd)) {
      foreign ??= directory;
      continue;
    }
    const shared = sharedWorkspace(beadsPath, root);
    if (shared !== undefined) return shared;
    if (kindAt(beadsPath) === undefined) continue;
    // A store in the home directory is not meant for every directory below it that is no repository.
    if (directory === request.env.HOME && directory !== request.cwd) continue;
    return redirected(
      checkedDirectory(beadsPath),
      `nearest ${beadsDirectoryName} upwards from ${request.cwd}`,
    );
  }
  throw new BzError(
    "NOT_INITIALIZED",
    `No ${beadsDirectoryName} directory was found from ${request.cwd} up to ${root ?? "the file system's root"}.`,
    {
      hint:
        foreign === undefined
          ? "Run `bz init` to make a workspace here, or name one with --data DIR or BEADS_DIR."
          : `What is in ${foreign}, where everybody may write, is somebody else's and was passed over. Run \`bz init --here\` to make a workspace here, or name that one with --data.`,
      context: { cwd: request.cwd },
    },
  );
}

/** Where everybody may write, as in `/tmp`, anybody can put a workspace, and wait for who works further down. Who owns the directory has no need to. */
function mayBeBait(directory: string, cwd: string): boolean {
  const place = rightsAt(directory);
  if (place === undefined || (place.permissions & 0o002) === 0) return false;
  const own = rightsAt(cwd)?.owner;
  return [beadsDirectoryName, ".git"].some((name) => {
    const found = rightsAt(join(directory, name));
    return found !== undefined && found.owner !== own && found.owner !== place.owner;
  });
}

function namedWorkspace({ cwd, env, data }: WorkspaceRequest): Workspace | undefined {
  const named = data ?? env.BEADS_DIR;
  if (named === undefined || named === "") return undefined;
  const path = join(cwd, named);
  const source = data === undefined ? "BEADS_DIR" : "--data";
  if (kindAt(path) === undefined)
    throw new BzError("NOT_INITIALIZED", `${source} names ${path}, which does not exist.`, {
      hint: `Run \`bz init\` with the same ${source} to make a workspace there.`,
      context: { path },
    });
  const shared = sharedWorkspace(path, repositoryRoot(join(path, "..")));
  return shared ?? redirected(checkedDirectory(path), `${source} names it`);
}

/**
 * The workspace at `beadsPath` in the linked worktree `root`: a face of its own, which may still be missing, and the store of the main worktree, in
 * the same place there. A redirect counts first, and so does a store that stands here already, born while the main worktree was out of reach: what was
 * written into it must not drop out of sight. The two then exchange their issues through their faces. Undefined also where neither worktree has a
 * workspace.
 */
export function sharedWorkspace(
  beadsPath: string,
  root: string | undefined,
  own: "as it stands" | "to be made" = "as it stands",
): Workspace | undefined {
  const mainRoot = root === undefined ? undefined : mainWorktreeOf(root);
  if (root === undefined || mainRoot === undefined) return undefined;
  const mainBeads = join(mainRoot, `./${beadsPath.slice(root.length)}`);
  const kind = kindWithinReach(mainBeads);
  if (kind === undefined && own === "as it stands" && kindAt(beadsPath) !== "directory") return undefined;
  if (kind === undefined && !canHoldStore(mainRoot, mainBeads)) return undefined;
  if (kind !== undefined && kind !== "directory") return undefined;
  if (kindAt(join(beadsPath, "redirect")) !== undefined) return undefined;
  if (kindAt(`${beadsPath}/${storeDirectoryName}/${snapshotName}`) !== undefined) return undefined;
  const owner = redirected(mainBeads, "");
  if (owner.beadsPath !== mainBeads) return owner;
  if (kindAt(beadsPath) !== undefined) checkedDirectory(beadsPath);
  return { beadsPath, storeOwnerPath: mainBeads, reason: sharingReason(root, mainRoot) };
}

/** The first write into a linked worktree makes the directory for the store. A bare repository has no worktree to make it in. */
function canHoldStore(mainRoot: string, mainBeads: string): boolean {
  return kindWithinReach(join(mainBeads, "..")) === "directory" && !isBare(mainRoot);
}

function sharingReason(root: string, mainRoot: string): string {
  return `${root} is a linked git worktree of ${mainRoot}, whose store it shares`;
}

/** `.beads/redirect` holds the path of another `.beads`; it is followed once. */
function redirected(beadsPath: string, reason: string): Workspace {
  const file = join(beadsPath, "redirect");
  const text = kindAt(file) === undefined ? undefined : readSmallFile(file);
  if (text === undefined) return { beadsPath, storeOwnerPath: beadsPath, reason };
  const target = text.trim();
  if (target === "" || target.length > redirectLengthLimit || target.includes("\n") || target.includes("\0"))
    throw new BzError("INVALID", `${beadsPath}/redirect does not hold one path.`, {
      context: { file: `${beadsPath}/redirect` },
    });
  const path = checkedDirectory(join(join(beadsPath, ".."), target));
  if (kindAt(join(path, "redirect")) !== undefined)
    throw new BzError("INVALID", `${beadsPath}/redirect leads to ${path}, which redirects again.`, {
      hint: "A redirect is followed once; name the final directory.",
    });
  if (!isWorkspace(path))
    throw new BzError("INVALID", `${beadsPath}/redirect leads to ${path}, which is no workspace.`, {
      hint: `A redirect leads to a directory ${beadsDirectoryName}; name any other with --data.`,
      context: { file: `${beadsPath}/redirect`, path },
    });
  return { beadsPath: path, storeOwnerPath: path, reason: `${beadsPath}/redirect leads there` };
}

/** A clone may bring a redirect along: it must not have a store made in just any directory of its user's. */
function isWorkspace(path: string): boolean {
  if (path.endsWith(`/${beadsDirectoryName}`)) return true;
  return [`${storeDirectoryName}/${snapshotName}`, faceName, metadataName].some(
    (name) => kindAt(join(path, name)) !== undefined,
  );
}

/** @throws BzError INVALID naming what stands there instead of a directory */
function checkedDirectory(path: string): string {
  const kind = kindAt(path);
  if (kind === "directory") return path;
  if (kind === undefined)
    throw new BzError("NOT_INITIALIZED", `There is no directory ${path}.`, { context: { path } });
  const what = kind === "symlink" ? "a symbolic link, which bz does not follow" : "not a directory";
  throw new BzError("INVALID", `${path} is ${what}.`, {
    hint:
      kind === "symlink"
        ? "Name the directory it leads to with --data, or put its path into a `redirect` file."
        : "Move it aside, or name another workspace with --data.",
    context: { path },
  });
}

const redirectLengthLimit = 4096;
