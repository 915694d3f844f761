import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { closeFile, currentDirectory, openAt } from "../../native/file";
import { lockBefore } from "../../native/file-lock";

/** One of the ways in which bz is started. */
export interface Form {
  readonly name: string;
  /** The program and what stands before the arguments of bz. */
  readonly command: readonly string[];
}

export const root = join(import.meta.dir, "../..");

/** Bun with the flags of the entry's first line. */
export const hardenedBun = [
  process.execPath,
  "--config=/dev/null",
  "--no-env-file",
  "--tsconfig-override=/dev/null",
] as const;

export const sources: Form = { name: "sources", command: [...hardenedBun, join(root, "index.ts")] };
export const compiled: Form = { name: "dist/bz", command: [join(root, "dist/bz")] };

/**
 * What BZ_FORM names (`sources`, `compiled`, `both`), else the `usual` ones. The compiled form is built when it is absent or older than a source.
 */
export async function chosenForms(usual: "compiled" | "both" = "compiled"): Promise<Form[]> {
  const choice = process.env.BZ_FORM ?? usual;
  if (choice === "sources") return [sources];
  await ensureBuilt();
  return choice === "compiled" ? [compiled] : [sources, compiled];
}

/** Under a lock, as several test runs may want the executable at once. */
export async function ensureBuilt(): Promise<void> {
  mkdirSync(join(root, "dist"), { recursive: true });
  const lock = openAt(currentDirectory, join(root, "dist/build.lock"), "create", 0o644);
  try {
    if (!lockBefore(lock, 120_000)) throw new Error("another build has held dist/build.lock for two minutes");
    if (!isBuildFresh()) await build();
  } finally {
    closeFile(lock);
  }
}

async function build(): Promise<void> {
  const child = Bun.spawn([...hardenedBun, join(root, "scripts/build.ts")], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 120_000,
  });
  const [code, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if (code !== 0) throw new Error(`the build failed with code ${code}\n${stdout}${stderr}`);
}

function isBuildFresh(): boolean {
  const built = statSync(join(root, "dist/bz"), { throwIfNoEntry: false });
  if (built === undefined) return false;
  // A pattern with all of these in one pair of braces finds nothing: Bun takes a slash inside of braces for something else.
  const inFolders = new Bun.Glob("{commands,model,native,output,scripts,storage}/**/*.ts");
  const names = ["index.ts", "package.json", ...inFolders.scanSync(root)];
  if (names.length < 50) throw new Error(`the sources were not found: ${names.join(", ")}`);
  for (const name of names) if (statSync(join(root, name)).mtimeMs >= built.mtimeMs) return false;
  return true;
}
