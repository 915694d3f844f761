import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/**
 * The rules by which this repository is built, as tests. They read the sources as text: an import is what starts a line with
 * `import` or `export ... from`, or is written `import("...")`.
 */
const root = join(import.meta.dir, "..");

const productFolders = ["commands", "model", "native", "output", "storage"];
/** What can be started; without `.ts`. */
const entries = ["index", "commands/bd/bd"];
const otherFolders = [".ci", "bench", "docs", "scripts", "test"];
const topFiles = [
  ".gitattributes",
  ".gitignore",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "biome.json",
  "bun.lock",
  "bunfig.toml",
  "index.ts",
  "package.json",
  "tsconfig.json",
];

/** Whole folders end with a slash. A folder may always import from itself. */
const mayImport: Record<string, readonly string[]> = {
  index: ["commands/", "output/"],
  // What is nobody's store has doors of its own: the settings and files beside it, and git's.
  commands: [
    "model/",
    "storage/store",
    "storage/fast/",
    "storage/beside-store",
    "storage/git-commit",
    "storage/git-user",
    "output/",
    "package.json",
  ],
  storage: ["model/", "native/"],
  output: ["model/", "native/process", "native/terminal", "native/utf8"],
  native: ["bun:ffi"],
  model: [],
};

/** Packages, and who alone may name them. */
const packages: Record<string, readonly string[]> = {
  "@toon-format/toon": ["output/toon"],
  "@valibot/to-json-schema": ["output/schema/json-schema"],
  "@dagrejs/dagre": ["output/graph-layout"],
  citty: ["commands/command"],
  consola: ["output/"],
  "jsonc-parser": ["commands/hook-settings"],
  valibot: ["commands/", "output/", "storage/"],
  yaml: ["storage/config-edit"],
  marked: ["commands/markdown-drafts"],
  "bun:ffi": ["native/"],
};

/** The commands of the agent loop: whatever they load delays every call of every agent. */
const hotCommands = ["q", "create", "show", "update", "close", "claim", "next", "ready", "list"];

/** Sources that are loaded at every start that the fast path does not answer, before the command is. */
const startFilesLimit = 100;
const startBytesLimit = 436_000;
/** And by what the fast path answers: the front, and each of its commands with all that it needs. */
const fastFilesLimit = 94;
const fastBytesLimit = 380_000;

/** Asks the engine to collect what nobody holds; loaded where much is read. */
const collectorFile = "native/memory";

const files = await findSources();
const product = files.filter((file) => file.folder === "index" || productFolders.includes(file.folder));
const byPath = new Map(product.map((file) => [file.path, file]));

