import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import type { IssueEvent } from "../../commands/issue-events";
import { makeTracker, type Tracker } from "../helpers/bz";
import { type Call, runAgents } from "../helpers/bz-agents";
import { expectHealthy, readMetrics } from "../helpers/bz-answers";
import { chosenForms } from "../helpers/bz-forms";
import { readLog } from "../helpers/bz-log";
import { report, reportLock } from "../helpers/bz-report";

const handCount = 16;
/** Each kind of call once. */
const callsEach = 10;
const sharedCount = 3;

const detailSchema = v.looseObject({
  issues: v.array(
    v.looseObject({
      id: v.string(),
      status: v.string(),
      priority: v.number(),
      notes: v.string(),
      labels: v.array(v.string()),
      dependencies: v.array(v.looseObject({ id: v.string(), dependency_type: v.string() })),
      comments: v.array(v.looseObject({ author: v.string(), text: v.string() })),
    }),
  ),
});

describe.each(await chosenForms())("sixteen hands on the same three issues ($name)", (form) => {
  test("every acknowledged change is there, and the history holds those and no others", async () => {
    const tracker = await makeTracker(form, "many-hands");
    const shared = await makeIssues(tracker, sharedCount, "Shared");
    const others = await makeIssues(tracker, 8, "Blocker");
    // Every hand has a label and an edge of its own to take away from each issue.
    const taken = await makeIssues(tracker, handCount, "Taken");
    for (const id of shared) {
      const labels = everyHand(takenLabel).join(",");
      await tracker.succeed("update", id, "--add-label", labels, "--dep", taken.join(","));
    }
    const first = (await readLog(tracker)).at(-1)?.sequence ?? 0;
    await tracker.succeed("metrics", "--reset");

    const { calls, elapsedMs } = await runAgents({
      command: form.command,
      work: Array.from({ length: handCount }, (_, hand) => workOf(hand, shared, others, taken[hand] ?? "")),
      cwd: tracker.directory,
      env: tracker.env,
    });
    const made = calls.flat();
    // A cycle is the one thing that may be refused here: two hands may ask for both directions.
    const refused = made.filter(({ code }) => code !== 0);
    for (const { words, code, stderr } of refused)
      expect({ words, code, stderr }).toEqual({
        words: expect.arrayContaining(["dep", "add"]),
        code: 1,
        stderr: expect.stringContaining("would wait for each other"),
      });

    const events = (await readLog(tracker)).filter(({ sequence }) => sequence > first);
    const changes = made.filter(({ code, stdout }) => code === 0 && isChange(stdout));
    // The session of a call is its name, so each event is laid beside the one call that made it.
    expect(events.map(({ session }) => session ?? "").toSorted()).toEqual(changes.map(sessionOf).toSorted());
    expect(new Set(events.map(({ sequence }) => sequence)).size).toBe(events.length);

    const { issues } = v.parse(detailSchema, await tracker.json("show", ...shared));
    for (const issue of issues) {
      const own = made.filter(({ words, code }) => code === 0 && subjectOf(words) === issue.id);
      expectValues(own, issue, taken);
      expectLast(
        events.filter(({ id }) => id === issue.id),
        issue,
      );
    }
    expectAcyclic(issues);
    await expectHealthy(tracker);
    const metrics = await readMetrics(tracker);
    expect({ waiting: metrics.waiting, timeouts: metrics.timeouts }).toEqual({ waiting: 0, timeouts: 0 });
    report(
      `${form.name}, many hands: ${made.length} calls in ${elapsedMs.toFixed(0)} ms, ${changes.length} changes, all in ` +
        `the history; ${made.length - changes.length - refused.length} changed nothing, ${refused.length} cycles refused`,
    );
    reportLock(`${form.name}, many hands`, metrics);
  }, 120_000);
});

async function makeIssues(tracker: Tracker, count: number, name: string): Promise<string[]> {
  const titles = Array.from({ length: count }, (_, at) => `${name} ${at}`);
  const ids = await Promise.all(titles.map((title) => tracker.succeed("q", title)));
  return ids.map((id) => id.trim());
}

