import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Build } from "bun";
import { recordOrders } from "./bytecode-order";
import { entry, oneHotChunk } from "./hot-chunk";

export const targets = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
] as const;
export type Target = (typeof targets)[number];

/**
 * Makes one executable, for this machine when no target is named; for another one, Bun fetches its runtime from the registry of npm. Its time is that of
 * the beginning, so that a source saved meanwhile is newer.
 */
export async function buildExecutable(file: string, target?: Target): Promise<void> {
  const begun = new Date();
  const directory = mkdtempSync(join(tmpdir(), "bz-recording-"));
  try {
    const recording = join(directory, "bz");
    await compile(recording, { endsAsUsual: true });
    const bytecodeOrder = await recordOrders(recording, directory);
    const compiled = join(directory, "compiled");
    await compile(compiled, { bytecodeOrder, ...(target === undefined ? {} : { target: `bun-${target}` }) });
    // Bun writes it piece by piece, and so it would lie in the memory of the system: a start took a third of an empty script more.
    writeFileSync(file, readFileSync(compiled), { mode: 0o755 });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  utimesSync(file, begun, begun);
}

interface Compilation {
  readonly target?: string;
  readonly bytecodeOrder?: string[];
  /** Through the runtime rather than through libc: what it recorded is written at its end. */
  readonly endsAsUsual?: boolean;
}

/** The two `autoload` settings keep a `bunfig.toml` or `.env` of the directory somebody stands in from acting before our first line. */
async function compile(file: string, { target, endsAsUsual, ...order }: Compilation): Promise<void> {
  await Bun.build({
    entrypoints: [entry],
    compile: {
      outfile: file,
      autoloadBunfig: false,
      autoloadDotenv: false,
      jitPolicy,
      ...order,
      ...(target === undefined ? {} : { target: target as Build.CompileTarget }),
    },
    target: "bun",
    format: "esm",
    splitting: true,
    minify: true,
    bytecode: true,
    plugins: [await oneHotChunk({ endsAsUsual: endsAsUsual === true })],
  });
}

/**
 * So many times as often as usual is something run before the engine compiles it. What a call of an agent runs some dozens of times is not worth it: `list` of a hundred
 * issues took a third less. At 16 nothing that runs for seconds was slower.
 */
export const jitPolicy = 16;
