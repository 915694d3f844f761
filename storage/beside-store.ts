import { SystemCallError } from "../native/errno";
import { YoungGarbageMeter } from "../native/memory";
import { nativeEnvironment, type StorageEnvironment } from "./environment";
import { withStorageErrors } from "./failure";
import type { StoreRequest } from "./store";
import { findWorkspace } from "./workspace";

/** What commands reach on the disk, and of the engine, beside the store. */

/** The settings, and the files that hold them; also where there is no workspace. */
export async function openConfiguration(
  request: StoreRequest,
  environment: StorageEnvironment = nativeEnvironment(),
): Promise<import("./configuration").Configuration> {
  const { Configuration } = await import("./configuration");
  return new Configuration(request, environment);
}

/** Files of the user's outside of `.beads/`, for commands whose name says that they write them. */
export async function openUserFiles(
  scope: import("./user-files").UserFilesScope,
  request: StoreRequest,
  environment: StorageEnvironment = nativeEnvironment(),
): Promise<import("./user-files").UserFiles> {
  const { UserFiles } = await import("./user-files");
  const { realpathSync } = await import("node:fs");
  return new UserFiles(scope, request, environment, (path) => {
    try {
      return realpathSync(path);
    } catch (error) {
      throw systemCallError("realpath", error, path);
    }
  });
}

/** What Node throws, as libc's own failures are told. */
function systemCallError(syscall: string, error: unknown, path: string): unknown {
  const number: unknown = error instanceof Error && "errno" in error ? error.errno : undefined;
  return typeof number === "number" ? new SystemCallError(syscall, Math.abs(number), path) : error;
}

/**
 * The text of a small file in `.beads/` that people may put there; undefined when there is none. A symbolic link is not followed: a cloned repository must not
 * have other files of its user's read.
 * @throws BzError NOT_INITIALIZED, or INVALID when it is no regular text file
 */
export async function readBesideStore(
  request: StoreRequest,
  name: string,
  environment: StorageEnvironment = nativeEnvironment(),
): Promise<string | undefined> {
  const { readTextFile } = await import("./text-file");
  return withStorageErrors("", () => {
    const { beadsPath } = findWorkspace(request);
    const directory = environment.fileSystem.openDirectory(beadsPath);
    if (directory === undefined) return undefined;
    try {
      return readTextFile(directory, name, smallFileLimitBytes);
    } finally {
      directory.close();
    }
  });
}

/** For what reads as much as a file may hold. */
export function meterYoungGarbage(): YoungGarbageMeter {
  return new YoungGarbageMeter();
}

const smallFileLimitBytes = 1 << 16;
