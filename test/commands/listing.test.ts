import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

async function filled(count: number): Promise<TestWorld> {
  const world = await initialisedWorld();
  const lines = Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      id: `bd-${String(at).padStart(4, "0")}`,
      title: `Issue ${at}`,
      status: "open",
      priority: 2,
      issue_type: "task",
      created_at: new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString(),
      updated_at: "2026-01-02T00:00:00.000Z",
    }),
  );
  world.stdin = lines.join("\n");
  await world.bz("import", "-");
  return world;
}

describe("list", () => {
  test("shows people the first 50 and says how many more there are; programs get all", async () => {
    const world = await filled(60);
    const text = await world.bz("list");
    expect(text.stdout.trimEnd().split("\n")).toHaveLength(50);
    expect(text.stderr).toBe("10 more; -n 0 shows all\n");
    expect((await world.bz("list", "-n", "0")).stdout.trimEnd().split("\n")).toHaveLength(60);
    expect((await world.bz("list", "-q")).stdout.trimEnd().split("\n")).toHaveLength(60);
    expect(await world.json("list")).toMatchObject({ total: 60, returned: 60, truncated: false });
    expect(await world.json("list", "-n", "5", "--offset", "3")).toMatchObject({
      issues: [{ id: "bd-0003" }, {}, {}, {}, { id: "bd-0007" }],
      total: 60,
      returned: 5,
      truncated: true,
    });
    expect(await world.bz("list", "--offset", "60")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "--offset 60 is behind the end: there are 60\n",
    });
    expect(await world.json("list", "-n", "5", "--offset", "57")).toMatchObject({
      returned: 3,
      truncated: false,
    });
  });

  test("filters by status, type, priority, assignee and all of several labels", async () => {
    const world = await initialisedWorld();
    await world.bz("create", "A", "--id", "bd-aaaa", "-t", "bug", "-p", "0", "-a", "ann", "-l", "x,y");
    await world.bz("create", "B", "--id", "bd-bbbb", "-t", "task", "-p", "1", "-l", "x");
    await world.bz("create", "C", "--id", "bd-cccc");
    await world.bz("close", "bd-cccc");
    const list = async (...words: string[]) =>
      (await world.bz("list", "-q", ...words)).stdout.split("\n").slice(0, -1);
    expect(await list()).toEqual(["bd-aaaa", "bd-bbbb"]);
    expect(await list("--all")).toEqual(["bd-aaaa", "bd-bbbb", "bd-cccc"]);
    expect(await list("-s", "closed,open", "-p", "P1,2")).toEqual(["bd-bbbb", "bd-cccc"]);
    expect(await list("-t", "bug")).toEqual(["bd-aaaa"]);
    expect(await list("-a", "ann")).toEqual(["bd-aaaa"]);
    expect(await list("-l", "x", "-l", "y")).toEqual(["bd-aaaa"]);
    expect(await list("--all", "--sort", "title", "--reverse")).toEqual(["bd-cccc", "bd-bbbb", "bd-aaaa"]);
  });

  test("of nothing prints nothing and exits 0", async () => {
    const world = await initialisedWorld();
    expect(await world.bz("list")).toEqual({ exitCode: 0, stdout: "", stderr: "no issues\n" });
    expect(await world.bz("list", "-q")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect((await world.bz("list", "--json")).stdout).toBe(
      '{"issues":[],"total":0,"returned":0,"truncated":false}\n',
    );
  });

  test("is a table on a terminal that fits COLUMNS", async () => {
    const world = await initialisedWorld();
    await world.bz("create", `Long ${"word ".repeat(30)}`, "-a", "ann");
    world.terminals = [1];
    world.env = { ...world.env, COLUMNS: "60", NO_COLOR: "1" };
    const { stdout } = await world.bz("list");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toStartWith("ID ");
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(60);
    expect(lines[1]).toEndWith("ann");
    world.env.NO_COLOR = "";
    expect((await world.bz("list")).stdout).toContain("\u001b[");
  });

  test("never sends stored control characters to the screen", async () => {
    const world = await initialisedWorld();
    await world.bz("q", "a\u001b[2Jb\u202ec");
    for (const words of [
      ["list"],
      ["list", "--json"],
      ["show", (await world.bz("list", "-q")).stdout.trim()],
    ]) {
      const { stdout } = await world.bz(...words);
      expect(stdout).not.toContain("\u001b");
      expect(stdout).not.toContain("\u202e");
    }
    expect(await world.json("list")).toMatchObject({ issues: [{ title: "a\u001b[2Jb\u202ec" }] });
  });
});
