import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { initialisedWorld, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** bbbb and cccc wait for aaaa, dddd for both; pppp is part of the epic eeee and linked to aaaa; zzzz stands alone; oooo is closed and waited for by aaaa. */
async function tracker(): Promise<TestWorld> {
  const world = await initialisedWorld();
  const create = async (name: string, ...words: string[]) => {
    const { exitCode, stderr } = await world.bz("create", `Issue ${name}`, "--id", `bd-${name}`, ...words);
    if (exitCode !== 0) throw new Error(stderr);
  };
  await create("oooo");
  await create("aaaa", "-p", "1", "--dep", "bd-oooo");
  await create("bbbb", "--dep", "bd-aaaa");
  await create("cccc", "--dep", "bd-aaaa");
  await create("dddd", "--dep", "bd-bbbb,bd-cccc");
  await create("eeee", "-t", "epic");
  await create("pppp", "--parent", "bd-eeee", "--dep", "discovered-from:bd-aaaa");
  await create("zzzz");
  await world.bz("close", "bd-oooo");
  return world;
}

describe("graph as text", () => {
  test("draws issues deeper than what they wait for", async () => {
    const world = await tracker();
    expect(await world.bz("graph", "--no-links")).toEqual({
      exitCode: 0,
      stdout: `Part 1 of 2: 4 issues, 4 edges
bd-aaaa  P1  open  Issue aaaa
  bd-bbbb  P2  open  Issue bbbb
      waits for bd-aaaa
  bd-cccc  P2  open  Issue cccc
      waits for bd-aaaa
    bd-dddd  P2  open  Issue dddd
        waits for bd-bbbb, bd-cccc

Part 2 of 2: 2 issues, 1 edge
bd-pppp  P2  open  Issue pppp
    part of bd-eeee
  bd-eeee  P2  open  Issue eeee
`,
      stderr: "",
    });
    expect((await world.bz("graph", "--parent", "eeee", "-q")).stdout).toBe("bd-pppp\nbd-eeee\n");
    expect((await world.bz("graph", "--compact")).stdout).toBe(
      "bd-aaaa\nbd-pppp -> bd-aaaa, bd-eeee\nbd-bbbb -> bd-aaaa\nbd-cccc -> bd-aaaa\nbd-eeee\nbd-dddd -> bd-bbbb, bd-cccc\n",
    );
  });

  test("is no wider than the terminal", async () => {
    const world = await tracker();
    await world.bz(
      "create",
      "A title that is far too long for any terminal of eighty columns, as titles often are",
      "--dep",
      "bd-dddd",
    );
    world.terminals = [1];
    world.env = { ...world.env, NO_COLOR: "1", COLUMNS: "60" };
    for (const line of (await world.bz("graph")).stdout.split("\n"))
      expect(line.length).toBeLessThanOrEqual(60);
  });

  test("says when there is nothing to draw", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "Alone");
    const { exitCode, stdout, stderr } = await world.bz("graph");
    expect([exitCode, stdout, stderr]).toEqual([
      0,
      "",
      "no issue depends on another; --all draws them without edges\n",
    ]);
    expect((await world.bz("graph", "--all")).stdout).toContain("1 issue, 0 edges");
  });
});

