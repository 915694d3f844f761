import { utimesSync } from "node:fs";
import type { Build } from "bun";
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
 * Makes one executable, for this machine when no target is named; for another one, Bun fetches its runtime from the registry of npm. The two
 * `autoload` settings keep a `bunfig.toml` or `.env` of the directory somebody stands in from acting before our first line. Its time is that of
 * the beginning, so that a source saved meanwhile is newer.
 */
export async function buildExecutable(file: string, target?: Target): Promise<void> {
  const begun = new Date();
  await Bun.build({
    entrypoints: [entry],
    compile: {
      outfile: file,
      autoloadBunfig: false,
      autoloadDotenv: false,
      ...(target === undefined ? {} : { target: `bun-${target}` as Build.CompileTarget }),
    },
    target: "bun",
    format: "esm",
    splitting: true,
    minify: true,
    bytecode: true,
    plugins: [oneHotChunk()],
  });
  utimesSync(file, begun, begun);
}