/** What one hand does, in an order of its own. Every call has its own words to leave behind. */
function workOf(
  hand: number,
  shared: readonly string[],
  others: readonly string[],
  taken: string,
): string[][] {
  return Array.from({ length: callsEach }, (_, call) => {
    const id = shared[(hand + call) % shared.length] ?? "";
    const other = shared[(hand + call + 1 + (hand % (shared.length - 1))) % shared.length] ?? "";
    const blocker = others[(hand + call) % others.length] ?? "";
    const name = `hand-${hand}-call-${call}`;
    const kinds: string[][] = [
      ["comments", "add", id, `Said by ${name}`],
      hand % 2 === 0 ? ["update", id, "--add-label", `label-${name}`] : ["label", "add", id, `label-${name}`],
      ["update", id, "--append-notes", `Noted by ${name}`],
      ["close", id, "-r", `Closed by ${name}`],
      ["update", id, "-p", String((hand * 7 + call) % 5)],
      ["dep", "add", id, blocker],
      ["reopen", id],
      hand % 2 === 0
        ? ["label", "remove", id, takenLabel(hand)]
        : ["update", id, "--remove-label", takenLabel(hand)],
      ["dep", "remove", id, taken],
      ["dep", "add", id, other],
    ];
    const words = kinds[(hand * 3 + call) % kinds.length] ?? [];
    return [...words, "--actor", `hand-${hand}`, "--session", name];
  });
}

function takenLabel(hand: number): string {
  return `taken-by-${hand}`;
}

function everyHand<T>(make: (hand: number) => T): T[] {
  return Array.from({ length: handCount }, (_, hand) => make(hand));
}

/** Whether the answer says that something was changed. */
function isChange(stdout: string): boolean {
  return !/^(Unchanged|Was closed already|Was not closed)| depended already /.test(stdout);
}

/** The issue that a call is about. */
function subjectOf(words: readonly string[]): string | undefined {
  return ["dep", "comments", "label"].includes(words[0] ?? "") ? words[2] : words[1];
}

function sessionOf({ words }: Call): string {
  return words[words.indexOf("--session") + 1] ?? "";
}

type Detail = v.InferOutput<typeof detailSchema>["issues"][number];

/** What nobody takes back is there, each thing once; and what was there before and nobody touched is, too. */
function expectValues(calls: readonly Call[], issue: Detail, taken: readonly string[]): void {
  const askedBy = (flag: string): string[] =>
    calls.flatMap(({ words }) => (words.includes(flag) ? [words[words.indexOf(flag) + 1] ?? ""] : []));
  const comments = calls.flatMap(({ words }) => (words[0] === "comments" ? [words[3] ?? ""] : []));
  expect(issue.comments.map(({ text }) => text).toSorted()).toEqual(comments.toSorted());
  expect(issue.notes.split("\n").toSorted()).toEqual(askedBy("--append-notes").toSorted());
  const asked = (noun: string, verb: string): string[] =>
    calls.flatMap(({ words }) => (words[0] === noun && words[1] === verb ? [words[3] ?? ""] : []));
  const removed = new Set([...askedBy("--remove-label"), ...asked("label", "remove")]);
  const labels = [
    ...everyHand(takenLabel).filter((label) => !removed.has(label)),
    ...askedBy("--add-label"),
    ...asked("label", "add"),
  ];
  expect([...issue.labels].toSorted()).toEqual(labels.toSorted());
  const gone = new Set(asked("dep", "remove"));
  const present = new Set([...taken.filter((id) => !gone.has(id)), ...asked("dep", "add")]);
  expect(issue.dependencies.map(({ id }) => id).toSorted()).toEqual([...present].toSorted());
}

/** What many set is as the last of them left it, in the order of the log. */
function expectLast(events: readonly IssueEvent[], { id, priority, status }: Detail): void {
  const last = events.findLast(({ changes }) => changes.priority !== undefined)?.changes.priority;
  const turns = events.filter(({ action }) => action === "closed" || action === "reopened");
  expect({ id, priority, status }).toEqual({
    id,
    priority: Number(last ?? 2),
    status: turns.at(-1)?.action === "closed" ? "closed" : "open",
  });
  // Nobody closes a closed issue, nor opens an open one.
  expect(turns.map(({ action }) => action)).toEqual(
    turns.map((_, turn) => (turn % 2 === 0 ? "closed" : "reopened")),
  );
}

function expectAcyclic(issues: readonly Detail[]): void {
  const blockers = new Map(issues.map(({ id, dependencies }) => [id, dependencies.map((edge) => edge.id)]));
  const left = new Set(blockers.keys());
  for (let isShrinking = true; isShrinking; ) {
    const free = [...left].filter((id) => !blockers.get(id)?.some((blocker) => left.has(blocker)));
    for (const id of free) left.delete(id);
    isShrinking = free.length > 0;
  }
  expect([...left]).toEqual([]);
}