describe("graph --json", () => {
  test("holds parts, with layers and edges from dependent to dependency", async () => {
    const world = await tracker();
    expect(await world.json("graph", "--no-links")).toEqual({
      components: [
        {
          nodes: [
            { id: "bd-aaaa", title: "Issue aaaa", status: "open", priority: 1, depth: 0 },
            { id: "bd-bbbb", title: "Issue bbbb", status: "open", priority: 2, depth: 1 },
            { id: "bd-cccc", title: "Issue cccc", status: "open", priority: 2, depth: 1 },
            { id: "bd-dddd", title: "Issue dddd", status: "open", priority: 2, depth: 2 },
          ],
          edges: [
            ["bd-bbbb", "bd-aaaa"],
            ["bd-cccc", "bd-aaaa"],
            ["bd-dddd", "bd-bbbb"],
            ["bd-dddd", "bd-cccc"],
          ],
          edge_types: ["blocks", "blocks", "blocks", "blocks"],
          roots: ["bd-aaaa"],
        },
        expect.objectContaining({ edges: [["bd-pppp", "bd-eeee"]], edge_types: ["parent-child"] }),
      ],
      total_nodes: 6,
      total_components: 2,
    });
    const { stdout } = await world.bz("graph", "--format", "json");
    expect(JSON.parse(stdout)).toEqual(await world.json("graph"));
  });

  test("of one issue holds what has to do with it, and how far that is away", async () => {
    const world = await tracker();
    const of = async (...words: string[]) => {
      const { nodes } = (await world.json("graph", ...words)) as { nodes: { id: string; depth: number }[] };
      return nodes.map(({ id, depth }) => `${id.slice(3)} ${depth}`).join(", ");
    };
    expect(await of("bbbb")).toBe("bbbb 0, aaaa 1, dddd 1");
    expect(await of("bbbb", "--connected")).toBe("bbbb 0, aaaa 1, dddd 1, pppp 2, cccc 2, eeee 3");
    expect(await of("aaaa", "-d", "1")).toBe("aaaa 0, pppp 1, bbbb 1, cccc 1");
    expect(await of("bbbb", "--include-closed")).toBe("bbbb 0, aaaa 1, dddd 1, oooo 2");
    expect(await of("oooo")).toBe("oooo 0, aaaa 1, pppp 2, bbbb 2, cccc 2, dddd 3");
    expect(await of("aaaa", "-p", "1")).toBe("aaaa 0");
    expect(await world.json("graph", "zzzz")).toEqual({
      root: "bd-zzzz",
      nodes: [expect.objectContaining({ id: "bd-zzzz", depth: 0 })],
      edges: [],
      edge_types: [],
      count: 1,
    });
    expect((await world.bz("graph", "bbbb", "-q")).stdout).toBe("bd-aaaa\nbd-bbbb\nbd-dddd\n");
  });
});

describe("graph as a diagram", () => {
  test("for Graphviz and Mermaid has the same arrows", async () => {
    const world = await tracker();
    const dot = (await world.bz("graph", "bbbb", "--format", "dot")).stdout;
    expect((await world.bz("graph", "bbbb", "--dot")).stdout).toBe(dot);
    expect(dot).toStartWith("digraph bz {\n  rankdir=RL;\n");
    expect(dot).toContain('n0 [label="bd-aaaa  P1\\nIssue aaaa", fillcolor="#dcfce7"');
    expect(dot).toContain("  n1 -> n0;\n");
    const mermaid = (await world.bz("graph", "bbbb", "-f", "mermaid")).stdout;
    expect(mermaid).toBe(`flowchart RL
  n0["bd-aaaa: Issue aaaa (P1)"]:::ready
  n1["bd-bbbb: Issue bbbb (P2)"]:::blocked
  n2["bd-dddd: Issue dddd (P2)"]:::blocked
  n1 --> n0
  n2 --> n1
  classDef ready fill:#dcfce7,stroke:#16a34a,color:#14331f
  classDef blocked fill:#fee2e2,stroke:#dc2626,color:#450f0f
`);
  });
});

