import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  append,
  changeMode,
  changeModified,
  closeFile,
  currentDirectory,
  exchangeAt,
  linkAt,
  makeDirectoryAt,
  openAt,
  readAll,
  readAt,
  removeAt,
  renameAt,
  syncData,
  syncFile,
  writeAt,
} from "../../native/file";
import { status, statusAt } from "../../native/file-status";
import { hasStrace } from "../helpers/strace";
import { childPath, errnoOf, temporaryDirectory } from "./helpers";

const canTrace = hasStrace();
const path = temporaryDirectory();
const directory = openAt(currentDirectory, path, "directory");
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array) => new TextDecoder().decode(value);

describe("open", () => {
  test("createNew makes a file with the permissions asked for, and refuses a taken name", () => {
    const fd = openAt(directory, "new", "createNew", 0o600);
    expect(status(fd)).toMatchObject({ kind: "file", size: 0, permissions: 0o600 });
    expect(errnoOf(() => openAt(directory, "new", "createNew"))).toBe("EEXIST");
    closeFile(fd);
  });

  test("create makes an absent file and leaves the content of one that is there", () => {
    const first = openAt(directory, "created", "create");
    append(first, bytes("kept"));
    const second = openAt(directory, "created", "create");
    writeAt(second, 4, bytes(" and more"));
    expect(readFileSync(join(path, "created"), "utf8")).toBe("kept and more");
    closeFile(first);
    closeFile(second);
  });

  test("an absent file is ENOENT unless it is to be created", () => {
    for (const access of ["read", "append", "update", "directory"] as const) {
      expect(errnoOf(() => openAt(directory, "absent", access))).toBe("ENOENT");
    }
  });

  test("a symbolic link is refused, as a file and as a directory", () => {
    writeFileSync(join(path, "target"), "x");
    symlinkSync("target", join(path, "link"));
    symlinkSync(".", join(path, "directory-link"));
    for (const access of ["read", "append", "update", "create"] as const) {
      expect(errnoOf(() => openAt(directory, "link", access))).toBe("ELOOP");
    }
    expect(["ELOOP", "ENOTDIR"]).toContain(errnoOf(() => openAt(directory, "directory-link", "directory")));
  });

  test("a file is no directory, and a directory cannot be written", () => {
    writeFileSync(join(path, "plain"), "x");
    expect(errnoOf(() => openAt(directory, "plain", "directory"))).toBe("ENOTDIR");
    expect(errnoOf(() => openAt(currentDirectory, path, "update"))).toBe("EISDIR");
  });

  test("a FIFO without a writer does not make the open wait", () => {
    Bun.spawnSync(["mkfifo", join(path, "fifo")]);
    const fd = openAt(directory, "fifo", "read");
    expect(status(fd).kind).toBe("other");
    closeFile(fd);
  });

  test("a name with a NUL is refused, not cut", () => {
    expect(errnoOf(() => openAt(directory, "plain\0.txt", "read"))).toBe("EINVAL");
  });

  test("names outside ASCII are UTF-8", () => {
    closeFile(openAt(directory, "日本-ü-🐙", "createNew"));
    expect(readFileSync(join(path, "日本-ü-🐙"), "utf8")).toBe("");
  });

  test.skipIf(process.platform !== "linux")("descriptors are closed on exec", () => {
    const fd = openAt(directory, "plain", "read");
    const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    expect(Number.parseInt(flags ?? "0", 8) & 0o2000000).toBe(0o2000000);
    closeFile(fd);
  });

  test("a closed descriptor is EBADF", () => {
    const fd = openAt(directory, "plain", "read");
    closeFile(fd);
    expect(errnoOf(() => closeFile(fd))).toBe("EBADF");
  });
});

