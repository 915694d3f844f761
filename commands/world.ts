import { BzError } from "../model/errors";
import { isTerminal, terminalSize, writeText } from "../output/writer";
import { initStore, openStore, randomBytes } from "../storage/store";

/** Everything outside the program that a command touches; tests hand in another one. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The name or path under which the program was started, as far as the runtime tells. */
  readonly calledAs: string;
  /** Where the program itself is: a source of it, or the compiled file. */
  readonly program: { readonly path: string; readonly isCompiled: boolean };
  readonly userId: number | undefined;
  /** Throws BzError FILE_UNREADABLE when it was removed. */
  currentDirectory(): string;
  /** Throws BzError FILE_UNREADABLE. */
  changeDirectory(path: string): void;
  /** Milliseconds since the epoch. */
  nowMs(): number;
  randomBytes(length: number): Uint8Array;
  /** Everything up to its end. Throws BzError FILE_UNREADABLE. */
  readStdin(): Promise<Uint8Array>;
  /**
   * Undefined when there is no such file. Where nobody named the path, `regularLimitBytes` keeps it to a regular file of that size: a pipe could
   * wait for ever. Throws BzError FILE_UNREADABLE.
   */
  readFile(path: string, regularLimitBytes?: number): Promise<Uint8Array | undefined>;
  isTerminal(descriptor: number): boolean;
  /** Undefined where it cannot be found out. */
  terminalSize(descriptor: number): { readonly columns: number; readonly rows: number } | undefined;
  /** All of the text, or "closed" when nobody reads any more. Throws what the system said. */
  write(descriptor: number, text: string): "written" | "closed";
  /** Shows text in a pager, until that ends. "unavailable": it could not be started, and nothing was shown. */
  page(command: string, text: string): Promise<"shown" | "unavailable">;
  /** Over the network, and only for a command that says so. Throws BzError REGISTRY_UNREACHABLE. */
  fetchText(url: string, timeoutMs: number): Promise<{ readonly status: number; readonly text: string }>;
  /** Runs a program without a shell, its output on stderr, and gives its exit code. Throws BzError FILE_UNREADABLE when there is none. */
  runProgram(words: readonly string[], directory: string): Promise<number>;
  readonly openStore: typeof openStore;
  readonly initStore: typeof initStore;
}

/** The world of the running process. */
export function systemWorld(): World {
  return {
    env: process.env,
    calledAs: process.argv0,
    get program() {
      // What is compiled lies in a file system of its own.
      const isCompiled = import.meta.path.startsWith("/$bunfs/");
      return { path: isCompiled ? process.execPath : import.meta.path, isCompiled };
    },
    get userId() {
      return process.getuid?.();
    },
    currentDirectory() {
      try {
        return process.cwd();
      } catch (error) {
        throw directoryGone(error);
      }
    },
    changeDirectory(path) {
      try {
        process.chdir(path);
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    nowMs: () => Date.now(),
    randomBytes,
    async readStdin() {
      const { readStandardInput } = await import("./source");
      return readStandardInput();
    },
    async readFile(path, regularLimitBytes) {
      try {
        const { readBounded } = await import("./source");
        return await readBounded(path, regularLimitBytes);
      } catch (error) {
        if (codeOf(error) === "ENOENT") return undefined;
        throw unreadable(path, error);
      }
    },
    isTerminal,
    terminalSize,
    write: writeText,
    async page(command, text) {
      const { showInPager } = await import("../output/pager");
      return showInPager(command, text, process.env);
    },
    async fetchText(url, timeoutMs) {
      const { fetchText } = await import("./network");
      return fetchText(url, timeoutMs);
    },
    async runProgram(words, directory) {
      const { runProgram } = await import("./child-program");
      return runProgram(words, directory);
    },
    openStore,
    initStore,
  };
}

function directoryGone(error: unknown): BzError {
  const code = codeOf(error);
  const problem = code === "ENOENT" ? "no longer exists" : `cannot be found out (${code})`;
  return new BzError("FILE_UNREADABLE", `the current directory ${problem}`, {
    hint: "change to a directory that is there, or name one with -C",
    context: { errno: code },
    cause: error,
  });
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
