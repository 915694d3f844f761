import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listDirectory } from "../../native/directory";
import { SystemCallError } from "../../native/errno";
import { closeFile, currentDirectory, openAt } from "../../native/file";
import { errnoOf, temporaryDirectory } from "./helpers";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

const path = temporaryDirectory();

test("a list has every name once, and the second list is like the first", () => {
  const names = Array.from({ length: 2000 }, (_, index) => `wal.${index}`);
  names.push("日本-ü-🐙", ".hidden", "x".repeat(255));
  mkdirSync(join(path, "many"));
  for (const name of names) writeFileSync(join(path, "many", name), "");
  const fd = openAt(currentDirectory, join(path, "many"), "directory");
  expect(listDirectory(fd).sort()).toEqual(names.toSorted());
  expect(listDirectory(fd).sort()).toEqual(names.toSorted());
  closeFile(fd);
});

test("an empty directory has no names, and neither has a removed one", () => {
  mkdirSync(join(path, "empty"));
  const fd = openAt(currentDirectory, join(path, "empty"), "directory");
  expect(listDirectory(fd)).toEqual([]);
  rmdirSync(join(path, "empty"));
  let names: string[] = [];
  // macOS may refuse to look up "." in a directory without a name.
  try {
    names = listDirectory(fd);
  } catch (error) {
    expect(error).toBeInstanceOf(SystemCallError);
  }
  expect(names).toEqual([]);
  closeFile(fd);
});

test("listing keeps no descriptor open", () => {
  const fd = openAt(currentDirectory, path, "directory");
  const next = () => {
    const probe = openAt(currentDirectory, path, "directory");
    closeFile(probe);
    return probe;
  };
  const before = next();
  for (let i = 0; i < 50; i++) listDirectory(fd);
  expect(next()).toBe(before);
  closeFile(fd);
});

test("a file cannot be listed", () => {
  writeFileSync(join(path, "file"), "");
  const fd = openAt(currentDirectory, join(path, "file"), "read");
  expect(errnoOf(() => listDirectory(fd))).toBe("ENOTDIR");
  closeFile(fd);
});
