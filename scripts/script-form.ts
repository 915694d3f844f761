import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jitPolicy } from "./compiled-form";
import { bdEntry, entry, oneHotChunk, root } from "./hot-chunk";

/**
 * Makes the script form in `directory`: `index.js` and `commands/bd/bd.js`, their parts in `parts/`, each with its bytecode. Bun writes bytecode of
 * scripts for CommonJS alone, and splits ES modules alone, hence two steps: split as the executable is, so that every module is in one file
 * and loaded once; then each file by itself.
 */
export async function buildScript(directory: string): Promise<void> {
  const split = mkdtempSync(join(tmpdir(), "bz-split-"));
  try {
    const { outputs } = await Bun.build({
      entrypoints: [entry, bdEntry],
      outdir: split,
      root,
      naming: { chunk: "parts/[hash].[ext]" },
      target: "bun",
      format: "esm",
      splitting: true,
      minify: true,
      plugins: [oneHotChunk()],
    });
    await Bun.build({
      entrypoints: outputs.map(({ path }) => path),
      outdir: directory,
      root: split,
      target: "bun",
      format: "cjs",
      minify: true,
      bytecode: true,
      // consola asks for it, and CommonJS has nothing of the kind.
      define: { "import.meta.env": "process.env" },
      plugins: [eachFileByItself],
    });
  } finally {
    rmSync(split, { recursive: true, force: true });
  }
}

const eachFileByItself: Bun.BunPlugin = {
  name: "each file by itself",
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /\.js$/ }, ({ path }) => ({
      contents: withPolicy(asCommonJs(readFileSync(path, "utf8"))),
      loader: "js",
    }));
  },
};

/** What the executable is started with, an entry says as its first statement. A Bun that knows no such thing goes on without it. */
function withPolicy(text: string): string {
  return text.replace(/^#!.*\n/, (line) => `${line}Bun.unsafe.setJITPolicy?.(${jitPolicy});\n`);
}

function asCommonJs(text: string): string {
  return withoutModuleSyntax(
    text
      .replace(/\bimport\(("\.[^"]+")\)/g, "Promise.resolve().then(()=>require($1))")
      .replaceAll("import.meta.require", "require")
      // The entry's, which lies in the same package; `__filename` would become the path at which this was built.
      .replaceAll("import.meta.path", "Bun.main"),
  );
}

/**
 * What the bundler writes first and last in each part. It would itself define a getter and a setter for each name, and once more a getter when it is required: half an empty
 * process for the three hundred of the hot part. What is exported is never set again (`libc` is, and what stood there before leads to it), and no parts import each other in a circle.
 */
function withoutModuleSyntax(text: string): string {
  const [, firstLines = "", imports = "", rest = ""] =
    /^((?:(?:#!|\/\/).*\n)*)((?:import(?:\{[^}]*\}from)?"[^"]+";\s*)*)([\s\S]*)$/.exec(text) ?? [];
  const required = imports.replace(
    /import(?:\{([^}]*)\}from)?("[^"]+");/g,
    (_, names: string | undefined, path: string) =>
      names === undefined ? `require(${path});` : `var{${names.replaceAll(" as ", ":")}}=require(${path});`,
  );
  const body = rest.replace(
    /\bexport\{([^{}]*)\};?\s*$/,
    (_, names: string) => `module.exports={${exported(names)}};`,
  );
  const left = /^import\b[^(.].*|^export\b.*/m.exec(body);
  if (left !== null) throw new Error(`this is not what the bundler used to write: ${left[0].slice(0, 100)}`);
  return `${firstLines}${required}${body}`;
}

function exported(names: string): string {
  return names
    .split(",")
    .map((name) => name.split(" as ").reverse().join(":"))
    .join();
}
