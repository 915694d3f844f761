import { BzError } from "../model/errors";
import { graphRow, rootedGraphRow } from "../model/graph-rows";
import { onDemand } from "../model/on-demand";
import type { DrawnGraph } from "../output/drawn-graph";
import { escapeJson, escapeText } from "../output/escape";
import type { Result } from "../output/result";
import { blankScreen, type Screen } from "../output/style";
import { type Arguments, defineBz, type Values } from "./command";
import type { Context } from "./context";
import { filterArguments, readFilters } from "./filter-arguments";
import { type ChosenGraph, chooseGraph } from "./graph-choice";
import { parseWholeNumber } from "./issue-arguments";

const { status: _, id: __, ...filters } = filterArguments();

const graphArguments = onDemand(
  () =>
    ({
      issue: {
        type: "positional",
        required: false,
        description: "Only what this issue depends on and what depends on it, however far",
      },
      all: { type: "boolean", alias: "A", description: "Issues without edges, too" },
      connected: { type: "boolean", description: "With ID: everything that hangs together with it" },
      depth: { type: "string", alias: "d", valueHint: "N", description: "With ID: at most N steps away" },
      format: {
        type: "enum",
        alias: "f",
        options: ["text", "dot", "mermaid", "json", "svg", "html"],
        description: "Text, a diagram for Graphviz or Mermaid, or a picture for a browser",
      },
      dot: { type: "boolean", description: "The same as --format dot" },
      html: { type: "boolean", description: "The same as --format html" },
      compact: { type: "boolean", alias: "c", description: "As text: one line an issue, ids alone" },
      "include-closed": { type: "boolean", description: "Closed issues, too" },
      links: { type: "boolean", description: "Edges that hold nobody up; --no-links leaves them out" },
      output: {
        type: "string",
        alias: "o",
        valueHint: "FILE",
        description: "Replace FILE instead of writing to stdout",
      },
      ...filters,
    }) as const satisfies Arguments,
);

export const command = defineBz({
  meta: {
    name: "graph",
    description:
      "Draws which open issues wait for which. Arrows lead from an issue to what it depends on, and so do the `edges` of the JSON, [from, to]; a dashed line with a diamond leads from an epic to its parts. What is to be done first stands first: at the left of a picture, at the top of text. svg and html are files of their own, coloured by how issues stand.",
  },
  args: graphArguments,
  answer: "graph",
  examples: [
    "bz graph",
    "bz graph bd-x1y2 --depth 2",
    "bz graph --format html -o graph.html",
    "bz graph --parent bd-x1y2 -r --include-closed --format svg -o epic.svg",
    "bz graph bd-x1y2 --format dot | dot -Tpng > graph.png",
  ],
  async run(context, args) {
    refuseContradictions(args);
    const most = args.depth === undefined ? Infinity : parseWholeNumber("--depth", args.depth, 1);
    const filter = await readFilters(context, args);
    const format = namedFormat(args) ?? formatOfName(args.output) ?? "text";
    const draw = await drawerFor(format, args.compact === true);
    const choice = {
      id: args.issue,
      isWhole: args.connected === true,
      most,
      withLonely: args.all === true,
      withClosed: args["include-closed"] === true,
      withLinks: args.links !== false,
    };
    const path = args.output === "-" ? undefined : args.output;
    if (path !== undefined) {
      const chosen = context.store.read((view) => {
        const graph = chooseGraph({ ...view, nowMs: context.nowMs }, filter(view), choice);
        return { graph, text: draw(graph, blankScreen) };
      });
      return writtenGraph(context, path, chosen);
    }
    return context.read((view) => {
      const graph = chooseGraph(view, filter(view), choice);
      return {
        data: () => documentOf(graph),
        text: (screen) => draw(graph, screen),
        ids: idsOf(graph),
        notes: graph.parts.length === 0 ? [nothingToDraw(args.all === true)] : [],
      };
    });
  },
});

type Format = NonNullable<Values<ReturnType<typeof graphArguments>>["format"]>;

type Drawer = (graph: ChosenGraph, screen: Screen) => string;

/** @throws BzError USAGE for two different ones */
function namedFormat(args: Values<ReturnType<typeof graphArguments>>): Format | undefined {
  const named = new Set<Format>();
  if (args.format !== undefined) named.add(args.format);
  for (const format of ["dot", "html"] as const) if (args[format] === true) named.add(format);
  if (args.compact === true) named.add("text");
  if (named.size > 1) {
    throw new BzError("USAGE", `a graph has one format, and was given ${[...named].join(" and ")}`, {
      hint:
        args.compact === true
          ? "--compact is a kind of text; leave one of them out"
          : "leave all out but one",
    });
  }
  return [...named][0];
}