describe("read and write", () => {
  test("readAt gives what is there and stops where the file ends", () => {
    writeFileSync(join(path, "digits"), "0123456789");
    const fd = openAt(directory, "digits", "read");
    expect(text(readAt(fd, 3, 4))).toBe("3456");
    expect(text(readAt(fd, 8, 100))).toBe("89");
    expect(readAt(fd, 10, 5)).toHaveLength(0);
    expect(readAt(fd, 1000, 5)).toHaveLength(0);
    expect(readAt(fd, 0, 0)).toHaveLength(0);
    closeFile(fd);
  });

  test("readAll gives a file larger than its buffer, byte for byte", () => {
    const content = new Uint8Array(100_003).map((_, index) => index * 7);
    writeFileSync(join(path, "large"), content);
    const fd = openAt(directory, "large", "read");
    expect(readAll(fd)).toEqual(content);
    expect(readAll(fd)).toHaveLength(0);
    closeFile(fd);
  });

  test.skipIf(process.platform !== "linux")("readAll reads files that do not know their size", () => {
    const fd = openAt(currentDirectory, "/proc/sys/kernel/random/boot_id", "read");
    expect(text(readAll(fd))).toMatch(/^[0-9a-f-]{36}\n$/);
    closeFile(fd);
  });

  test("append writes at the end whoever else has written", () => {
    closeFile(openAt(directory, "log", "create"));
    const one = openAt(directory, "log", "append");
    const other = openAt(directory, "log", "append");
    expect(append(one, bytes("one "))).toBe(4);
    expect(append(other, bytes("two "))).toBe(4);
    expect(append(one, bytes(""))).toBe(0);
    append(one, bytes("three"));
    expect(text(readAt(other, 0, 100))).toBe("one two three");
    closeFile(one);
    closeFile(other);
  });

  test("writeAt changes the bytes it is told to, also beyond the end", () => {
    writeFileSync(join(path, "page"), "aaaaaaaa");
    const fd = openAt(directory, "page", "update");
    writeAt(fd, 2, bytes("BB"));
    writeAt(fd, 10, bytes("C"));
    expect(text(readAt(fd, 0, 100))).toBe("aaBBaaaa\0\0C");
    closeFile(fd);
  });

  test("a write to a file opened for reading is EBADF", () => {
    const fd = openAt(directory, "page", "read");
    expect(errnoOf(() => append(fd, bytes("x")))).toBe("EBADF");
    expect(errnoOf(() => writeAt(fd, 0, bytes("x")))).toBe("EBADF");
    closeFile(fd);
  });

  test("a short write is the number of bytes taken, the next one the error", async () => {
    writeFileSync(join(path, "limited"), "");
    // A file may grow to 8 KiB in this shell and its children; the signal that says so is ignored.
    const shell = `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`;
    const child = Bun.spawn(
      ["bash", "-c", shell, process.execPath, childPath, "append", join(path, "limited"), "10000"],
      { env: { PATH: process.env.PATH }, timeout: 30_000 },
    );
    expect(await child.stdout.text()).toBe("8192\nSystemCallError: write: file too large (EFBIG)\n");
    expect(status(openAt(directory, "limited", "read")).size).toBe(8192);
  });
});

