import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DeferredModules, isPlain, lazyAccess } from "./deferred-module";

/**
 * What a file of the core exports is put together where it is asked for: a namespace object costs a start up to 60 microseconds, used or not. That every lazy import names
 * its target in plain text is one of the rules of this repository.
 */
export function withoutLazyImports(
  path: string,
  text: string,
  { core, deferred }: Pick<LoadedFiles, "core" | "deferred">,
): string {
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

export function exportsOf(path: string): readonly string[] {
  return transpiler.scan(readFileSync(path, "utf8")).exports;
}

/** Absolute paths. */
export interface LoadedFiles {
  /** What every start loads and evaluates. */
  readonly core: ReadonlySet<string>;
  /** Hot, and evaluated when it is asked for. */
  readonly deferred: ReadonlySet<string>;
  /** Loaded when it is needed. */
  readonly lazy: ReadonlySet<string>;
}

/**
 * @param entries what is evaluated first
 * @param hot imported lazily, and to stand in one text with it
 * @param warm the same, all of it deferred
 * @throws Error where what is deferred leads to itself
 */
export function findLoadedFiles(
  entries: readonly string[],
  hot: readonly string[],
  warm: readonly string[] = [],
): LoadedFiles {
  const core = closureOf(entries, ["import-statement"]);
  const hotFiles = closureOf(hot, ["import-statement"]);
  const warmFiles = closureOf([...hot, ...warm], ["import-statement"]);
  const others = warmFiles.difference(core);
  refuseCircles(others);
  const plain = plainOf(hotFiles.difference(core));
  return {
    core: core.union(plain),
    deferred: others.difference(plain),
    lazy: closureOf(entries, ["import-statement", "dynamic-import", "require-call"])
      .difference(core)
      .difference(warmFiles),
  };
}

/** All that these files import in one of these ways, themselves included. */
function closureOf(paths: readonly string[], kinds: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { target, kind } of importsIn(path)) if (kinds.includes(kind)) visit(target);
  };
  for (const path of paths) visit(path);
  return seen;
}

/** How deferred files are told from others. */
export function modulesOf({ deferred }: LoadedFiles): DeferredModules {
  return {
    deferredTarget: (path, specifier) => {
      const target = `${join(dirname(path), specifier)}.ts`;
      return deferred.has(target) ? target : undefined;
    },
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

export const transpiler = new Bun.Transpiler({ loader: "ts" });
const importsRead = new Map<string, ReturnType<typeof importsIn>>();
