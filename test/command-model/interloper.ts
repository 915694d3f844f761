/** Runs in a thread of its own: one command line after the other, each while the main thread stands still. */
import { parentPort } from "node:worker_threads";
import { runCommandLine } from "../../commands/command-line";
import { systemWorld, type World } from "../../commands/world";

export interface Interloping {
  readonly words: readonly string[];
  readonly directory: string;
  readonly timeMs: number;
}

export interface Interlude {
  readonly exitCode: number;
  readonly stderr: string;
}

let shared: SharedArrayBuffer | undefined;

parentPort?.on("message", async (message: SharedArrayBuffer | Interloping) => {
  if (message instanceof SharedArrayBuffer) shared = message;
  else if (shared !== undefined) answer(shared, await run(message));
});

function answer(buffer: SharedArrayBuffer, interlude: Interlude): void {
  const flags = new Int32Array(buffer, 0, 2);
  const bytes = new TextEncoder().encode(JSON.stringify(interlude));
  new Uint8Array(buffer, 8).set(bytes);
  flags[1] = bytes.length;
  Atomics.store(flags, 0, 1);
  Atomics.notify(flags, 0);
}

async function run({ words, directory, timeMs }: Interloping): Promise<Interlude> {
  let stderr = "";
  const world: World = {
    ...systemWorld(),
    env: {},
    currentDirectory: () => directory,
    nowMs: () => timeMs,
    isTerminal: () => false,
    write(descriptor, text) {
      if (descriptor === 2) stderr += text;
      return "written";
    },
  };
  try {
    return { exitCode: await runCommandLine([...words], world), stderr };
  } catch (error) {
    return { exitCode: -1, stderr: String(error) };
  }
}
