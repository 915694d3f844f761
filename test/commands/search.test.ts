import { beforeAll, expect, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

let world: TestWorld;

beforeAll(async () => {
  world = await initialisedWorld();
  await world.bz("create", "Login page", "--id", "bd-aaaa", "-d", "The page where people log in", "-l", "ui");
  await world.bz(
    "create",
    "Slow start",
    "--id",
    "bd-bbbb",
    "-d",
    "Opening the login page\ntakes long",
    "-p",
    "0",
  );
  await world.bz("create", "Old crash", "--id", "bd-cccc", "--notes", "only once");
  await world.bz("close", "bd-cccc", "-r", "cannot be reproduced");
  await world.bz("comments", "add", "bd-aaaa", "Ann agrees\u001b[2J");
});

test("search lists what holds every word, the best first, and says where in JSON", async () => {
  expect((await world.bz("search", "login", "page", "-q")).stdout).toBe("bd-aaaa\nbd-bbbb\n");
  expect(await world.json("search", "LOGIN takes")).toEqual({
    issues: [
      expect.objectContaining({
        id: "bd-bbbb",
        labels: [],
        score: 80,
        matches: [{ field: "description", snippet: "Opening the login page takes long" }],
      }),
    ],
    total: 1,
    returned: 1,
    truncated: false,
    hidden_closed_count: 0,
  });
});

test("search takes the filters, the pages and the orders of list", async () => {
  const found = async (...words: string[]) =>
    (await world.bz("search", "-q", ...words)).stdout.split("\n").slice(0, -1);
  expect(await found("page", "-l", "ui")).toEqual(["bd-aaaa"]);
  expect(await found("page", "-p", "0")).toEqual(["bd-bbbb"]);
  expect(await found("page", "--sort", "priority")).toEqual(["bd-bbbb", "bd-aaaa"]);
  expect(await found("page", "--reverse")).toEqual(["bd-bbbb", "bd-aaaa"]);
  expect(await found("page", "-n", "1", "--offset", "1")).toEqual(["bd-bbbb"]);
  expect(await found("o", "--all", "-s", "closed")).toEqual(["bd-cccc"]);
  expect(await world.json("search", "page", "-n", "1")).toMatchObject({
    total: 2,
    returned: 1,
    truncated: true,
  });
});

test("closed issues are hidden, and the answer says how many of them match", async () => {
  expect(await world.bz("search", "reproduced")).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: "nothing found among live issues; 1 closed issue matches, --all shows it\n",
  });
  expect(await world.json("search", "reproduced")).toMatchObject({
    issues: [],
    total: 0,
    hidden_closed_count: 1,
  });
  expect(await world.json("search", "reproduced", "-s", "closed")).toMatchObject({
    total: 1,
    hidden_closed_count: 0,
  });
  expect((await world.bz("search", "reproduced", "--all")).stdout).toContain(
    "close_reason: cannot be reproduced",
  );
  expect((await world.bz("search", "nowhere")).stderr).toBe("nothing found\n");
});

test("a pipe gets a line for each issue, a terminal the places with marks, and neither a control character", async () => {
  const piped = await world.bz("search", "agrees");
  expect(piped.stdout).toBe("bd-aaaa  P2  open  task  Login page  comments: Ann agrees\\x1b[2J\n");
  world.terminals = [1];
  const { stdout } = await world.bz("search", "agrees");
  world.terminals = [];
  expect(stdout).toContain("\u001b[1m\u001b[33magrees\u001b[39m\u001b[22m\\x1b[2J");
  expect(stdout.split("\n")).toHaveLength(3);
});

test("on a narrow terminal a place is cut to fit", async () => {
  const other = await initialisedWorld();
  await other.bz("create", "Long", "-d", `${"word ".repeat(40)}needle ${"word ".repeat(40)}`);
  other.terminals = [1];
  other.env = { ...other.env, COLUMNS: "60", NO_COLOR: "1" };
  for (const line of (await other.bz("search", "needle")).stdout.split("\n"))
    expect(Bun.stringWidth(line)).toBeLessThanOrEqual(60);
});

test("a search for nothing is refused", async () => {
  for (const words of [["search"], ["search", " "], ["search", '""']]) {
    const { exitCode, stderr } = await world.bz(...words, "--json");
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, "USAGE"]);
  }
});
