import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { initialisedWorld, sequenceOf, type TestWorld } from "./test-world";

async function refused(world: TestWorld, ...words: string[]) {
  const before = await sequenceOf(world);
  const { exitCode, stdout, stderr } = await world.bz(...words, "--json");
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(await sequenceOf(world)).toBe(before);
  return JSON.parse(stderr).error;
}

describe("add-batch", () => {
  test("makes an issue of each line, in one transaction", async () => {
    const world = await initialisedWorld();
    world.stdin = "\uFEFFFirst\r\n\n  [bug] second: a, b \n";
    const { exitCode, stdout } = await world.bz("add-batch", "-q");
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(await sequenceOf(world)).toBe(1);
    expect(await world.json("list", "--sort", "title")).toMatchObject({
      issues: [{ title: "First", created_by: "tester" }, { title: "[bug] second: a, b" }],
    });
    expect((await world.bz("add-batch", "-")).stdout).toMatch(
      /^Created bd-\w+: First\nCreated bd-\w+: \[bug\] second/,
    );
    world.stdin = "\n";
    expect(await world.bz("add-batch", "-")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "there was nothing to create\n",
    });
  });

  test("takes the fields of create from JSON, in its own spellings and those of the flags", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Old", "--id", "bd-old1");
    const lines = [
      {
        key: "e",
        title: "Epic",
        type: "epic",
        priority: "high",
        labels: "b,a",
        due: "+2d",
        estimate: "1h30m",
      },
      {
        title: "Part",
        parent: "e",
        "external-ref": "gh-1",
        metadata: { n: 1 },
        ephemeral: true,
        pinned: null,
      },
      {
        title: "Next",
        priority: 0,
        deps: ["related:e", { target: "$e", type: "waits-for" }],
        blocks: ["old1"],
        status: "review",
      },
    ];
    world.stdin = lines.map((line) => JSON.stringify(line)).join("\n");
    const answer = await world.json("add-batch", "-", "--format", "jsonl");
    expect(answer).toEqual({
      issues: [
        expect.objectContaining({
          title: "Epic",
          issue_type: "epic",
          priority: 1,
          labels: ["a", "b"],
          due_at: "2026-01-17T12:00:03.000Z",
          estimated_minutes: 90,
        }),
        expect.objectContaining({ title: "Part", external_ref: "gh-1", metadata: { n: 1 }, ephemeral: true }),
        expect.objectContaining({ title: "Next", priority: 0, status: "review", dependency_count: 2 }),
      ],
      total: 3,
      returned: 3,
      truncated: false,
      keys: { e: expect.stringMatching(/^bd-/) },
    });
    expect(await world.json("show", "bd-old1")).toMatchObject({
      issues: [{ dependencies: [{ title: "Next" }] }],
    });
  });

  test("reads a list or a plan from .json, and guesses by the name", async () => {
    const world = await initialisedWorld();
    writeFileSync(`${world.directory}/l.json`, '[{"title":"A","key":"a"},{"title":"B","depends_on":"a"}]');
    expect(await world.json("add-batch", "l.json")).toMatchObject({ total: 2 });
    writeFileSync(`${world.directory}/x.ndjson`, '{"title":"C"}');
    expect(await world.json("add-batch", "--file", "x.ndjson")).toMatchObject({ issues: [{ title: "C" }] });
    writeFileSync(`${world.directory}/x.md`, "## D\n");
    expect(await world.json("add-batch", "x.md")).toMatchObject({ issues: [{ title: "D" }] });
  });

  test("creates thousands as it creates a few, and with one mistake in the last of them none", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Old", "--id", "bd-old1");
    const drafts = Array.from({ length: 3000 }, (_, at) => ({
      title: `${"ä: ".repeat(60)}${at}`,
      key: `k${at}`,
      ...(at % 10 === 9 ? { depends_on: [`k${at - 1}`] } : {}),
      ...(at === 0 ? { blocks: ["old1"] } : {}),
    }));
    const text = drafts.map((draft) => `${JSON.stringify(draft)}\n`).join("");
    world.stdin = `${text}{"title":"Last","depends_on":["k9999"]}`;
    const { code, message } = await refused(world, "add-batch", "--format", "jsonl");
    expect([code, message]).toEqual(["NOT_FOUND", expect.stringContaining("line 3001: ")]);
    world.stdin = `\uFEFF${text}`;
    const answer = await world.bz("add-batch", "--format", "jsonl", "--json");
    const { issues, keys } = JSON.parse(answer.stdout);
    expect(issues.map(({ title }: { title: string }) => title)).toEqual(
      drafts.map(({ title }) => title.trim()),
    );
    expect(issues[19]).toMatchObject({ id: keys.k19, dependency_count: 1, dependent_count: 0 });
    expect(await sequenceOf(world)).toBe(2);
    expect(await world.json("show", keys.k19)).toMatchObject({
      issues: [{ dependencies: [{ id: keys.k18 }] }],
    });
    expect(await world.json("show", "bd-old1")).toMatchObject({
      issues: [{ dependencies: [{ id: keys.k0 }] }],
    });
    expect(await world.json("count")).toMatchObject({ count: 3001 });
  }, 60_000);

  test("with one damaged line creates nothing and names every mistake", async () => {
    const world = await initialisedWorld();
    world.stdin = [
      '{"title":"Good"}',
      '{"titel":"T"}',
      "{bad",
      "",
      '{"title":""}',
      '{"title":"T","priority":9}',
      '{"title":"T","defer_until":"2020-01-01"}',
      '{"title":"T","metadata":{"n":12345678901234567890}}',
      '{"title":"T","created_at":"2020-01-01T00:00:00Z"}',
      '{"title":"T","type":"bug","issue_type":"task"}',
      '{"title":"T","labels":[1]}',
      '{"title":"T","depends_on":[{"on":"x"}]}',
    ].join("\n");
    const { code, message, hint, context } = await refused(world, "add-batch", "-", "--format", "jsonl");
    expect(code).toBe("INVALID");
    expect(message).toStartWith(
      'line 2: there is no key "titel"; line 3: the line is not valid JSON; line 5: the title is empty',
    );
    expect(message).toEndWith("; and 5 more");
    expect(hint).toBe("did you mean title? (nothing was created)");
    expect(context.failures.map((failure: { source: string }) => failure.source)).toEqual(
      [2, 3, 5, 6, 7, 8, 9, 10, 11, 12].map((line) => `line ${line}`),
    );
    expect(context.failures[5].message).toContain("12345678901234567890");
    world.stdin = `good\n${"x".repeat(501)}\n`;
    expect((await refused(world, "add-batch", "-")).message).toStartWith(
      "line 2: the title has 501 characters",
    );
  });

  test("refuses labels, edges and parents that create refuses", async () => {
    const world = await initialisedWorld();
    for (const [line, code] of [
      ['{"title":"T","labels":["a\\u0007"]}', "INVALID"],
      ['{"title":"T","depends_on":"nobody"}', "NOT_FOUND"],
      ['{"title":"T","depends_on":"sideways:x"}', "INVALID"],
      ['{"title":"T","parent":"nobody"}', "NOT_FOUND"],
      ['{"title":"T","status":"tombstone"}', "INVALID"],
      ['{"title":"T","status":"strange"}', "INVALID"],
      ['{"title":"T","id":"a b"}', "INVALID"],
    ] as const) {
      world.stdin = line;
      const error = await refused(world, "add-batch", "-", "--format", "jsonl");
      expect([line, error.code]).toEqual([line, code]);
      expect(error.message).toStartWith("line 1: ");
    }
  });

  test("does not take JSON for titles, nor wait at a terminal", async () => {
    const world = await initialisedWorld();
    world.stdin = '{"title":"T"}\n';
    expect((await refused(world, "add-batch", "-")).message).toContain("looks like JSON");
    expect((await world.bz("add-batch", "-", "--format", "titles")).stdout).toContain('{"title":"T"}');
    world.terminals = [0];
    expect((await refused(world, "add-batch")).code).toBe("USAGE");
    expect((await refused(world, "add-batch", "a", "--file", "b")).code).toBe("USAGE");
    expect((await refused(world, "add-batch", "missing.txt")).code).toBe("FILE_UNREADABLE");
  });

  test("with --dry-run checks everything and creates nothing", async () => {
    const world = await initialisedWorld();
    world.stdin = "A\n\u001b[2JB\n";
    expect((await world.bz("add-batch", "-", "--dry-run")).stdout).toBe(
      'Would create "A"\nWould create "\\x1b[2JB"\n',
    );
    expect(await world.json("add-batch", "-", "--dry-run")).toMatchObject({ dry_run: true, total: 2 });
    expect((await world.bz("add-batch", "-", "--dry-run", "-q")).stdout).toBe("");
    expect(await world.json("list")).toMatchObject({ total: 0 });
  });
});

