import { linkSync, lstatSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Attack, Place } from "./place";

/** The files that bz keeps, and those that it reads. */
const names = [
  "issues.jsonl",
  "config.yaml",
  "metadata.json",
  "redirect",
  ".gitignore",
  ".gitattributes",
  "PRIME.md",
  "store",
  ...["lock", "compact.lock", "snapshot", "wal.1", "wal.2", "history", "history/wal.1", "history/snapshot.1"],
  ...["backups", "backups/early", "quarantine", ".gitignore", "face.0123456789abcdef"],
].map((name, at) => (at < 8 ? name : `store/${name}`));

/** What may stand there instead: each makes it. */
const objects: Readonly<Record<string, (path: string, place: Place) => void>> = {
  "a link to a file of the user's": (path, { secret }) => symlinkSync(secret, path),
  "a link to a name that is free": (path, { outside }) => symlinkSync(join(outside, "new"), path),
  "a link to a directory of the user's": (path, { outside }) => symlinkSync(outside, path),
  "a link to itself": (path) => symlinkSync(path, path),
  "a link to an endless device": (path) => symlinkSync("/dev/zero", path),
  "a link to a terminal": (path) => symlinkSync("/dev/tty", path),
  "a pipe": (path) => run("mkfifo", path),
  "a socket": (path) =>
    run(
      "python3",
      "-c",
      "import socket,sys,os;os.chdir(sys.argv[1]);socket.socket(socket.AF_UNIX).bind(sys.argv[2])",
      dirname(path),
      path.slice(dirname(path).length + 1),
    ),
  "an endless device": (path) => run("mknod", path, "c", "1", "5"),
  "a block device": (path) => run("mknod", path, "b", "7", "200"),
  "a directory": (path) => mkdirSync(path),
  "an empty file": (path) => writeFileSync(path, ""),
  "a hole of a tebibyte": (path) => hole(path, 2 ** 40),
  "a hole of three gibibytes": (path) => hole(path, 3 * 2 ** 30),
  "a hole of 65 mebibytes": (path) => hole(path, 65 * 2 ** 20),
  "another name of a file of its own": (path, place) => linkSync(place.path("store/.gitignore"), path),
};

function run(...words: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(words);
  if (exitCode !== 0) throw new Error(`cannot be made here: ${words[0]}: ${stderr}`);
}

function hole(path: string, bytes: number): void {
  writeFileSync(path, "");
  truncateSync(path, bytes);
}

export const objectAttacks: readonly Attack[] = Object.entries(objects).flatMap(([kind, make]) =>
  names.map((name): Attack => {
    let inode = 0;
    return {
      name: `${kind} as ${name}`,
      hurtsStore: true,
      prepare(place) {
        const path = place.path(name);
        rmSync(path, { recursive: true, force: true });
        mkdirSync(dirname(path), { recursive: true });
        make(path, place);
        inode = lstatSync(path).ino;
      },
      judge(place, _ended, { words }) {
        // Whatever is no file of ours is moved aside by a repair alone; what is a file may be replaced.
        const now = lstatSync(place.path(name), { throwIfNoEntry: false });
        const isKept = now?.ino === inode || words.join(" ") === "doctor --fix";
        return isKept || /file|hole/.test(kind.replace(/^a link to .*/, "link")) ? [] : ["replaced it"];
      },
    };
  }),
);
