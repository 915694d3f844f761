import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BunPlugin } from "bun";
import {
  type DeferredModules,
  deferredModule,
  importerOfDeferred,
  isPlain,
  lazyAccess,
} from "./deferred-module";
import { bundledEntry } from "./fast-entry";

export const root = join(import.meta.dir, "..");
export const entry = join(root, "index.ts");
/** As the entry names it, and where it is: what is loaded when the fast path gave up. */
const programName = "./commands/program";
const program = join(root, "commands/program.ts");
/** bz as bd, for what runs from a script; the executable goes by the name it is called by. */
export const bdEntry = join(root, "commands/bd/bd.ts");

/**
 * Loaded lazily in the sources: what an agent calls most, and the sections of the snapshot that it reads. A chunk of its own costs 0.7 ms when
 * it is loaded; here it costs what its functions do when they are made, which is next to nothing.
 */
const hotFiles = [
  "commands/command",
  ...["q", "show", "update", "close", "claim", "list", "ready", "next"].map((name) => `commands/${name}`),
  ...["issues", "finding", "graph", "record", "workspace"].map((name) => `commands/table/${name}`),
  "storage/git-user",
  "storage/snapshot-sections",
  "storage/dependents-section",
  "storage/heads-section",
  "model/partial-facts",
  "model/line-facts",
  "model/log-outline",
  "storage/frame-payloads",
];

/** What agents call as well, and what a write does behind its answer: small, and in many pieces where each were a chunk. All of it is deferred. */
const warmFiles = [
  ...["create", "reopen", "note", "release", "defer", "undefer", "delete"].map((name) => `commands/${name}`),
  ...["dep/add", "dep/remove", "dep/list", "label/add", "label/remove", "comments/add", "comments/list"].map(
    (name) => `commands/${name}`,
  ),
  ...["blocked", "search", "count", "why", "sync", "history"].map((name) => `commands/${name}`),
  "model/list-changes",
  "native/directory",
  "storage/automatic-export",
  "storage/face-export",
];

/**
 * The bundler makes a chunk for every set of files that some lazy imports share, and each costs at every start. Every lazily loaded file is
 * therefore made to import all that is hot, so that this is one set, and one chunk; and what is hot is not imported lazily. Of that, what is not imported otherwise is deferred.
 * @param endsAsUsual whether the program ends through the runtime
 */
export async function oneHotChunk({ endsAsUsual = false } = {}): Promise<BunPlugin> {
  const ended = endsAsUsual ? endingAsUsual : (source: string) => source;
  const entryText = await bundledEntry(entry, programName, ended);
  const files = findLoadedFiles();
  const { core, deferred, lazy } = files;
  const hot = [...core, ...deferred];
  const hotImportsOf = (path: string): string =>
    lazy.has(path) || path === program || path === bdEntry
      ? hot.map((each) => (each === path ? "" : `import ${JSON.stringify(each)};`)).join("")
      : "";
  const modules: DeferredModules = {
    deferredTarget: (path, specifier) => {
      const target = `${join(dirname(path), specifier)}.ts`;
      return deferred.has(target) ? target : undefined;
    },
  };
  return {
    name: "one hot chunk",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path === entry) return { contents: entryText, loader: "js" };
        const read = readFileSync(path, "utf8");
        const source = path === program ? ended(read) : read;
        const [, firstLine = "", rest = ""] =
          /^(#!.*\n)?([\s\S]*)$/.exec(withoutLazyImports(path, source, files)) ?? [];
        if (deferred.has(path)) {
          const contents = deferredModule(path, transpiler.transformSync(rest), exportsOf(path), modules);
          return { contents, loader: "js" };
        }
        if (!lazy.has(path)) return { contents: `${firstLine}${hotImportsOf(path)}${rest}`, loader: "ts" };
        return {
          contents: `${hotImportsOf(path)}${importerOfDeferred(path, transpiler.transformSync(rest), modules)}`,
          loader: "js",
        };
      });
    },
  };
}

function endingAsUsual(source: string): string {
  const changed = source.replaceAll("exitNow(", "process.exit(");
  if (changed === source) throw new Error("the program does not end as it did");
  return changed;
}

/**
 * What a file of the core exports is put together where it is asked for: a namespace object costs a start up to 60 microseconds, used or not. That every lazy import names
 * its target in plain text is one of the rules of this repository.
 */