const formatsByEnding: ReadonlyMap<string, Format> = new Map([
  ["svg", "svg"],
  ["html", "html"],
  ["htm", "html"],
  ["dot", "dot"],
  ["gv", "dot"],
  ["mmd", "mermaid"],
  ["mermaid", "mermaid"],
  ["json", "json"],
]);

function formatOfName(path: string | undefined): Format | undefined {
  return formatsByEnding.get(path?.split(".").at(-1)?.toLowerCase() ?? "");
}

/** Only what is asked for is loaded. */
async function drawerFor(format: Format, isCompact: boolean): Promise<Drawer> {
  if (format === "json") return (graph) => `${escapeJson(JSON.stringify(documentOf(graph)))}\n`;
  if (format === "dot" || format === "mermaid") {
    const { graphDot, graphMermaid } = await import("../output/graph-diagram");
    return format === "dot" ? graphDot : graphMermaid;
  }
  if (format === "text") {
    const { formatCompactGraph, formatGraph } = await import("../output/graph-text");
    return isCompact ? formatCompactGraph : formatGraph;
  }
  const { loadLayout } = await import("../output/graph-layout");
  const layOut = await loadLayout();
  const picture =
    format === "svg"
      ? (await import("../output/graph-svg")).graphSvg
      : (await import("../output/graph-html")).graphHtml;
  return (graph) => {
    refuseTooLarge(graph, format);
    return picture(graph, layOut, headingOf(graph));
  };
}

function documentOf(graph: ChosenGraph): ReturnType<typeof graphRow> {
  const { root } = graph;
  return root === undefined ? graphRow(graph) : rootedGraphRow(graph, root);
}

function idsOf({ parts }: DrawnGraph): string[] {
  return parts.flatMap(({ nodes }) => nodes.map(({ issue }) => issue.id));
}

function headingOf(graph: ChosenGraph): string {
  const count = idsOf(graph).length;
  const issues = `${count} ${count === 1 ? "issue" : "issues"}`;
  const root =
    graph.rootId === undefined
      ? undefined
      : graph.parts[0]?.nodes.find(({ issue }) => issue.id === graph.rootId);
  return root === undefined
    ? `${issues} and what they wait for`
    : `${root.issue.id}: ${root.issue.title} (${issues})`;
}

async function writtenGraph(
  context: Context,
  path: string,
  { graph, text }: { readonly graph: ChosenGraph; readonly text: string },
): Promise<Result> {
  const whole = path.startsWith("/") ? path : `${context.world.currentDirectory()}/${path}`;
  const ids = idsOf(graph);
  const written = await context.store.writeText(whole, text);
  return {
    data: () => ({ path: written, issues: ids.length }),
    text: () => `Wrote ${ids.length} issues to ${escapeText(written)}\n`,
    ids: [],
  };
}

/** Ten thousand are laid out in some seconds; more than that nobody can find a way through. */
const mostDrawn = 10_000;

function refuseTooLarge(graph: DrawnGraph, format: Format): void {
  const count = idsOf(graph).length;
  if (count <= mostDrawn) return;
  throw new BzError(
    "INVALID",
    `a picture of ${count} issues is more than ${mostDrawn}, which is the limit of ${format}`,
    {
      hint: "name an issue, or filter with --parent ID -r or --label; `--format dot` has no limit",
      context: { issues: count, limit: mostDrawn },
    },
  );
}

function nothingToDraw(withLonely: boolean): string {
  return withLonely ? "no issues" : "no issue depends on another; --all draws them without edges";
}

/** @throws BzError USAGE */
function refuseContradictions(args: Values<ReturnType<typeof graphArguments>>): void {
  if (args.issue !== undefined && args.all === true) {
    throw new BzError("USAGE", "an ID and --all contradict each other", {
      hint: "--connected draws everything that hangs together with it",
    });
  }
  for (const flag of ["connected", "depth"] as const) {
    if (args[flag] === undefined || args.issue !== undefined) continue;
    throw new BzError("USAGE", `--${flag} is about one issue`, { hint: `bz graph ID --${flag}` });
  }
}
