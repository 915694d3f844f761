import { readFileSync } from "node:fs";
import type { BunPlugin } from "bun";

/**
 * The entry with all that it imports at the start in its own text: the fast path, with copies of the few modules that the program has as well. So what it answers is
 * answered from one chunk. All that it still imports is `program`, lazily, when it gives up.
 * @param change what becomes of the entry's own text
 * @throws Error when anything else is imported lazily
 */
export async function bundledEntry(
  entry: string,
  program: string,
  change: (source: string) => string,
): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "esm",
    plugins: [lazyImportsLeft(entry, change)],
  });
  const text = await outputs[0]?.text();
  if (text === undefined) throw new Error(`${entry} has no bundle`);
  const others = importsIn(text).filter((specifier) => specifier !== program && !isBuiltIn(specifier));
  if (others.length > 0) throw new Error(`the fast path imports lazily: ${others.join(", ")}`);
  return text;
}

/** What only dropped code would have imported is dropped with it; the rest is there to be seen. */
function lazyImportsLeft(entry: string, change: (source: string) => string): BunPlugin {
  return {
    name: "lazy imports left",
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path, kind }) =>
        kind === "dynamic-import" || kind === "require-call" ? { path, external: true } : undefined,
      );
      build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        path === entry ? { contents: change(readFileSync(path, "utf8")), loader: "ts" } : undefined,
      );
    },
  };
}

function importsIn(text: string): string[] {
  const imported = new Bun.Transpiler({ loader: "js" }).scanImports(text.replace(/^#!.*/, ""));
  // The bundler's name for what it has not resolved itself.
  const required = text.matchAll(/\b__require\w*\("([^"]+)"\)/g);
  return [...imported.map(({ path }) => path), ...[...required].map(([, path = ""]) => path)];
}

function isBuiltIn(specifier: string): boolean {
  return specifier.includes(":") || specifier === "bun";
}
