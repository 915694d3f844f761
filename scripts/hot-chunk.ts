import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { BunPlugin } from "bun";
import { onDemand } from "../model/on-demand";
import { deferredModule, importerOfDeferred } from "./deferred-module";
import { bundledEntry, type EntryParts } from "./fast-entry";
import { withLessRun } from "./less-run";
import { exportsOf, findLoadedFiles, modulesOf, transpiler, withoutLazyImports } from "./loaded-files";
import { withMemberMarks } from "./seldom-members";
import { withMarks } from "./seldom-run";
import { withUniqueNames } from "./unique-names";
import { withoutUnusedMembers } from "./unused-members";
import { markOf, recordUsualRuns, requireUsualAnswers } from "./usual-runs";

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
  "model/change-line",
  "model/changed-issue",
  "model/freed-around",
  "model/partial-facts",
  "model/line-facts",
  "model/log-outline",
  "storage/frame-payloads",
  "output/comment-list",
  "native/darwin-status",
  "output/fact-columns",
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
  "native/darwin-directory",
  "storage/automatic-export",
  "storage/face-export",
];

/**
 * The bundler makes a chunk for every set of files that some lazy imports share, and each costs at every start. Every lazily loaded file is
 * therefore made to import all that is hot, so that this is one set, and one chunk; and what is hot is not imported lazily. Of that, what is not imported otherwise is deferred.
 * @param endsAsUsual whether the program ends through the runtime
 * @param apart see `EntryParts`
 */
export async function oneHotChunk({
  endsAsUsual = false,
  apart,
}: {
  readonly endsAsUsual?: boolean;
  readonly apart?: EntryParts["apart"];
} = {}): Promise<BunPlugin> {
  const ended = (path: string, source: string): string =>
    endsAsUsual && endings.has(path) ? endingAsUsual(source) : source;
  const runs = await usualRuns();
  const entryText = await bundledEntry({
    ...entryParts,
    change: ended,
    finish: (bodies) =>
      eachOf(withNamesKnown(bodies), (unit, body) =>
        withLessRun(body, runs?.usual.get(unit), runs?.waiting.get(unit)),
      ),
    ...(apart === undefined ? {} : { apart }),
  });
  if (runs !== undefined && apart === undefined && !endsAsUsual)
    await requireUsualAnswers(entryText, fromSources);
  const files = findLoadedFiles([program], inRoot(hotFiles), inRoot(warmFiles));
  const { core, deferred, lazy } = files;
  const hot = [...core, ...deferred];
  const hotImportsOf = (path: string): string =>
    lazy.has(path) || path === program || path === bdEntry
      ? hot.map((each) => (each === path ? "" : `import ${JSON.stringify(each)};`)).join("")
      : "";
  const modules = modulesOf(files);
  return {
    name: "one hot chunk",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path === entry) return { contents: entryText, loader: "js" };
        const read = readFileSync(path, "utf8");
        const source = ended(path, read);
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

const ordering = [
  "model/line-facts",
  "model/log-outline",
  "storage/frame-outlines",
  "storage/frame-payloads",
];
/** What a unit of the fast path always needs although it is imported lazily in the sources. */
const neededLazily = new Map([
  ["list-log", ordering],
  ["ready-log", ordering],
  ["export", ["storage/face-export", "native/directory"]],
  [
    "fold",
    [
      ...["snapshot-sections", "dependents-section", "heads-section", "frame-payloads"].map(
        (name) => `storage/${name}`,
      ),
      ...["line-facts", "log-outline", "change-line", "changed-issue", "neighbours"].map(
        (name) => `model/${name}`,
      ),
      "native/directory",
    ],
  ],
]);

/** What the log says of the issues that a command is about. */
const logged = [
  "storage/logged-transaction",
  "model/changed-issue",
  "model/freed-around",
  "model/change-line",
  "model/list-changes",
];
const writing = ["storage/git-user"];
/** And what it needs now and then. */
const neededNowAndThen = new Map([
  ["show", [...logged, "output/comment-list"]],
  ["q", writing],
  [
    "fold",
    [
      ...["layered-snapshot", "column-facts", "frame-outlines", "words-section", "snapshot-records"].map(
        (name) => `storage/${name}`,
      ),
      ...["list-changes", "all-facts"].map((name) => `model/${name}`),
    ],
  ],
  ["claim", ["model/line-facts", ...logged, ...writing]],
  ["close", ["model/line-facts", "model/freed-around", ...logged, ...writing]],
]);

function inRoot(names: readonly string[]): string[] {
  return names.map((name) => join(root, `${name}.ts`));
}

const entryParts = {
  entry,
  program: programName,
  front: join(root, "commands/fast-path.ts"),
  lazily: (unit: string) => inRoot(neededLazily.get(basename(unit, ".ts")) ?? []),
  deferred: (unit: string) => inRoot(neededNowAndThen.get(basename(unit, ".ts")) ?? []),
};

function eachOf(
  bodies: ReadonlyMap<string, string>,
  change: (unit: string, body: string) => string,
): Map<string, string> {
  return new Map(Array.from(bodies, ([unit, body]) => [unit, change(unit, body)]));
}

/** What is recorded and what is built are told apart by nothing that has a name. */
function withNamesKnown(bodies: ReadonlyMap<string, string>): Map<string, string> {
  return eachOf(withoutUnusedMembers(bodies), (_, body) => withUniqueNames(body));
}

const fromSources = [process.execPath, entry] as const;

/** What is run of the units, by unit; undefined where the fast path answers nothing, and nobody can tell. */
const usualRuns = onDemand(async () => {
  if (process.platform !== "linux") return undefined;
  const marked = await bundledEntry({
    ...entryParts,
    change: (_, source) => source,
    finish: (bodies) =>
      eachOf(withNamesKnown(bodies), (unit, body) => {
        const mark = (name: string): string => markOf(unit, name);
        return withMarks(withMemberMarks(body, mark), mark);
      }),
  });
  return recordUsualRuns(marked, fromSources);
});

/** Files that end the process. */
const endings = new Set([program, join(root, "commands/fast/world.ts")]);

function endingAsUsual(source: string): string {
  const changed = source.replaceAll("exitNow(", "process.exit(");
  if (changed === source) throw new Error("the program does not end as it did");
  return changed;
}
