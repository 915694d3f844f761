import {
  append,
  closeFile,
  currentDirectory,
  exchangeAt,
  linkAt,
  mapShared,
  openAt,
  readAll,
} from "../../native/file";
import { lockBefore, unlock } from "../../native/file-lock";
import { exitNow, writeAllTo } from "../../native/process";

/** What the tests of this folder do in processes of their own: `bun child.ts VERB PATH [NUMBER]`. */
const [verb = "", path = "", number = "0"] = process.argv.slice(2);

const verbs: Record<string, () => void> = {
  /** Holds the lock until it is killed. */
  hold() {
    lockBefore(openAt(currentDirectory, path, "append"), 0);
    say("locked");
    Bun.sleepSync(60_000);
  },
  /** Waits for the lock, notes its number in the file, frees the lock. */
  queue() {
    const fd = openAt(currentDirectory, path, "append");
    if (lockBefore(fd, 30_000)) append(fd, encode(`${number}\n`));
    unlock(fd);
  },
  /** Adds 1 so many times, each time as a read and a write under the lock. */
  lockedIncrements() {
    const fd = openAt(currentDirectory, path, "update");
    const words = new Int32Array(mapShared(fd, 4096));
    for (let i = 0; i < Number(number); i++) {
      if (!lockBefore(fd, 30_000)) throw new Error("no lock within 30 s");
      words[0] = (words[0] ?? 0) + 1;
      unlock(fd);
    }
  },
  atomicIncrements() {
    const fd = openAt(currentDirectory, path, "update");
    const words = new Int32Array(mapShared(fd, 4096));
    closeFile(fd);
    for (let i = 0; i < Number(number); i++) Atomics.add(words, 1, 1);
  },
  /** Says how many of the bytes one append took, then what the next one gave. */
  append() {
    const fd = openAt(currentDirectory, path, "append");
    say(String(append(fd, new Uint8Array(Number(number)))));
    try {
      say(String(append(fd, new Uint8Array(Number(number)))));
    } catch (error) {
      say(String(error));
    }
  },
  /** Exchanges `one` and `other`; says what came of it, and what `one` holds then. */
  exchange() {
    const directory = openAt(currentDirectory, path, "directory");
    let outcome = "";
    try {
      outcome = String(exchangeAt(directory, "one", directory, "other"));
    } catch (error) {
      outcome = String(error);
    }
    say(`${outcome}; one holds ${new TextDecoder().decode(readAll(openAt(directory, "one", "read")))}`);
  },
  link() {
    const directory = openAt(currentDirectory, path, "directory");
    try {
      say(String(linkAt(directory, "one", directory, "two")));
    } catch (error) {
      say(String(error));
    }
  },
  /** Writes to stdout until its reader has gone; says so on stderr. */
  flood() {
    const bytes = new Uint8Array(1 << 20);
    while (writeAllTo(1, bytes) === "written");
    writeAllTo(2, encode("closed"));
  },
  /** Does what libc is for in a Bun that shows only `bun:ffi`; says what a mapped file holds, and whose mistake an error was. */
  onlyDocumentedFfi() {
    require("bun:ffi");
    Reflect.set(Bun, "FFI", undefined);
    const words = new Int32Array(mapShared(openAt(currentDirectory, path, "update"), 4096));
    say(String(words[0]));
    try {
      openAt(currentDirectory, `${path}.missing`, "read");
    } catch (error) {
      say(String(error));
    }
  },
  exit() {
    process.on("exit", () => say("an exit handler ran"));
    exitNow(Number(number));
  },
};

verbs[verb]?.();

function say(text: string): void {
  writeAllTo(1, encode(`${text}\n`));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
