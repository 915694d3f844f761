import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** At a terminal of 24 rows, with more issues than that. */
async function worldWithMany(count = 30): Promise<TestWorld> {
  const world = await initialisedWorld();
  world.stdin = Array.from({ length: count }, (_, at) => `{"id":"bd-${at}","title":"Title ${at}"}`).join(
    "\n",
  );
  expect((await world.bz("import", "-")).exitCode).toBe(0);
  world.terminals = [0, 1, 2];
  return world;
}

describe("text that is longer than the screen", () => {
  test("is shown in the user's pager, and nowhere else", async () => {
    const world = await worldWithMany();
    world.env = { ...world.env, PAGER: "more" };
    expect((await world.bz("list")).stdout).toBe("");
    expect(world.paged).toEqual([{ command: "more", text: expect.stringContaining("Title 29") }]);
    world.env = { ...world.env, BZ_PAGER: "less -S" };
    await world.bz("list");
    expect(world.paged.at(-1)?.command).toBe("less -S");
    world.env = { BEADS_ACTOR: "tester" };
    await world.bz("list");
    expect(world.paged.at(-1)?.command).toBe("less");
  });

  test("is all written when the pager cannot be started", async () => {
    const world = await worldWithMany();
    world.hasPager = false;
    const { stdout, exitCode } = await world.bz("list");
    expect([exitCode, stdout.split("\n").length, world.paged.length]).toEqual([0, 32, 1]);
  });

  test("counts lines that the terminal breaks", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "Title", "--id", "bd-a", "-d", `\`\`\`\n${"x".repeat(3000)}\n\`\`\``);
    world.terminals = [0, 1, 2];
    await world.bz("show", "a");
    expect(world.paged).toHaveLength(1);
  });

  test("is written at once where no pager is wanted or nobody sits in front of it", async () => {
    const world = await worldWithMany();
    const quiet: [Partial<TestWorld>, string[]][] = [
      [{ env: { BZ_PAGER: "", PAGER: "more" } }, ["list"]],
      [{ env: { PAGER: "cat" } }, ["list"]],
      [{ env: { TERM: "dumb" } }, ["list"]],
      [{ terminals: [1, 2] }, ["list"]],
      [{ terminals: [0, 2] }, ["list"]],
      [{ size: { columns: 80, rows: 60 } }, ["list"]],
      [{}, ["list", "--no-pager"]],
      [{}, ["list", "--json"]],
      [{}, ["list", "-q"]],
      [{}, ["list", "--format", "csv"]],
      [{}, ["list", "-n", "3"]],
      [{}, ["close", ...Array.from({ length: 30 }, (_, at) => `bd-${at}`)]],
    ];
    for (const [change, words] of quiet) {
      const { env, terminals, size } = world;
      Object.assign(world, change, { paged: [] });
      const { stdout } = await world.bz(...words);
      expect([words, stdout !== "", world.paged.length]).toEqual([words, true, 0]);
      Object.assign(world, { env, terminals, size });
    }
  });
});

test("on a terminal as wide as it is, a list and an issue fill no more than that", async () => {
  const world = await initialisedWorld();
  world.stdin = ["漢字のタイトル", "👩‍💻👩‍💻 emoji", "é́é́é́ combining", "שלום עולם"]
    .map((title, at) =>
      JSON.stringify({ id: `bd-${at}`, title: `${title} ${"word ".repeat(60)}`, assignee: "ann" }),
    )
    .join("\n");
  await world.bz("import", "-");
  await world.bz("update", "bd-0", "-d", "word ".repeat(200));
  await world.bz("comment", "bd-0", "word ".repeat(100));
  world.terminals = [1];
  world.env = { ...world.env, NO_COLOR: "1" };
  for (const columns of [40, 80, 200])
    for (const words of [["list"], ["show", "bd-0"], ["comments", "bd-0"], ["history", "bd-0"]]) {
      world.size = { columns, rows: 24 };
      const { stdout } = await world.bz(...words);
      const widest = Math.max(...stdout.split("\n").map((line) => Bun.stringWidth(line)));
      expect([words, widest <= columns, widest > columns / 2]).toEqual([words, true, true]);
    }
  world.size = { columns: 80, rows: 24 };
  const [heading = "", ...rows] = (await world.bz("list")).stdout.trimEnd().split("\n");
  const place = Bun.stringWidth(heading.slice(0, heading.indexOf("ASSIGNEE")));
  for (const row of rows) expect(Bun.stringWidth(row.slice(0, row.lastIndexOf("ann")))).toBe(place);
});
