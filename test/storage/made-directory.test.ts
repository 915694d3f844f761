import { expect, test } from "bun:test";
import { SystemCallError } from "../../native/errno";
import type { Directory, FileSystem } from "../../storage/file-system";
import { openMadeDirectory } from "../../storage/made-directory";

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SystemCallError) return error.code;
    throw error;
  }
  throw new Error("the call succeeded");
}

test("a disk on which nothing can be opened, the root included, is an error and no endless search", () => {
  const fileSystem = { openDirectory: () => undefined } as unknown as FileSystem;
  expect(codeOf(() => openMadeDirectory(fileSystem, "/some/where", 0o777))).toBe("ENOENT");
});

test("a directory that is gone each time it was made is an error", () => {
  let made = 0;
  const root = {
    makeDirectory: () => {
      made += 1;
    },
    sync: () => undefined,
    openDirectory: () => undefined,
    close: () => undefined,
  } as unknown as Directory;
  const openDirectory = (path: string): Directory | undefined => (path === "/" ? root : undefined);
  const fileSystem = { openDirectory } as unknown as FileSystem;
  expect(codeOf(() => openMadeDirectory(fileSystem, "/where", 0o777))).toBe("ENOENT");
  expect(made).toBe(10);
});
