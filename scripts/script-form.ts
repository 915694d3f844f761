import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { jitPolicy } from "./compiled-form";
import { bdEntry, entry, oneHotChunk, root } from "./hot-chunk";
import { withSeldomInFile } from "./seldom-file";

/**
 * Makes the script form in `directory`: `index.js` and `commands/bd/bd.js`, beside it the commands of the fast path, the part that both need when the fast path is no help, the others in `parts/`, each with its bytecode. Bun writes bytecode of
 * scripts for CommonJS alone, and splits ES modules alone, hence two steps: split as the executable is, so that every module is in one file
 * and loaded once; then each file by itself.
 */
export async function buildScript(directory: string): Promise<void> {
  const split = mkdtempSync(join(tmpdir(), "bz-split-"));
  const units: { readonly name: string; readonly text: string }[] = [];
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
      // Each in a file of its own: a script is read whole, with its bytecode.
      plugins: [
        await oneHotChunk({
          apart: (name, unit) => {
            // Named for what it is made of: one of another version, which an upgrade puts there meanwhile, must not be taken for it.
            const seldomName = `${name}-seldom-${Bun.hash(unit).toString(36)}`;
            const { body, seldom } = withSeldomInFile(unit, `./${seldomName}.js`);
            units.push({ name, text: `module.exports = (() => {\n${body}\n})();\n` });
            if (seldom !== undefined) units.push({ name: seldomName, text: seldom });
          },
        }),
      ],
    });
    for (const { name, text } of units) writeFileSync(join(split, `${name}.js`), text);
    const { hot, doorway } = withoutDoorway(split);
    renameSync(join(split, `parts/${hot}`), join(split, hotName));
    rmSync(doorway);
    await Bun.build({
      entrypoints: outputs
        .filter(({ path }) => path !== doorway)
        .map(({ path }) => (basename(path) === hot ? join(split, hotName) : path))
        .concat(units.map(({ name }) => join(split, `${name}.js`))),
      outdir: directory,
      root: split,
      target: "bun",
      format: "cjs",
      minify: true,
      bytecode: true,
      // consola asks for it, and CommonJS has nothing of the kind.
      define: { "import.meta.env": "process.env" },
      plugins: [eachFileByItself(split, hot)],
    });
  } finally {
    rmSync(split, { recursive: true, force: true });
  }
}

/** Beside the entry: Bun reads every directory that it finds a file in, and there are hundreds of parts. */
const hotName = "hot.js";

/**
 * What the entry imports lazily is a part that has nothing but the names under which the hot one exports it: a file more to read. The entry is made to ask the hot
 * part itself, and the doorway is left over.
 */
function withoutDoorway(split: string): { hot: string; doorway: string } {
  const index = join(split, "index.js");
  const entryText = readFileSync(index, "utf8");
  const [lazyImport, path = ""] = /\bimport\("\.\/(parts\/[^"]+)"\)/.exec(entryText) ?? [];
  if (lazyImport === undefined) throw new Error("the entry imports no part");
  const doorway = join(split, path);
  const text = readFileSync(doorway, "utf8");
  const [, imported = "", hot, exports = ""] =
    /^(?:\/\/.*\n)*import\{([^}]*)\}from"\.\/([^"]+)";export\{([^}]*)\};?\s*$/.exec(text) ?? [];
  if (hot === undefined) throw new Error(`the entry imports more than a doorway: ${text.slice(0, 100)}`);
  const names = imported.replaceAll(" as ", ":");
  const asked = `(({${names}})=>({${exported(exports)}}))(import.meta.require("./parts/${hot}"))`;
  writeFileSync(index, entryText.split(lazyImport).join(asked));
  return { hot, doorway };
}

function eachFileByItself(split: string, hot: string): Bun.BunPlugin {
  return {
    name: "each file by itself",
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /\.js$/ }, ({ path }) => {
        const text = withHotMoved(readFileSync(path, "utf8"), relative(split, path), hot);
        return { contents: withPolicy(asCommonJs(text)), loader: "js" };
      });
    },
  };
}

/** What the parts call each other, where the hot one lies beside the entry. */
function withHotMoved(text: string, path: string, hot: string): string {
  if (path === hotName) return text.replace(/"\.\/([\w-]+\.js)"/g, '"./parts/$1"');
  return text.replaceAll(`"./${hot}"`, `"../${hotName}"`).replaceAll(`parts/${hot}"`, `${hotName}"`);
}

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
