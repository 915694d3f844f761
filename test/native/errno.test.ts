import { expect, test } from "bun:test";
import { constants } from "node:os";
import { errnoCode, errnoNumber, SystemCallError } from "../../native/errno";
import { closeFile, currentDirectory, openAt } from "../../native/file";
import { errnoOf } from "./helpers";

test("the numbers are those of the platform", () => {
  const numbers: Record<string, number> = constants.errno;
  const named = Object.values(numbers).filter((number) => !errnoCode(number).startsWith("ERRNO_"));
  expect(named.length).toBeGreaterThan(30);
  for (const number of named) expect(numbers[errnoCode(number)]).toBe(number);
});

test("a number has its name back, an unknown one says the number", () => {
  expect(errnoCode(errnoNumber("ENOENT"))).toBe("ENOENT");
  expect(errnoCode(errnoNumber("EDQUOT"))).toBe("EDQUOT");
  expect(errnoCode(199)).toBe("ERRNO_199");
  expect(errnoNumber("ERRNO_199")).toBe(199);
});

test("an error says which call failed, on what and why", () => {
  const error = new SystemCallError("openat", errnoNumber("EACCES"), "store");
  expect(error.message).toBe("openat store: permission denied (EACCES)");
  expect(error).toMatchObject({
    syscall: "openat",
    errno: errnoNumber("EACCES"),
    code: "EACCES",
    path: "store",
  });
});

test("an error without a path has none, and one can be made from a name", () => {
  const error = new SystemCallError("fsync", "EIO");
  expect(error.message).toBe("fsync: input or output error (EIO)");
  expect(error.errno).toBe(5);
  expect(error.path).toBeUndefined();
});

test("errno belongs to the call just made, 50,000 times in turn", () => {
  for (let i = 0; i < 25_000; i++) {
    if (errnoOf(() => closeFile(9999)) !== "EBADF") throw new Error(`close gave another errno in round ${i}`);
    if (errnoOf(() => openAt(currentDirectory, "/nowhere/at/all", "read")) !== "ENOENT") {
      throw new Error(`openat gave another errno in round ${i}`);
    }
  }
});
