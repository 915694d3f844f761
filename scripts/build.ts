import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BunPlugin } from "bun";

/**
 * Makes `dist/bz`, the compiled executable, and runs it: a bundle can be built without complaint and still die at its first line.
 * Splitting keeps what a command does not need out of its start; the two `autoload` settings keep a `bunfig.toml` or `.env` of the
 * directory somebody stands in from acting before our first line.
 */
const root = join(import.meta.dir, "..");
const entry = join(root, "index.ts");
/** Every command is one, so it may as well be loaded with what loads them. */
const declaration = join(root, "commands", "command.ts");
const artefact = join(root, "dist", "bz");

const built = await Bun.build({
  entrypoints: [entry],
  compile: { outfile: artefact, autoloadBunfig: false, autoloadDotenv: false },
  target: "bun",
  format: "esm",
  splitting: true,
  minify: true,
  bytecode: true,
  plugins: [oneHotChunk()],
});
if (!built.success) throw new AggregateError(built.logs, "the build failed");
await runArtefact();

/**
 * The bundler makes a chunk for every set of files that some lazy imports share, and each costs at every start. Every lazily loaded file is
 * therefore made to import all that is loaded at the start anyway, so that this is one set, and one chunk.
 */
function oneHotChunk(): BunPlugin {
  const { hot, lazy } = loadedFiles();
  const hotImports = [...hot].map((path) => `import ${JSON.stringify(path)};`).join("");
  return {
    name: "one hot chunk",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (path === entry)
          return { contents: `${text}\nimport ${JSON.stringify(declaration)};`, loader: "ts" };
        return { contents: lazy.has(path) ? `${hotImports}\n${text}` : text, loader: "ts" };
      });
    },
  };
}

/** What every start loads, and what is loaded only when it is needed; paths are absolute. */
function loadedFiles(): { hot: Set<string>; lazy: Set<string> } {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const hot = new Set<string>();
  const lazy = new Set<string>();
  const visit = (path: string, isHot: boolean): void => {
    const seen = isHot ? hot : lazy;
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, "utf8").replace(/^#!.*/, "");
    for (const { path: specifier, kind } of transpiler.scanImports(text)) {
      const target = `${join(dirname(path), specifier)}.ts`;
      if (specifier.startsWith(".") && existsSync(target))
        visit(target, isHot && kind === "import-statement");
    }
  };
  visit(entry, true);
  hot.delete(entry);
  visit(declaration, true);
  return { hot, lazy: lazy.difference(hot) };
}

async function runArtefact(): Promise<void> {
  const child = Bun.spawn([artefact, "version"], {
    cwd: root,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  const code = await child.exited;
  if (code !== 0) throw new Error(`${artefact} version ended with code ${code}`);
}
