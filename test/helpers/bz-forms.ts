import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { closeFile, currentDirectory, openAt } from "../../native/file";
import { lockBefore } from "../../native/file-lock";

/** One of the ways in which bz is started. */
export interface Form {
  readonly name: string;
  /** What can be started as it is, by its first line if it is a script. */
  readonly file: string;
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

export const sources = scriptForm("sources", "index.ts");
/** What is published. */
export const packaged = scriptForm("dist/package", "dist/package/index.js");
export const compiled: Form = {
  name: "dist/bz",
  file: join(root, "dist/bz"),
  command: [join(root, "dist/bz")],
};

const choices = {
  sources: [sources],
  packaged: [packaged],
  compiled: [compiled],
  both: [sources, compiled],
  scripts: [sources, packaged],
  all: [sources, packaged, compiled],
} as const satisfies Record<string, readonly Form[]>;

/** What BZ_FORM names, else the `usual` ones. All but the sources are built when they are absent or older than a source. */
export async function chosenForms(usual: keyof typeof choices = "compiled"): Promise<readonly Form[]> {
  const choice = process.env.BZ_FORM ?? usual;
  if (!(choice in choices))
    throw new Error(`BZ_FORM is ${choice}, and none of ${Object.keys(choices).join(", ")}`);
  const forms = choices[choice as keyof typeof choices];
  if (choice !== "sources") await ensureBuilt();
  return forms;
}

function scriptForm(name: string, path: string): Form {
  const file = join(root, path);
  return { name, file, command: [...hardenedBun, file] };
}

/** It takes a minute of a processor, and three on a busy machine. */
const buildTimeoutMs = 480_000;

/** Under a lock, as several test runs may want what is built at once. */
export async function ensureBuilt(): Promise<void> {
  mkdirSync(join(root, "dist"), { recursive: true });
  const lock = openAt(currentDirectory, join(root, "dist/build.lock"), "create", 0o644);
  try {
    if (!lockBefore(lock, buildTimeoutMs))
      throw new Error("another build has held dist/build.lock for eight minutes");
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
    timeout: buildTimeoutMs,
  });
  const [code, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if (code !== 0) throw new Error(`the build failed with code ${code}\n${stdout}${stderr}`);
}

function isBuildFresh(): boolean {
  const built = ["dist/bz", "dist/package/package.json"].map(
    (name) => statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  const builtMs = Math.min(...built);
  // A pattern with all of these in one pair of braces finds nothing: Bun takes a slash inside of braces for something else.
  const inFolders = new Bun.Glob("{commands,model,native,output,scripts,storage}/**/*.ts");
  const names = ["index.ts", "package.json", ...inFolders.scanSync(root)];
  if (names.length < 50) throw new Error(`the sources were not found: ${names.join(", ")}`);
  for (const name of names) if (statSync(join(root, name)).mtimeMs >= builtMs) return false;
  return true;
}
