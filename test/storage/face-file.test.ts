import { expect, test } from "bun:test";
import { readFaceFile } from "../../storage/face-file";
import type { Directory } from "../../storage/file-system";
import { attempt, beadsPath, codeOf, SimulatedWorld } from "../helpers/simulated-world";
import { faceLines } from "../helpers/story";

/** The directory of a face of which each read gives so many bytes at most. */
function directoryGiving(...most: readonly number[]): Directory {
  const process = SimulatedWorld.withWorkspace(faceLines).start();
  const directory = process.environment.fileSystem.openDirectory(beadsPath);
  if (directory === undefined) throw new Error("there is one");
  const left = [...most];
  const open: Directory["open"] = (name, mode) => {
    const file = directory.open(name, mode);
    if (file === undefined) return undefined;
    const read: typeof file.read = (offset, length) =>
      file.read(offset, Math.min(length, left.shift() ?? length));
    return { ...file, path: file.path, status: () => file.status(), close: () => file.close(), read };
  };
  return { ...directory, path: directory.path, status: (name) => directory.status(name), open };
}

const whole = new TextEncoder().encode(faceLines.map((line) => `${line}\n`).join(""));

test("of a face that was read short nothing is taken for the whole: it is read again", () => {
  expect(readFaceFile(directoryGiving(0))?.bytes).toEqual(whole);
  expect(readFaceFile(directoryGiving(7, whole.length - 1))?.bytes).toEqual(whole);
});

test("a face that gives less than it says it has, however often, is refused", () => {
  expect(codeOf(attempt(() => readFaceFile(directoryGiving(0, 0, 0))))).toBe("FILE_UNREADABLE");
});
