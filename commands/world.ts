import { BzError } from "../model/errors";
import { isTerminal, writeText } from "../output/writer";
import { initStore, openStore } from "../storage/store";

/** Everything outside the program that a command touches; tests hand in another one. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userId: number | undefined;
  currentDirectory(): string;
  /** Throws BzError FILE_UNREADABLE. */
  changeDirectory(path: string): void;
  /** Milliseconds since the epoch. */
  nowMs(): number;
  randomBytes(length: number): Uint8Array;
  /** Everything up to its end. */
  readStdin(): Promise<Uint8Array>;
  /** Undefined when there is no such file. Throws BzError FILE_UNREADABLE. */
  readFile(path: string): Promise<Uint8Array | undefined>;
  isTerminal(descriptor: number): boolean;
  /** All of the text, or "closed" when nobody reads any more. Throws what the system said. */
  write(descriptor: number, text: string): "written" | "closed";
  readonly openStore: typeof openStore;
  readonly initStore: typeof initStore;
}

/** The world of the running process. */
export function systemWorld(): World {
  return {
    env: process.env,
    userId: process.getuid?.(),
    currentDirectory: () => process.cwd(),
    changeDirectory(path) {
      try {
        process.chdir(path);
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    nowMs: () => Date.now(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    readStdin: () => Bun.stdin.bytes(),
    async readFile(path) {
      try {
        return await Bun.file(path).bytes();
      } catch (error) {
        if (codeOf(error) === "ENOENT") return undefined;
        throw unreadable(path, error);
      }
    },
    isTerminal,
    write: writeText,
    openStore,
    initStore,
  };
}

function unreadable(path: string, error: unknown): BzError {
  const code = codeOf(error);
  return new BzError("FILE_UNREADABLE", `${path} cannot be opened (${code})`, {
    hint: "check the path and its permissions",
    context: { path, errno: code },
    cause: error,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
