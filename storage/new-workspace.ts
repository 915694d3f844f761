import { BzError } from "../model/errors";
import { repositoryRoot } from "./git-state";
import { kindAt } from "./native-file-system";
import { beadsDirectoryName, join } from "./paths";
import { sharedWorkspace, type Workspace, type WorkspaceRequest } from "./workspace";

/** Where `init` makes a workspace: at the root of the repository, or `here`. */
export function newWorkspace(request: WorkspaceRequest, here: boolean): Workspace {
  const path = request.data ?? request.env.BEADS_DIR;
  if (path !== undefined && path !== "") {
    const beadsPath = join(request.cwd, path);
    return {
      beadsPath,
      storeOwnerPath: beadsPath,
      reason: request.data === undefined ? "BEADS_DIR names it" : "--data names it",
    };
  }
  const root = here ? undefined : repositoryRoot(request.cwd);
  const beadsPath = join(root ?? request.cwd, beadsDirectoryName);
  const shared = sharedWorkspace(beadsPath, repositoryRoot(request.cwd), "to be made");
  if (shared !== undefined && kindAt(shared.storeOwnerPath) !== undefined)
    throw new BzError("ALREADY_INITIALIZED", `${shared.reason}: there is a workspace already.`, {
      hint: "Every bz command here uses that one; run `bz where`.",
    });
  if (shared !== undefined) return shared;
  return {
    beadsPath,
    storeOwnerPath: beadsPath,
    reason: root === undefined ? "the current directory" : "the root of the repository",
  };
}