describe("create --graph", () => {
  test("creates the nodes of a plan and the edges that it lists beside them", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Old", "--id", "bd-old1");
    world.stdin = JSON.stringify({
      nodes: [
        { key: "a", id: "bd-aaaa", title: "A" },
        { key: "b", title: "B", parent_key: "a" },
      ],
      edges: [
        { from: "b", to: "bd-old1" },
        { from_id: "bd-old1", to_key: "a", type: "related" },
      ],
    });
    const { exitCode, stdout } = await world.bz("create", "--graph", "-", "--silent");
    expect(exitCode).toBe(0);
    const [a = "", b = ""] = stdout.trimEnd().split("\n");
    expect(b).toStartWith(`${a}.`);
    expect(await world.json("show", b, "bd-old1")).toMatchObject({
      issues: [
        { parent: a, dependencies: [{ id: a }, { id: "bd-old1", dependency_type: "blocks" }] },
        { dependencies: [{ id: a, dependency_type: "related" }] },
      ],
    });
  });

  test("creates nothing from a plan that is none", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Old", "--id", "bd-old1");
    await world.bz("create", "Old", "--id", "bd-old2");
    for (const [plan, code, part] of [
      ["{", "INVALID", "not JSON"],
      ["3", "INVALID", "neither an object nor a list"],
      ['{"nodes":{}}', "INVALID", "no list of nodes"],
      ['{"nodes":[],"title":"x"}', "INVALID", 'no key "title"'],
      ['[{"title":"A","key":"a"},{"title":"B","key":"a"}]', "INVALID", "node 2"],
      ['[{"title":"A","depends_on":["b"]}]', "NOT_FOUND", '"b" is neither'],
      [
        '[{"title":"A","key":"a","depends_on":["b"]},{"title":"B","key":"b","depends_on":["a"]}]',
        "CYCLE",
        "a -> b -> a",
      ],
      [
        '{"nodes":[{"title":"A","key":"a"}],"edges":[{"from":"bd-old1","to":"bd-old2"}]}',
        "NOT_FOUND",
        "edge 1",
      ],
      ['{"nodes":[{"title":"A","key":"a"}],"edges":[{"from":"a"}]}', "INVALID", "edge 1"],
      ['{"nodes":[{"title":"A","key":"a"}],"edges":[{"from":"a","to":"a","kind":"x"}]}', "INVALID", '"kind"'],
      ['{"nodes":[{"title":"A","key":"a"}],"edges":7}', "INVALID", "not a list"],
    ] as const) {
      world.stdin = plan;
      const error = await refused(world, "create", "--graph", "-");
      expect([plan, error.code]).toEqual([plan, code]);
      expect(error.message).toContain(part);
    }
    for (const words of [["Title"], ["-p", "1"], ["--file", "x.md"], ["-l", "x"]])
      expect((await refused(world, "create", "--graph", "-", ...words)).code).toBe("USAGE");
  });
});

