import { describe, expect, test } from "bun:test";
import { SystemCallError } from "../../native/errno";
import { withStorageErrors } from "../../storage/failure";

describe("a failed system call", () => {
  test.each([
    ["openat", "EPERM", "READ_ONLY", "permissions of the .beads directory"],
    ["pwrite", "EDQUOT", "NO_SPACE", "Free some space"],
    ["fdatasync", "EIO", "STORAGE_FAILED", "bz doctor"],
    ["getentropy", "EPERM", "UNSUPPORTED", "allow `getrandom`"],
    ["getentropy", "ENOSYS", "UNSUPPORTED", "allow `getrandom`"],
  ] as const)(
    "%s that ends with %s is told as %s, with what to do about it",
    (syscall, errno, code, hint) => {
      const fail = (): never => {
        throw new SystemCallError(syscall, errno, syscall === "getentropy" ? undefined : "/somewhere");
      };
      expect(() => withStorageErrors("Nothing was saved.", fail)).toThrow(
        expect.objectContaining({
          code,
          hint: expect.stringContaining(hint),
          message: expect.stringMatching(new RegExp(`\\(${syscall}.*: ${errno}\\)\\. Nothing was saved\\.`)),
        }),
      );
    },
  );
});