describe("imports", () => {
  test("every folder imports only from the folders below it", () => {
    const wrong = importsOf(product).filter(({ from, target }) => {
      if (!target.isOurs && target.name !== "bun:ffi") return false;
      return !isAmong(target.name, [...(mayImport[from.folder] ?? []), `${from.folder}/`]);
    });
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test("a package is named only where it has its place", () => {
    const wrong = importsOf(product).filter(
      ({ from, target }) => !target.isOurs && !isAmong(from.path, packages[target.name] ?? []),
    );
    expect(wrong.filter(({ target }) => !isBuiltIn(target.name)).map(describeImport)).toEqual([]);
  });

  test("modules of Node are loaded only when a rare path needs them", () => {
    const wrong = importsOf(product).filter(
      ({ from, target, kind }) =>
        isBuiltIn(target.name) &&
        target.name !== "bun:ffi" &&
        !(target.name === "bun:jsc" && from.path === collectorFile) &&
        (kind === "static" || from.folder === "model" || from.folder === "native"),
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test("no command imports another, and only the tables know them", () => {
    const commands = product
      .filter((file) => /^export const command\b/m.test(file.code))
      .map((file) => file.path);
    const wrong = importsOf(product).filter(
      ({ from, target }) => commands.includes(target.name) && !isTable(from.path),
    );
    expect(wrong.map(describeImport)).toEqual([]);
    const eager = importsOf(product).filter(
      ({ from, target, kind }) => commands.includes(target.name) && isTable(from.path) && kind !== "lazy",
    );
    expect(eager.map(describeImport)).toEqual([]);
  });

  test("an import names its target in plain text", () => {
    const computed = product.filter(
      (file) =>
        /\bimport\(\s*[^"\s]/.test(file.code) ||
        // Where a caller cannot wait for a promise; the type names the target once more, for the rules above.
        /\brequire\((?!""\) as typeof import\(""\))/.test(file.code),
    );
    expect(computed.map((file) => file.path)).toEqual([]);
  });

  test("every file of the product is used", () => {
    const used = reach(entries, () => true);
    expect(product.map((file) => file.path).filter((path) => !used.has(path))).toEqual([]);
  });

  test("what an agent calls all the time loads neither Node's modules nor a package", () => {
    const hot = reach(
      ["index", "commands/program", "commands/main", ...hotCommands.map((name) => `commands/${name}`)],
      (kind) => kind === "static",
    );
    const wrong = importsOf(product).filter(
      ({ from, target, kind }) =>
        hot.has(from.path) && kind === "static" && !target.isOurs && target.name !== "bun:ffi",
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test("a start loads no more than it was decided to", () => {
    // What folds is evaluated by one call of a hundred.
    const units = product.filter((file) => /^commands\/fast\/(?!fold$)[a-z]+$/.test(file.path));
    for (const { path } of units) {
      const fast = sizeOf(["index", path]);
      expect({ path, files: fast.files <= fastFilesLimit }).toEqual({ path, files: true });
      expect({ path, bytes: fast.bytes <= fastBytesLimit }).toEqual({ path, bytes: true });
    }
    const start = sizeOf(["index", "commands/program", "commands/command"]);
    // Every call of every agent pays for each of them, about 10 microseconds a KiB. What only some calls need is imported where they need it. Raise
    // these for what every call needs, and for nothing else.
    expect(start.files).toBeLessThanOrEqual(startFilesLimit);
    expect(start.bytes).toBeLessThanOrEqual(startBytesLimit);
  });

  test("what only callers of bd need is loaded for them alone", () => {
    const loaded = reach(
      ["index", "commands/program", ...hotCommands.map((name) => `commands/${name}`)],
      (kind) => kind === "static",
    );
    expect([...loaded].filter((path) => /^(?:commands\/bd\/|output\/bd-)/.test(path))).toEqual([]);
  });
});

describe("calls", () => {
  const banned: readonly { name: string; pattern: RegExp; where: (path: string) => boolean }[] = [
    {
      name: "process.exit",
      pattern: /\bprocess\s*\.\s*exit\b(?!Code)/,
      where: (path) => !entries.includes(path),
    },
    { name: "console", pattern: /\bconsole\s*\./, where: () => true },
    { name: "process.stdout", pattern: /\bprocess\s*\.\s*stdout\b/, where: () => true },
    { name: "Bun.FFI", pattern: /\bBun\s*\.\s*FFI\b/, where: (path) => !path.startsWith("native/") },
    { name: "the clock", pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\b/, where: isModel },
    { name: "randomness", pattern: /\bMath\.random\b|\bcrypto\s*\./, where: isModel },
    { name: "the environment", pattern: /\bprocess\s*\.|\bBun\s*\.(?!hash\b)/, where: isModel },
    { name: "a default export", pattern: /^export default\b/m, where: () => true },
    { name: "a barrel", pattern: /^export \* from/m, where: () => true },
  ];

  for (const { name, pattern, where } of banned) {
    test(`${name} stays out of the files it is banned from`, () => {
      const wrong = product.filter((file) => where(file.path) && pattern.test(file.code));
      expect(wrong.map((file) => file.path)).toEqual([]);
    });
  }
});

describe("files", () => {
  test("no file is longer than 400 lines", () => {
    const long = files.filter((file) => file.lines > 400).map((file) => `${file.path}: ${file.lines} lines`);
    expect(long).toEqual([]);
  });

  test("no name says that the thing has no name", () => {
    const vague = /(^|\/)(_[^/]*|utils?|misc|common|shared|lib|stuff)(\/|$)/;
    const wrong = files.map((file) => file.path).filter((path) => vague.test(path));
    const helpers = product.map((file) => file.path).filter((path) => /(^|\/)helpers?(\/|$)/.test(path));
    expect([...wrong, ...helpers]).toEqual([]);
  });

  test("names are lower case, words joined by hyphens", () => {
    const wrong = files.map((file) => file.path).filter((path) => !/^[a-z0-9./-]+$/.test(path));
    expect(wrong).toEqual([]);
  });

  test("nothing stands at the top but what has its place there", () => {
    const allowed = [...productFolders, ...otherFolders, ...topFiles];
    const top = new Set(namesKnownToGit().map((name) => name.split("/")[0] ?? ""));
    expect([...top].filter((name) => !allowed.includes(name))).toEqual([]);
  });

  test("the entry can be started as it is, and takes no orders from the directory it is started in", () => {
    for (const entry of entries.map((name) => join(root, `${name}.ts`))) {
      const firstLine = readFileSync(entry, "utf8").split("\n")[0];
      expect(firstLine).toBe(
        "#!/usr/bin/env -S bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null",
      );
      expect(statSync(entry).mode & 0o111).toBe(0o111);
    }
  });
});

function isTable(path: string): boolean {
  return path.startsWith("commands/table/");
}

interface SourceFile {
  /** From the root, without `.ts`. */
  readonly path: string;
  /** The first part of the path; `index` for the entry. */
  readonly folder: string;
  readonly lines: number;
  readonly bytes: number;
  /** The text with comments taken out and every string made empty. */
  readonly code: string;
  readonly imports: readonly Import[];
}

interface Import {
  readonly target: Target;
  /** `type`: gone when it runs. `lazy`: loaded when it is reached. */
  readonly kind: "static" | "type" | "lazy";
}

interface Target {
  /** A path like SourceFile.path, or the name of a package. */
  readonly name: string;
  readonly isOurs: boolean;
}

async function findSources(): Promise<SourceFile[]> {
  const names = ["index.ts"];
  for (const folder of [...productFolders, ...otherFolders]) {
    const found = new Bun.Glob("**/*.ts").scan({ cwd: join(root, folder) });
    for await (const name of found) names.push(`${folder}/${name}`);
  }
  return names.sort().map(readSource);
}

function readSource(name: string): SourceFile {
  const text = readFileSync(join(root, name), "utf8");
  const path = name.replace(/\.ts$/, "");
  return {
    path,
    folder: path.split("/")[0] ?? "",
    lines: text.trimEnd().split("\n").length,
    bytes: Buffer.byteLength(text),
    code: withoutTextAndComments(text),
    imports: readImports(path, text),
  };
}

function readImports(path: string, text: string): Import[] {
  const imports: Import[] = [];
  for (const match of text.matchAll(/^(?:import|export)\s+(?:(type)\s)?[^;"']*?\bfrom\s+"([^"]+)"/gm)) {
    imports.push({
      target: findTarget(path, match[2] ?? ""),
      kind: match[1] === undefined ? "static" : "type",
    });
  }
  for (const match of text.matchAll(/^import\s+"([^"]+)"/gm)) {
    imports.push({ target: findTarget(path, match[1] ?? ""), kind: "static" });
  }
  for (const match of text.matchAll(/(\btypeof\s+)?\bimport\(\s*"([^"]+)"\s*,?[^)]*\)/g)) {
    imports.push({
      target: findTarget(path, match[2] ?? ""),
      kind: match[1] === undefined ? "lazy" : "type",
    });
  }
  return imports;
}

function findTarget(path: string, specifier: string): Target {
  if (!specifier.startsWith(".")) return { name: packageName(specifier), isOurs: false };
  const name = normalize(join(dirname(path), specifier)).replace(/\.ts$/, "");
  return { name: existsSync(join(root, name, "index.ts")) ? `${name}/index` : name, isOurs: true };
}

function packageName(specifier: string): string {
  if (specifier.includes(":")) return specifier;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function withoutTextAndComments(text: string): string {
  const pieces = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replaceAll(pieces, (piece) => (piece.startsWith("/") ? "" : '""'));
}

function importsOf(sources: readonly SourceFile[]) {
  return sources.flatMap((from) => from.imports.map((one) => ({ from, ...one })));
}

/** Every product file that is loaded when `starts` are, over imports of the kinds that count. */
function reach(starts: readonly string[], counts: (kind: Import["kind"]) => boolean): Set<string> {
  const reached = new Set<string>();
  const open = starts.filter((path) => byPath.has(path));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { target, kind } of byPath.get(path)?.imports ?? []) {
      if (counts(kind) && byPath.has(target.name)) open.push(target.name);
    }
  }
  return reached;
}

/** What is loaded when `starts` are, without what is imported lazily. */
function sizeOf(starts: readonly string[]): { files: number; bytes: number } {
  const loaded = [...reach(starts, (kind) => kind === "static")];
  return {
    files: loaded.length,
    bytes: loaded.reduce((sum, path) => sum + (byPath.get(path)?.bytes ?? 0), 0),
  };
}

function isAmong(name: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => (one.endsWith("/") ? name.startsWith(one) : name === one));
}

function isBuiltIn(name: string): boolean {
  return name.includes(":") || name === "bun";
}

function isModel(path: string): boolean {
  return path.startsWith("model/");
}

function describeImport({ from, target, kind }: { from: SourceFile; target: Target; kind: string }): string {
  return `${from.path} imports ${target.name} (${kind})`;
}

/** Nothing in a copy without a repository; whatever else lies about in a working copy is nobody's concern. */
function namesKnownToGit(): string[] {
  if (!existsSync(join(root, ".git"))) return [];
  const list = Bun.spawnSync(["git", "ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  return list.stdout
    .toString()
    .split("\n")
    .filter((name) => name !== "");
}
