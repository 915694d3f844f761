import { join } from "node:path";

/**
 * Makes `dist/bz`, the compiled executable, and runs it: a bundle can be built without complaint and still die at its first line.
 * Splitting keeps what a command does not need out of its start; the two `autoload` flags keep a `bunfig.toml` or `.env` of the
 * directory somebody stands in from acting before our first line.
 */
const root = join(import.meta.dir, "..");
const artefact = join(root, "dist", "bz");

await run([
  process.execPath,
  "build",
  join(root, "index.ts"),
  "--compile",
  "--splitting",
  "--format=esm",
  "--minify",
  "--bytecode",
  "--no-compile-autoload-bunfig",
  "--no-compile-autoload-dotenv",
  `--outfile=${artefact}`,
]);
await run([artefact, "version"]);

/** Ends the build, with the code of the command, when it fails. */
async function run(command: string[]): Promise<void> {
  const child = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  const code = await child.exited;
  if (code === 0) return;
  await Bun.write(Bun.stderr, `build failed: ${command.slice(0, 2).join(" ")} ended with code ${code}\n`);
  process.exit(code);
}
