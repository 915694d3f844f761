import { describe, expect, test } from "bun:test";
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { contentOf, numbersFrom, type TwinWorld, twins } from "./twin-worlds";

const shapeCount = 20;

describe("what the fast path answers is what the whole program answers", () => {
  const tally: Record<string, number> = {};

  test.each(Array.from({ length: shapeCount }, (_, seed) => seed))(
    "and writes, in a tracker of shape %p",
    async (seed) => {
      const [fast, whole] = await twins(seed);
      const ids = await grow(fast, whole, seed);
      expect(contentOf(fast)).toEqual(contentOf(whole));
      const number = numbersFrom(seed + 1000);
      for (const [at, words] of [...callsOn(ids, number)].entries()) {
        for (const world of [fast, whole]) world.begin(at);
        const expected = await whole.bz(...words);
        expect([words, expected.stderr]).not.toEqual([words, expect.stringContaining("defect")]);
        const answer = await fast.fast(...words);
        const outcome = answer === undefined ? "gave up" : "answered";
        const isPlain = !holdsEscapes(seed) && !/^(Was closed|Changed)/.test(expected.stdout);
        const key = `${words[0]} ${outcome}`;
        if (expected.exitCode === 0 && isPlain) tally[key] = (tally[key] ?? 0) + 1;
        fast.begin(at);
        const answered = answer ?? (await fast.bz(...words));
        expect({ words, outcome, ...answered }).toEqual({ words, outcome, ...expected });
        // All the same an error is never said by the fast path.
        if (answer !== undefined) expect(answer.exitCode).toBe(0);
      }
      expect(contentOf(fast)).toEqual(contentOf(whole));
    },
    30_000,
  );

  test("and nearly all of it it does answer", () => {
    for (const command of ["q", "show", "claim", "close", "list", "ready"]) {
      const [answered = 0, gaveUp = 0] = ["answered", "gave up"].map((each) => tally[`${command} ${each}`]);
      expect({ command, answered, gaveUp, isUsual: answered > 10 * gaveUp }).toMatchObject({ isUsual: true });
    }
  });
});

/** Makes both trackers what the seed says. Gives their ids. */
async function grow(one: TwinWorld, other: TwinWorld, seed: number): Promise<string[]> {
  const number = numbersFrom(seed);
  const ids: string[] = [];
  const both = async (...words: string[]): Promise<string> => {
    const { stdout } = await one.bz(...words);
    const theirs = await other.bz(...words);
    expect(stdout.replaceAll(one.directory, "")).toBe(theirs.stdout.replaceAll(other.directory, ""));
    expect([words, theirs.stderr]).not.toEqual([words, expect.stringContaining("defect")]);
    return stdout;
  };
  const anyId = (): string => ids[number(ids.length)] ?? "";
  for (const world of [one, other]) {
    if (seed % 3 === 0) world.env.BEADS_SYNC_AUTO_FLUSH = "false";
    if (seed % 4 === 0) world.env.COLUMNS = "32";
    if (seed % 5 === 0) world.env.BEADS_SESSION = "s1";
  }
  // A base that a delta is small beside.
  const lines = Array.from({ length: seed % 2 === 0 ? 150 : 5 }, (_, at) => foreignLine(`bd-n${at}`, at));
  if (seed % 7 === 3) lines.push(foreignLine("odd/id", 1), foreignLine("ü-1", 2), foreignLine('q"x', 3));
  for (const { directory } of [one, other])
    appendFileSync(join(directory, ".beads/issues.jsonl"), lines.map((line) => `${line}\n`).join(""));
  await both("sync");
  ids.push("bd-n0", "bd-n1", "bd-n2", "bd-n4");
  if (seed % 7 === 3) ids.push("odd/id", "ü-1");
  const stage = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      const words = growth(number, anyId, seed);
      const said = await both(...words);
      if (words[0] === "q" || words[0] === "create") {
        const id = /\bbd-[0-9a-z.]+/.exec(said)?.[0];
        if (id !== undefined) ids.push(id);
      }
    }
  };
  await stage(6 + number(8));
  if (seed % 6 !== 5) await both("compact");
  await stage(4 + number(8));
  if (seed % 4 >= 2) for (const world of [one, other]) world.fold();
  if (seed % 8 === 2) expect(existsSync(join(one.storePath, "snapshot.delta"))).toBe(true);
  await stage(number(3) === 0 ? 0 : number(12));
  if (number(4) === 0) await both("sync");
  return ids;
}

/** Of a text in the log, by number. */
function holdsEscapes(seed: number): boolean {
  return seed % 5 === 4;
}

function growth(number: (below: number) => number, anyId: () => string, seed: number): string[] {
  const text = texts[number(holdsEscapes(seed) ? texts.length : texts.length - 1)] ?? "";
  const kinds: (() => string[])[] = [
    () => ["q", text],
    () => ["create", text, "--description", `${text}\n\n${text}`, "--labels", "b,a", "--due", "2026-03-01"],
    () => ["create", text, "--type", "epic", "-p", String(number(5))],
    () => ["create", text, "--parent", anyId()],
    () => ["create", text, "--deps", `${anyId()},relates-to:${anyId()}`],
    () => ["update", anyId(), "--title", text, "--priority", String(number(5))],
    () => ["update", anyId(), "--assignee", number(2) === 0 ? "tester" : "other"],
    () => ["comments", "add", anyId(), text],
    () => ["label", "add", anyId(), "l1"],
    () => ["dep", "add", anyId(), anyId()],
    () => ["dep", "remove", anyId(), anyId()],
    () => ["claim", anyId()],
    () => ["close", anyId(), "-r", text],
    () => ["reopen", anyId()],
    () => ["defer", anyId(), "--until", "2099-01-01"],
    () => ["delete", anyId()],
    () => ["undo"],
    () => ["remember", "key", text],
  ];
  return kinds[number(kinds.length)]?.() ?? [];
}

const texts = [
  "One",
  "Über “x” 🎉",
  'a "quoted" \\ text',
  "tab\tand line",
  "x/y",
  "@@at",
  "bell\u0007 and \u202e",
];

function foreignLine(id: string, at: number): string {
  const time = "2026-01-02T03:04:05.678Z";
  const edges = [{ issue_id: id, depends_on_id: `bd-n${at + 1}`, type: "blocks", created_at: time }];
  return JSON.stringify({
    id,
    title: `Foreign ${at}`,
    status: at % 5 === 3 ? "closed" : "open",
    priority: at % 5,
    issue_type: "task",
    created_at: time,
    updated_at: time,
    ...(at % 5 === 3 ? { closed_at: time } : {}),
    unknown: { nested: [at] },
    ...(at % 2 === 0 ? { dependencies: edges } : {}),
  });
}

/** In the forms that the fast path knows; of ids that may be anything. */
function* callsOn(ids: readonly string[], number: (below: number) => number): Generator<string[]> {
  for (const id of ids.slice(0, 30)) yield ["show", id];
  const lists = [["list"], ["ready"], ["list", "-n", "3"], ["ready", "--limit", "2"]];
  yield* lists;
  yield ["q", "Fast", "and", "more"];
  for (let at = 0; at < 14; at += 1) {
    const id = ids[number(ids.length)] ?? "";
    const kind = number(6);
    if (kind === 0) yield ["q", texts[number(texts.length - 1)] ?? ""];
    else if (kind < 3) yield ["claim", id];
    else if (kind === 3) yield ["close", id];
    else if (kind === 4) yield ["close", id, "-r", texts[number(texts.length - 1)] ?? ""];
    else yield ["close", id, "--reason", ""];
    yield ["show", id];
  }
  yield* lists;
}