function withoutLazyImports(path: string, text: string, { core, deferred }: LoadedFiles): string {
  const imports: string[] = [];
  const changed = text.replace(/(?<!typeof )\b(import|require)\("(\.[^"]+)"\)/g, (whole, kind, specifier) => {
    const target = `${join(dirname(path), specifier)}.ts`;
    if (deferred.has(target)) {
      const { expression, line } = lazyAccess(kind, specifier, imports.length);
      imports.push(`\n${line}`);
      return expression;
    }
    if (!core.has(target)) return whole;
    const names = exportsOf(target).map((name) => ({ name, local: `hot${imports.length}${name}` }));
    imports.push(
      `\nimport { ${names.map(({ name, local }) => `${name} as ${local}`)} } from ${JSON.stringify(specifier)};`,
    );
    const exported = `({ ${names.map(({ name, local }) => `${name}: ${local}`)} })`;
    return kind === "import" ? `Promise.resolve(${exported})` : exported;
  });
  return `${changed}${imports.join("")}`;
}

function exportsOf(path: string): readonly string[] {
  return transpiler.scan(readFileSync(path, "utf8")).exports;
}

/** Absolute paths. */
interface LoadedFiles {
  /** What every start loads and evaluates. */
  readonly core: ReadonlySet<string>;
  /** Hot, and evaluated when it is asked for. */
  readonly deferred: ReadonlySet<string>;
  /** Loaded when it is needed. */
  readonly lazy: ReadonlySet<string>;
}

function findLoadedFiles(): LoadedFiles {
  const core = new Set<string>();
  const hot = new Set<string>();
  const all = new Set<string>();
  const visit = (path: string, seen: Set<string>, kinds: readonly string[]): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { target, kind } of importsIn(path)) if (kinds.includes(kind)) visit(target, seen, kinds);
  };
  visit(program, core, ["import-statement"]);
  for (const name of hotFiles) visit(join(root, `${name}.ts`), hot, ["import-statement"]);
  const warm = new Set(hot);
  for (const name of warmFiles) visit(join(root, `${name}.ts`), warm, ["import-statement"]);
  visit(program, all, ["import-statement", "dynamic-import", "require-call"]);
  const others = warm.difference(core);
  refuseCircles(others);
  const plain = plainOf(hot.difference(core));
  return {
    core: core.union(plain),
    deferred: others.difference(plain),
    lazy: all.difference(core).difference(warm),
  };
}

/** Those of these files that need not be deferred: they are plain, and import none that is not. */
function plainOf(paths: ReadonlySet<string>): Set<string> {
  const known = new Map<string, boolean>();
  const isWhollyPlain = (path: string): boolean => {
    const answer =
      known.get(path) ??
      (isPlain(asJavaScript(path)) &&
        importsIn(path).every(
          ({ target, kind }) => kind !== "import-statement" || !paths.has(target) || isWhollyPlain(target),
        ));
    known.set(path, answer);
    return answer;
  };
  return new Set([...paths].filter(isWhollyPlain));
}

function asJavaScript(path: string): string {
  return transpiler.transformSync(readFileSync(path, "utf8"));
}

/** Throws Error where one of these files leads to itself. */
function refuseCircles(paths: ReadonlySet<string>): void {
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) throw new Error(`imports in a circle: ${[...way, path].join(", ")}`);
    if (done.has(path)) return;
    for (const { target, kind } of importsIn(path))
      if (kind === "import-statement" && paths.has(target)) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of paths) visit(path, []);
}

/** The files of ours that a file names, and how. */
function importsIn(path: string): readonly { readonly target: string; readonly kind: string }[] {
  const known = importsRead.get(path);
  if (known !== undefined) return known;
  const found = transpiler
    .scanImports(readFileSync(path, "utf8").replace(/^#!.*/, ""))
    .filter(({ path: specifier }) => specifier.startsWith("."))
    .map(({ path: specifier, kind }) => ({ target: `${join(dirname(path), specifier)}.ts`, kind }))
    .filter(({ target }) => existsSync(target));
  importsRead.set(path, found);
  return found;
}

const transpiler = new Bun.Transpiler({ loader: "ts" });
const importsRead = new Map<string, ReturnType<typeof importsIn>>();
