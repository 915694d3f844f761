import { expect, test } from "bun:test";
import { linkSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeFile, currentDirectory, openAt } from "../../native/file";
import { status, statusAt } from "../../native/file-status";
import { errnoOf, temporaryDirectory } from "./helpers";

const path = temporaryDirectory();
const directory = openAt(currentDirectory, path, "directory");
writeFileSync(join(path, "file"), "12345");
linkSync(join(path, "file"), join(path, "second-name"));
mkdirSync(join(path, "directory"));
symlinkSync("file", join(path, "link"));

test("the status of a file is what node:fs says, to the nanosecond", () => {
  const fd = openAt(directory, "file", "read");
  const expected = lstatSync(join(path, "file"), { bigint: true });
  expect(status(fd)).toMatchObject({
    inode: expected.ino,
    links: 2,
    size: 5,
    modifiedNs: expected.mtimeNs,
    changedNs: expected.ctimeNs,
    kind: "file",
    permissions: Number(expected.mode & 0o7777n),
    owner: Number(expected.uid),
  });
  closeFile(fd);
});

test("the status by name is the status of the descriptor", () => {
  const fd = openAt(directory, "file", "read");
  expect(statusAt(directory, "file")).toEqual(status(fd));
  expect(statusAt(directory, "second-name")).toEqual(status(fd));
  closeFile(fd);
});

test("kinds are told apart and links not followed", () => {
  expect(statusAt(directory, "file")?.kind).toBe("file");
  expect(statusAt(directory, "directory")?.kind).toBe("directory");
  expect(statusAt(directory, "link")?.kind).toBe("symlink");
  expect(statusAt(currentDirectory, "/dev/null")?.kind).toBe("other");
});

test("files of one file system have one device, those of another one another", () => {
  expect(statusAt(directory, "file")?.device).toBe(status(directory).device);
  expect(statusAt(currentDirectory, "/dev/null")?.device).not.toBe(status(directory).device);
});

test("nothing there is undefined, also below a file and under a name that no file can have", () => {
  expect(statusAt(directory, "absent")).toBeUndefined();
  expect(statusAt(directory, "file/below")).toBeUndefined();
  expect(statusAt(directory, "x".repeat(300))).toBeUndefined();
});

test("any other failure is an error", () => {
  symlinkSync("round", join(path, "round"));
  expect(errnoOf(() => statusAt(directory, "round/below"))).toBe("ELOOP");
  expect(errnoOf(() => status(9999))).toBe("EBADF");
});
