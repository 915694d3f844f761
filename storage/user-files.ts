import { BzError } from "../model/errors";
import { lockTimeoutSetting } from "../model/setting";
import { SystemCallError } from "../native/errno";
import type { StorageEnvironment } from "./environment";
import { withStorageErrors } from "./failure";
import { repositoryRoot } from "./git-state";
import { openMadeDirectory } from "./made-directory";
import { kindAt } from "./native-file-system";
import { join, sharedDirectoryMode } from "./paths";
import type { StoreRequest } from "./store";
import { editTextFile, readTextFile, type TextEdit, type TextFileChange } from "./text-file";
import { findWorkspace } from "./workspace";
import { refuseWhenReadonly } from "./write-permission";

export type UserFilesScope = "project" | "home";

/**
 * Files outside of `.beads/`, for commands whose name says that they write them. A path is relative to the root of the repository, or to the home
 * directory, and nothing outside of that is touched, whatever symbolic links a cloned repository holds.
 */
export class UserFiles {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly #request: StoreRequest;
  readonly #environment: StorageEnvironment;
  readonly #realPath: (path: string) => string;

  /**
   * @param realPath throws SystemCallError, ENOENT when there is nothing
   * @throws BzError NOT_INITIALIZED, INVALID when there is no home directory, STORAGE_FAILED
   */
  constructor(
    scope: UserFilesScope,
    request: StoreRequest,
    environment: StorageEnvironment,
    realPath: (path: string) => string,
  ) {
    this.#request = request;
    this.#environment = environment;
    this.#realPath = realPath;
    this.root = withUserFileErrors(() => realPath(scope === "home" ? homeOf(request) : projectOf(request)));
  }

  /** @throws BzError INVALID when it is no regular text file, or lies elsewhere */
  read(path: string): string | undefined {
    return withUserFileErrors(() => {
      const { parent, name } = this.#find(path);
      const directory = this.#environment.fileSystem.openDirectory(parent);
      if (directory === undefined) return undefined;
      try {
        return readTextFile(directory, name, limitBytes);
      } finally {
        directory.close();
      }
    });
  }

  /** @throws BzError as `read`, LOCK_TIMEOUT, WRITE_REFUSED */
  edit(path: string, edit: TextEdit): TextFileChange {
    refuseWhenReadonly(this.#request);
    return withUserFileErrors(() => {
      const { parent, name } = this.#find(path);
      const directory = this.#openParent(parent, edit);
      if (directory === undefined) return "unchanged";
      try {
        return editTextFile(directory, name, edit, this.#environment, {
          timeoutMs: this.#request.lockTimeoutMs ?? lockTimeoutSetting.usual,
          limitBytes,
        });
      } finally {
        directory.close();
      }
    });
  }

  /** No directory is made for a file that shall not be. */
  #openParent(parent: string, edit: TextEdit) {
    const { fileSystem } = this.#environment;
    const directory = fileSystem.openDirectory(parent);
    if (directory !== undefined || edit(undefined) === undefined) return directory;
    return openMadeDirectory(fileSystem, parent, sharedDirectoryMode);
  }

  /** Where the file is, or will be: behind the links on its way, as far as there are any. */
  #find(path: string): { parent: string; name: string } {
    const whole = join(this.root, path);
    let known = whole;
    let missing = "";
    for (;;) {
      const real = this.#realPathIfAny(known, path);
      if (real !== undefined) {
        if (!`${real}/`.startsWith(`${this.root === "/" ? "" : this.root}/`)) throw leadsAway(whole, real);
        return split(real + missing);
      }
      const at = known.lastIndexOf("/");
      missing = known.slice(at) + missing;
      known = known.slice(0, at);
    }
  }

  #realPathIfAny(path: string, asked: string): string | undefined {
    try {
      return this.#realPath(path);
    } catch (error) {
      if (!(error instanceof SystemCallError) || !faultsOfPaths.has(error.code)) throw error;
      if (error.code === "ENOENT" && kindAt(path) === undefined) return undefined;
      throw new BzError(
        "INVALID",
        `${join(this.root, asked)} cannot be followed to a file (${error.code}).`,
        {
          hint: "Look at the symbolic links and directories on its way.",
          context: { file: join(this.root, asked) },
          cause: error,
        },
      );
    }
  }
}

/** Longer ones are not written by people. */
const limitBytes = 4 << 20;

/** The user can put these right; all else is the disk's fault or the system's. */
const faultsOfPaths: ReadonlySet<string> = new Set([
  "ENOENT",
  "ENOTDIR",
  "ELOOP",
  "ENAMETOOLONG",
  "EACCES",
  "EPERM",
]);

function projectOf(request: StoreRequest): string {
  const { beadsPath } = findWorkspace(request);
  return repositoryRoot(request.cwd) ?? join(beadsPath, "..");
}

function homeOf({ env }: StoreRequest): string {
  const { HOME } = env;
  const isSet = HOME?.startsWith("/") === true;
  if (isSet && kindAt(HOME) !== undefined) return HOME;
  const why = isSet ? `${HOME} is not there` : "HOME is not set";
  throw new BzError("INVALID", `There is no home directory: ${why}.`, {
    hint: "Set HOME, or leave --global out.",
  });
}

function split(path: string): { parent: string; name: string } {
  const at = path.lastIndexOf("/");
  return { parent: path.slice(0, at) || "/", name: path.slice(at + 1) };
}

function leadsAway(path: string, real: string): BzError {
  return new BzError("INVALID", `${path} leads to ${real}, which is elsewhere. Nothing was changed.`, {
    hint: "A symbolic link is followed only to where the rest of the files is; change that file by hand.",
    context: { file: path, target: real },
  });
}

function withUserFileErrors<T>(action: () => T): T {
  try {
    return withStorageErrors("", action);
  } catch (error) {
    if (!(error instanceof BzError) || error.code !== "READ_ONLY") throw error;
    const { cause } = error;
    const what =
      cause instanceof SystemCallError ? `${cause.path ?? "the file"}: ${cause.code}` : "no permission";
    throw new BzError("FILE_UNREADABLE", `The file cannot be read or written (${what}).`, {
      hint: "Check its permissions and those of its directory.",
      cause,
    });
  }
}