describe("names", () => {
  test("a rename replaces what stood there and keeps the inode", () => {
    writeFileSync(join(path, "from"), "new");
    writeFileSync(join(path, "to"), "old");
    const fd = openAt(directory, "from", "read");
    renameAt(directory, "from", directory, "to");
    expect(readFileSync(join(path, "to"), "utf8")).toBe("new");
    expect(status(fd).links).toBe(1);
    expect(errnoOf(() => renameAt(directory, "from", directory, "to"))).toBe("ENOENT");
    closeFile(fd);
  });

  test("a rename moves between directories", () => {
    mkdirSync(join(path, "history"));
    const history = openAt(directory, "history", "directory");
    writeFileSync(join(path, "segment"), "frames");
    renameAt(directory, "segment", history, "segment");
    expect(readFileSync(join(path, "history", "segment"), "utf8")).toBe("frames");
    closeFile(history);
  });

  test("an exchange swaps two names, each keeping its file, also between directories and with a directory", () => {
    writeFileSync(join(path, "left"), "first");
    writeFileSync(join(path, "right"), "second");
    const fd = openAt(directory, "left", "read");
    expect(exchangeAt(directory, "left", directory, "right")).toBe(true);
    expect(readFileSync(join(path, "left"), "utf8")).toBe("second");
    expect(readFileSync(join(path, "right"), "utf8")).toBe("first");
    expect(statusAt(directory, "right")?.inode).toBe(status(fd).inode);
    mkdirSync(join(path, "elsewhere"));
    const elsewhere = openAt(directory, "elsewhere", "directory");
    mkdirSync(join(path, "elsewhere", "folder"));
    expect(exchangeAt(directory, "left", elsewhere, "folder")).toBe(true);
    expect(statusAt(directory, "left")?.kind).toBe("directory");
    expect(readFileSync(join(path, "elsewhere", "folder"), "utf8")).toBe("second");
    closeFile(elsewhere);
    closeFile(fd);
  });

  test("an exchange with a name that is not there is ENOENT and changes nothing", () => {
    writeFileSync(join(path, "alone"), "x");
    expect(errnoOf(() => exchangeAt(directory, "alone", directory, "absent"))).toBe("ENOENT");
    expect(errnoOf(() => exchangeAt(directory, "absent", directory, "alone"))).toBe("ENOENT");
    expect(readFileSync(join(path, "alone"), "utf8")).toBe("x");
    expect(statusAt(directory, "absent")).toBeUndefined();
  });

  for (const code of ["ENOSYS", "EINVAL", "EOPNOTSUPP"]) {
    test.skipIf(!canTrace)(
      `where the kernel answers ${code}, an exchange is not possible and changes nothing`,
      () => {
        expect(exchangeUnder(code)).toBe("false; one holds first\n");
      },
    );
  }

  test.skipIf(!canTrace)("any other failure of an exchange is an error", () => {
    expect(exchangeUnder("EIO")).toBe(
      "SystemCallError: renameat2 one <-> other: input or output error (EIO); one holds first\n",
    );
  });

  test("a second name leads to the same file, and takes nobody else's", () => {
    mkdirSync(join(path, "kept"));
    const kept = openAt(directory, "kept", "directory");
    writeFileSync(join(path, "named"), "one file");
    expect(linkAt(directory, "named", kept, "again")).toBe(true);
    expect(statusAt(kept, "again")?.inode).toBe(statusAt(directory, "named")?.inode);
    expect(errnoOf(() => linkAt(directory, "named", kept, "again"))).toBe("EEXIST");
    expect(errnoOf(() => linkAt(directory, "absent", kept, "other"))).toBe("ENOENT");
    // As on a file system that has no second names.
    expect(linkAt(directory, "kept", kept, "folder")).toBe(false);
    closeFile(kept);
  });

  for (const code of ["EPERM", "EACCES", "EXDEV", "EMLINK", "EOPNOTSUPP", "EIO"])
    test.skipIf(!canTrace)(`where the kernel answers ${code}, there can be no second name`, () => {
      expect(linkUnder(code)).toBe("false\n");
    });

  test("removing says whether there was anything, and never removes a directory", () => {
    writeFileSync(join(path, "going"), "");
    const fd = openAt(directory, "going", "read");
    expect(removeAt(directory, "going")).toBe(true);
    expect(removeAt(directory, "going")).toBe(false);
    expect(status(fd).links).toBe(0);
    closeFile(fd);
    mkdirSync(join(path, "stays"));
    expect(["EISDIR", "EPERM"]).toContain(errnoOf(() => removeAt(directory, "stays")));
  });

  test("making a directory says whether it was there", () => {
    expect(makeDirectoryAt(directory, "made", 0o700)).toBe(true);
    expect(makeDirectoryAt(directory, "made", 0o700)).toBe(false);
    expect(makeDirectoryAt(directory, "plain", 0o700)).toBe(false);
    expect(errnoOf(() => makeDirectoryAt(directory, "absent/made", 0o700))).toBe("ENOENT");
    const made = openAt(directory, "made", "directory");
    expect(status(made)).toMatchObject({ kind: "directory", permissions: 0o700 });
    closeFile(made);
  });

  test("a removed directory takes no new file, though it is still open", () => {
    mkdirSync(join(path, "doomed"));
    const doomed = openAt(directory, "doomed", "directory");
    rmdirSync(join(path, "doomed"));
    expect(errnoOf(() => openAt(doomed, "file", "createNew"))).toBe("ENOENT");
    expect(status(doomed).links).toBe(0);
    closeFile(doomed);
  });

  test("changeMode sets the permissions that were asked for, whatever the umask", () => {
    const fd = openAt(directory, "public", "createNew", 0o600);
    changeMode(fd, 0o666);
    expect(status(fd).permissions).toBe(0o666);
    closeFile(fd);
  });
});

test("the time of the last change is set to the millisecond, also before 1970", () => {
  writeFileSync(join(path, "dated"), "x");
  const fd = openAt(directory, "dated", "read");
  for (const timeMs of [1_767_323_045_678, 0, -1500]) {
    changeModified(fd, timeMs);
    expect(status(fd).modifiedNs).toBe(BigInt(timeMs) * 1_000_000n);
    expect(statSync(join(path, "dated")).atimeMs).toBe(timeMs);
  }
  closeFile(fd);
  expect(errnoOf(() => changeModified(fd, 0))).toBe("EBADF");
});

test("files and directories can be synced, closed descriptors not", () => {
  const fd = openAt(directory, "synced", "create");
  append(fd, bytes("x"));
  syncData(fd);
  syncFile(fd);
  syncFile(directory);
  closeFile(fd);
  expect(errnoOf(() => syncData(fd))).toBe("EBADF");
  expect(errnoOf(() => syncFile(fd))).toBe("EBADF");
});

/** What a child says that exchanges `one` and `other` while the kernel answers so, and then reads `one`. */
function exchangeUnder(code: string): string {
  writeFileSync(join(path, "one"), "first");
  writeFileSync(join(path, "other"), "second");
  return childUnder("exchange", "renameat2", code);
}

function linkUnder(code: string): string {
  writeFileSync(join(path, "one"), "first");
  return childUnder("link", "linkat", code);
}

/** What a child says of a call that the kernel answers in that way. */
function childUnder(verb: string, call: string, code: string): string {
  const inject = [
    "-f",
    "-qq",
    "-o",
    "/dev/null",
    "-e",
    `trace=${call}`,
    "-e",
    `inject=${call}:error=${code}`,
  ];
  const child = Bun.spawnSync(["strace", ...inject, process.execPath, childPath, verb, path], {
    env: { PATH: process.env.PATH },
    timeout: 30_000,
  });
  return child.stdout.toString();
}
