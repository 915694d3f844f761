import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { BunPlugin } from "bun";
import { deferredModule } from "./deferred-module";
import { cheapAtFirstUse } from "./first-use";
import { exportsOf, findLoadedFiles, modulesOf, transpiler, withoutLazyImports } from "./loaded-files";

/** What the entry is put together from; paths are absolute. */
export interface EntryParts {
  readonly entry: string;
  /** As the entry names it: what is loaded when the fast path gave up. */
  readonly program: string;
  /** Imports a unit for each of its commands, lazily, as `require("./fast/NAME")`. */
  readonly front: string;
  /** Files that a unit always needs although they are imported lazily in the sources. */
  lazily(unit: string): readonly string[];
  /** Those that it needs now and then: with all that they import, they are evaluated when they are asked for. */
  deferred(unit: string): readonly string[];
  /** What becomes of a file. */
  change(path: string, source: string): string;
  /** What becomes of the bodies of the units, by name. */
  finish(bodies: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
  /** Takes the units, of which each is to be the file `NAME.js` beside the entry; else they are in its text. */
  apart?(name: string, body: string): void;
}

/**
 * The entry with the fast path in its own text, so that what that answers is answered from one chunk. Each of its commands is a unit: a function with all that the command needs, shared
 * with no other, so that a start evaluates that and nothing else. All that the entry still imports is `program`, lazily, when the fast path gave up; and it does that, too,
 * where anything else would be loaded.
 */
export async function bundledEntry(parts: EntryParts): Promise<string> {
  const { entry, program, front, apart } = parts;
  const names: string[] = [];
  const frontText = readFileSync(front, "utf8").replace(lazyRequire, (_, name) => {
    names.push(name);
    return apart === undefined ? `$unit${names.length - 1}()` : `require("./${basename(name)}.js")`;
  });
  const bodies = await Promise.all(
    names.map(
      async (name) => [basename(name), await unitOf(`${join(dirname(front), name)}.ts`, parts)] as const,
    ),
  );
  const finished = parts.finish(new Map(bodies));
  if (finished.size !== names.length) throw new Error(`two units have one name: ${names.join(", ")}`);
  const functions: string[] = [];
  for (const [name, body] of finished) {
    if (apart === undefined) functions.push(`function $unit${functions.length}() {\n${body}\n}`);
    else apart(name, body);
  }
  const texts = new Map([
    [entry, parts.change(entry, readFileSync(entry, "utf8"))],
    [front, [frontText, ...functions].join("\n")],
  ]);
  return bundle(entry, {
    name: "fast entry",
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path, kind }) =>
        (kind === "dynamic-import" && path === program) || kind === "require-call"
          ? { path, external: true }
          : undefined,
      );
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = texts.get(path);
        return contents === undefined ? undefined : { contents, loader: "ts" };
      });
    },
  });
}

/** Where something would be loaded that the unit has not. */
function givingUp(source: string): string {
  return source.replace(lazyImport, '(() => { throw new Error("the fast path gives up"); })()');
}

const lazyImport = /(?<!typeof )\b(?:require|import)\("\.[^"]+"\)/g;
const lazyRequire = /(?<!typeof )\brequire\("(\.[^"]+)"\)/g;

/** The body of a function that returns what the file exports. */
async function unitOf(path: string, { lazily, deferred: nowAndThen, change }: EntryParts): Promise<string> {
  const files = findLoadedFiles([path, ...lazily(path)], [], nowAndThen(path));
  const { core, deferred } = files;
  const modules = modulesOf(files);
  const text = await bundle(path, {
    name: "unit of the fast path",
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path: name, kind, importer }) => {
        if (kind !== "dynamic-import" && kind !== "require-call") return undefined;
        throw new Error(`${importer} loads ${name} in a way that is not known here`);
      });
      build.onLoad({ filter: /\.ts$/ }, ({ path: each }) => {
        // Imported, not required: the bundler drops nothing of what a file that is required imports.
        const source = withoutLazyImports(each, change(each, readFileSync(each, "utf8")), { core, deferred });
        if (!deferred.has(each)) return { contents: givingUp(source), loader: "ts" };
        const text = transpiler.transformSync(givingUp(source));
        return { contents: deferredModule(each, text, exportsOf(each), modules), loader: "js" };
      });
    },
  });
  const body = text.replace(
    /^export \{([^}]*)\};\s*$/m,
    (_, names) => `return { ${names.replaceAll(" as ", ": ")} };`,
  );
  const left = /^(?:import|export)\b.*/m.exec(body);
  if (body === text || left !== null)
    throw new Error(`${path} is no unit: ${left?.[0] ?? "it exports nothing"}`);
  return cheapAtFirstUse(body);
}

async function bundle(path: string, plugin: BunPlugin): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [path],
    target: "bun",
    format: "esm",
    plugins: [plugin],
  });
  const text = await outputs[0]?.text();
  if (text === undefined) throw new Error(`${path} has no bundle`);
  return text;
}