describe("graph as a picture", () => {
  test("has a box for every issue and a line for every edge, and loads nothing", async () => {
    const world = await tracker();
    const svg = (await world.bz("graph", "--all", "--format", "svg")).stdout;
    expect(svg.match(/<g class="box \w+" transform="translate\([\d. ]+\)"><title>/g)?.length).toBe(7);
    expect(svg.match(/<title>bd-\w+ waits for bd-\w+ \(blocks\)<\/title>/g)?.length).toBe(4);
    expect(svg).toContain("<title>bd-pppp is part of bd-eeee (parent-child)</title>");
    expect(svg).toContain('class="box ready"');
    const html = (await world.bz("graph", "--format", "html")).stdout;
    expect(html).toContain("<td>bd-bbbb, bd-cccc</td>");
    for (const text of [svg, html]) {
      const outside = text
        .replaceAll('xmlns="http://www.w3.org/2000/svg"', "")
        .match(/https?:|url\((?!#)|@import|\bsrc=|\bhref=/g);
      expect(outside).toBeNull();
    }
  });

  test("stands in layers from left to right, whatever closes a circle", async () => {
    const world = await initialisedWorld();
    const line = (id: string, ...targets: string[]) =>
      `{"id":"bd-${id}","title":"${id}","status":"open","priority":2,"issue_type":"task","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","dependencies":[${targets.map((to) => `{"depends_on_id":"bd-${to}","type":"blocks"}`)}]}`;
    world.stdin = `${line("a", "b")}\n${line("b", "a", "b")}\n${line("c", "b")}\n${line("d")}\n`;
    await world.bz("import", "-");
    const svg = (await world.bz("graph", "--format", "svg")).stdout;
    const columns = new Map(
      [...svg.matchAll(/translate\(([\d.]+) [\d.]+\)"><title>bd-(\w)/g)].map(([, x, id]) => [id, Number(x)]),
    );
    expect([...columns.keys()].toSorted()).toEqual(["a", "b", "c"]);
    expect(columns.get("c") ?? 0).toBeGreaterThan(columns.get("b") ?? 0);
    expect(svg).not.toContain("NaN");
  });

  test("is written to a file, whose name says which picture it is", async () => {
    const world = await tracker();
    const path = join(world.directory, "out.html");
    expect(await world.bz("graph", "-o", "out.html")).toEqual({
      exitCode: 0,
      stdout: `Wrote 6 issues to ${path}\n`,
      stderr: "",
    });
    expect(readFileSync(path, "utf8")).toStartWith("<!doctype html>");
    expect(readFileSync(path, "utf8")).toEndWith("</html>\n");
    expect(await world.json("graph", "-o", "x.dot")).toEqual({
      path: join(world.directory, "x.dot"),
      issues: 6,
    });
    expect(readFileSync(join(world.directory, "x.dot"), "utf8")).toStartWith("digraph");
    await world.bz("graph", "-o", "y.dot", "--format", "mermaid");
    expect(readFileSync(join(world.directory, "y.dot"), "utf8")).toStartWith("flowchart");
    const refused = await world.bz("graph", "-o", ".beads/issues.jsonl");
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining("inside of a workspace")]);
    expect((await world.bz("graph", "-o", "none/x.svg")).exitCode).toBe(1);
    expect(existsSync(join(world.directory, "none"))).toBe(false);
  });

  test("of more issues than anybody can read is refused, and a diagram is not", async () => {
    const world = await initialisedWorld();
    world.stdin = Array.from({ length: 10001 }, (_, at) => `Issue ${at}`).join("\n");
    await world.bz("add-batch", "--format", "titles", "-");
    const { exitCode, stderr } = await world.bz("graph", "--all", "--format", "svg");
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining("a picture of 10001 issues is more than 10000"),
    ]);
    expect((await world.bz("graph", "--all", "--format", "dot")).exitCode).toBe(0);
  });
});

test("hostile titles break out of no format", async () => {
  const world = await initialisedWorld();
  const invisible = ["\u202e", "\u001b"];
  const title = 'x"];</text><script>alert(1)</script>-->`|" & \'\u202e\u001b[2J\ufffe ]]> %% end \\';
  await world.bz("create", title, "--id", "bd-evil", "-a", "<b>ann</b>");
  await world.bz("create", "Waits", "--id", "bd-waits", "--dep", "bd-evil");
  const draw = async (format: string) => (await world.bz("graph", "--format", format)).stdout;
  for (const format of ["svg", "html"]) {
    const text = await draw(format);
    for (const raw of ["<script>alert", "<b>ann", "\ufffe", ...invisible]) expect(text).not.toContain(raw);
    expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  }
  const dot = await draw("dot");
  const mermaid = await draw("mermaid");
  expect(dot).toContain('x\\"];');
  // Every quote that stands is one of ours: labels open and close on one line.
  for (const line of dot.split("\n"))
    expect((line.replaceAll(/\\./g, "").match(/"/g) ?? []).length % 2).toBe(0);
  for (const line of mermaid.split("\n")) expect((line.match(/"/g) ?? []).length).toBeOneOf([0, 2]);
  expect(mermaid.replaceAll("-->", "")).not.toMatch(/[<>`]/);
  for (const raw of invisible) expect((await draw("text")) + dot + mermaid).not.toContain(raw);
});

test("contradictions are refused before anything is read", async () => {
  const world = await tracker();
  for (const words of [
    ["bbbb", "--all"],
    ["--connected"],
    ["--depth", "2"],
    ["bbbb", "--depth", "0"],
    ["--compact", "--format", "svg"],
    ["--dot", "--html"],
    ["--format", "png"],
    ["none"],
  ]) {
    expect((await world.bz("graph", ...words)).exitCode).toBe(1);
  }
});