describe("create --file", () => {
  const markdown = `---
title: front matter
---
# Plan

Not part of any issue.

## Build *the* parser
It parses.

### Priority
P1
### Labels
- core
- \`parser\`, deep
### Key
parser
### Why
because
\`\`\`
## no heading
\`\`\`
#### Deeper
stays
### Acceptance Criteria
- [ ] works

## Print ##
### Depends on
parser
### Type
bug
### Estimate
2h
`;

  test("makes an issue of each heading, with the sections that name its fields", async () => {
    const world = await initialisedWorld();
    writeFileSync(`${world.directory}/plan.md`, markdown.replaceAll("\n", "\r\n"));
    const answer = await world.json("create", "-f", "plan.md");
    expect(answer).toMatchObject({
      issues: [
        {
          title: "Build *the* parser",
          description: "It parses.\n\n### Why\nbecause\n```\n## no heading\n```\n#### Deeper\nstays",
          priority: 1,
          labels: ["core", "deep", "parser"],
          acceptance_criteria: "- [ ] works",
        },
        { title: "Print", issue_type: "bug", estimated_minutes: 120, dependency_count: 1 },
      ],
      total: 2,
      keys: { parser: expect.any(String) },
    });
  });

  test("names the line of what it does not understand, and creates nothing", async () => {
    const world = await initialisedWorld();
    for (const [text, part] of [
      ["# Only a title\ntext", "no heading of the second level"],
      ["## A\n\n## B\n### Prioritty\n1\n", 'line 3: "Prioritty" is no section'],
      ["---\nx: y\n---\n\n## A\n### Priority\nsoon\n", 'line 5: "soon" is not a priority'],
      ["## A\n### Type\nbug\n### Type\ntask\n", "stands there twice"],
      ["## A\n### Metadata\n{}\n", "is no section"],
      ["##\n", "line 1: the title is empty"],
    ] as const) {
      world.stdin = text;
      const error = await refused(world, "create", "--file", "-");
      expect(error.code).toBe("INVALID");
      expect(error.message).toContain(part);
    }
    world.stdin = `${">".repeat(5_000)} x\n\n## A\n`;
    const { exitCode, stderr } = await world.bz("create", "--file", "-");
    expect(exitCode === 0 || stderr.includes("cannot be read")).toBe(true);
  });
});
