import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BunPlugin } from "bun";

export const root = join(import.meta.dir, "..");
export const entry = join(root, "index.ts");
/** bz as bd, for what runs from a script; the executable goes by the name it is called by. */
export const bdEntry = join(root, "commands/bd/bd.ts");

/**
 * Loaded lazily in the sources: what an agent calls most, and the sections of the snapshot that it reads. A chunk of its own costs 0.7 ms when
 * it is loaded; here it costs what its files do when they are evaluated, which is therefore next to nothing.
 */
const hotFiles = [
  "commands/command",
  ...["q", "show", "update", "close", "claim", "list", "ready", "next"].map((name) => `commands/${name}`),
  "storage/git-user",
  "storage/snapshot-sections",
  "storage/dependents-section",
  "storage/heads-section",
  "model/partial-facts",
  "model/line-facts",
  "storage/frame-payloads",
];

/**
 * The bundler makes a chunk for every set of files that some lazy imports share, and each costs at every start. Every lazily loaded file is
 * therefore made to import all that is hot, so that this is one set, and one chunk; and what is hot is not imported lazily.
 * @param endsAsUsual whether the program ends through the runtime
 */
export function oneHotChunk({ endsAsUsual = false } = {}): BunPlugin {
  const { hot, lazy } = findLoadedFiles();
  const hotImports = [...hot].map((path) => `import ${JSON.stringify(path)};`).join("");
  const needsHot = (path: string) => lazy.has(path) || path === entry || path === bdEntry;
  return {
    name: "one hot chunk",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, "utf8");
        const ended = endsAsUsual && path === entry ? endingAsUsual(source) : source;
        const text = withoutLazyImports(path, ended, hot);
        const [, firstLine = "", rest = ""] = /^(#!.*\n)?([\s\S]*)$/.exec(text) ?? [];
        const before = needsHot(path) ? hotImports : "";
        return { contents: `${firstLine}${before}${rest}`, loader: "ts" };
      });
    },
  };
}

function endingAsUsual(source: string): string {
  const changed = source.replace("exitNow(await", "process.exit(await");
  if (changed === source) throw new Error(`${entry} does not end as it did`);
  return changed;
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
