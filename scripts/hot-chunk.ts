import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BunPlugin } from "bun";

export const root = join(import.meta.dir, "..");
export const entry = join(root, "index.ts");
/** bz as bd, for what runs from a script; the executable goes by the name it is called by. */
export const bdEntry = join(root, "commands/bd/bd.ts");

/** Loaded lazily in the sources. Every command is a `command`; with more commands than `q` among them, `q` and `version` were slower. */
const hotFiles = ["commands/command", "commands/q", "storage/git-user"];

/** What an agent calls most beside `q`: one part, loaded for each of them and for whatever else needs a file of it. */
const warmFiles = ["show", "update", "close", "claim", "list", "ready", "next"].map(
  (name) => `commands/${name}`,
);

/**
 * The bundler makes a chunk for every set of files that some lazy imports share, and each costs at every start. Every lazily loaded file is
 * therefore made to import all that is hot, so that this is one set, and one chunk; and what is hot is not imported lazily.
 */
export function oneHotChunk(): BunPlugin {
  const { hot, lazy } = findLoadedFiles();
  const hotImports = [...hot].map((path) => `import ${JSON.stringify(path)};`).join("");
  const needsHot = (path: string) => lazy.has(path) || path === entry || path === bdEntry;
  const warmEntries = new Set(warmFiles.map((name) => join(root, `${name}.ts`)));
  const warm = closureOf([...warmEntries]).difference(hot);
  const warmImports = [...warm].map((path) => `import ${JSON.stringify(path)};`).join("");
  const needsWarm = (path: string) =>
    warmEntries.has(path) || (!warm.has(path) && lazy.has(path) && !closureOf([path]).isDisjointFrom(warm));
  return {
    name: "one hot chunk",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = withoutLazyImports(path, readFileSync(path, "utf8"), hot);
        const [, firstLine = "", rest = ""] = /^(#!.*\n)?([\s\S]*)$/.exec(text) ?? [];
        const before = needsHot(path) ? hotImports : "";
        // Behind the file's own, so that files are evaluated in the order that they ask for.
        const behind = needsWarm(path) ? `\n${warmImports}` : "";
        return { contents: `${firstLine}${before}${rest}${behind}`, loader: "ts" };
      });
    },
  };
}

/** That every lazy import names its target in plain text is one of the rules of this repository. */
function withoutLazyImports(path: string, text: string, hot: ReadonlySet<string>): string {
  const imports: string[] = [];
  const changed = text.replace(/(?<!typeof )\b(import|require)\("(\.[^"]+)"\)/g, (whole, kind, specifier) => {
    if (!hot.has(`${join(dirname(path), specifier)}.ts`)) return whole;
    const name = `hot${imports.length}`;
    imports.push(`\nimport * as ${name} from ${JSON.stringify(specifier)};`);
    return kind === "import" ? `Promise.resolve(${name})` : name;
  });
  return `${changed}${imports.join("")}`;
}

/** These files and what they import, without what is loaded lazily. */
function closureOf(paths: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { target, kind } of importsIn(path)) if (kind === "import-statement") visit(target);
  };
  for (const path of paths) visit(path);
  return seen;
}

/** What every start loads, and what is loaded only when it is needed; paths are absolute. */
function findLoadedFiles(): { hot: Set<string>; lazy: Set<string> } {
  const hot = new Set<string>();
  const lazy = new Set<string>();
  const visit = (path: string, isHot: boolean): void => {
    const seen = isHot ? hot : lazy;
    if (seen.has(path)) return;
    seen.add(path);
    for (const { target, kind } of importsIn(path)) visit(target, isHot && kind === "import-statement");
  };
  visit(entry, true);
  hot.delete(entry);
  for (const name of hotFiles) visit(join(root, `${name}.ts`), true);
  return { hot, lazy: lazy.difference(hot) };
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
