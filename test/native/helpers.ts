import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemCallError } from "../../native/errno";

/** A directory that is removed after the tests of the file. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "bz-native-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export const childPath = join(import.meta.dir, "child.ts");

/** `child.ts` in a process of its own. */
export function startChild(...args: string[]) {
  return Bun.spawn([process.execPath, childPath, ...args], {
    env: { PATH: process.env.PATH },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
}

/** The first line, as soon as it is there. */
export async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text.split("\n")[0] ?? "";
}

/** What `call` threw, as the name of an errno; throws when it threw nothing. */
export function errnoOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof SystemCallError) return error.code;
    throw error;
  }
  throw new Error("the call succeeded");
}
