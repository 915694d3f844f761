import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { IssueEvent } from "../../commands/issue-events";
import { makeTracker, type Tracker } from "../helpers/bz";
import { expectHealthy, readMetrics } from "../helpers/bz-answers";
import { type DayCall, WorkingDay } from "../helpers/bz-day";
import { chosenForms, root, sources } from "../helpers/bz-forms";
import { readLog } from "../helpers/bz-log";
import { report, reportLock } from "../helpers/bz-report";

const agentCount = 10;
const mostFound = 6;
const strikesPerShift = [3, 2, 0];

const realFile = join(root, "../shared/data/beads_rust.jsonl");
const hasRealFile = existsSync(realFile);
if (!hasRealFile) report(`NO ${realFile}: a working day on a real tracker is SKIPPED.`);

const lineSchema = v.looseObject({
  id: v.string(),
  status: v.string(),
  issue_type: v.string(),
  pinned: v.optional(v.boolean(), false),
  dependencies: v.optional(v.array(v.looseObject({ depends_on_id: v.string(), type: v.string() })), []),
});
type Line = v.InferOutput<typeof lineSchema>;
type Lines = ReadonlyMap<string, Line>;

const releaseSchema = v.looseObject({
  released: v.array(v.looseObject({ id: v.string(), assignee: v.nullable(v.string()) })),
});

const forms = await chosenForms();

describe.each(forms)("ten agents, a whole day ($name)", (form) => {
  test("on a tracker made for it", async () => {
    const tracker = await makeTracker(form, "working-day");
    await makeWork(tracker);
    await workAllDay(tracker, "made");
  }, 300_000);

  // With the form that ships; the other one is slower and has had its day above.
  test.skipIf(!hasRealFile || (form === sources && forms.length > 1))(
    "on a real tracker",
    async () => {
      const tracker = await makeTracker(form, "working-day");
      await tracker.succeed("import", realFile);
      // Its agents are gone. Without much work left in it, a part of what was done is to be done again.
      const { released } = v.parse(releaseSchema, await tracker.json("release", "--older-than", "1d"));
      expect(released.length).toBeGreaterThan(0);
      const again = [...(await readLines(tracker)).values()].filter(isWorthRepeating).slice(0, 16);
      await tracker.succeed("reopen", ...again.map(({ id }) => id));
      await tracker.succeed("release", "--force", ...again.map(({ id }) => id));
      await workAllDay(tracker, "real", ["edges", "cycles"]);
    },
    300_000,
  );
});

/** Shifts until nothing is ready and nobody holds anything. In the evening what the dead have left behind is found by its age. */
async function workAllDay(tracker: Tracker, what: string, mayWarn: readonly string[] = []): Promise<void> {
  const before = await readLines(tracker);
  const cyclesBefore = await tracker.json("dep", "cycles");
  const first = (await readLog(tracker)).at(-1)?.sequence ?? 0;
  await tracker.succeed("metrics", "--reset");
  const day = new WorkingDay(tracker, { mostFound, claimsPerStrike: 4 });
  let freed = 0;
  for (const [shift, strikes] of strikesPerShift.entries()) {
    await day.shift(`shift-${shift}`, agentCount, strikes);
    // Whoever lives has finished what it began, so whatever is a second old by now belongs to the dead.
    await Bun.sleep(1_100);
    const { released } = v.parse(
      releaseSchema,
      await tracker.json("release", "--older-than", "1s", "--actor", "janitor"),
    );
    for (const { id, assignee } of released)
      expect([id, assignee !== null && day.dead.has(assignee)]).toEqual([id, true]);
    freed += released.length;
  }
  const events = (await readLog(tracker)).filter(({ sequence }) => sequence > first);

  // Not always all that were planned: by the second shift there may be too little left to claim.
  expect(day.dead.size).toBe(day.struck);
  expect(day.struck).toBeGreaterThanOrEqual(2);
  expect(freed).toBeGreaterThan(0);
  const closed = expectOneWorkerEach(events, before, day.dead);
  expectAcknowledged(events, day.calls, day.dead);
  const after = await readLines(tracker);
  expectNothingLeft(after);
  const found = [...after.keys()].filter((id) => !before.has(id));
  expect(found.length).toBeGreaterThanOrEqual(Math.max(1, day.found.length));
  expect(found.length).toBeLessThanOrEqual(mostFound);
  for (const id of closed) expect([id, after.get(id)?.status]).toEqual([id, "closed"]);
  // None but those that a real tracker came with.
  expect(await tracker.json("dep", "cycles")).toEqual(cyclesBefore);
  await expectHealthy(tracker, ...mayWarn);
  expect((await tracker.run("next", "--claim")).code).toBe(5);
  const metrics = await readMetrics(tracker);
  expect(metrics.waiting).toBe(0);
  report(
    `${tracker.form.name}, working day (${what}): ${day.calls.length} acknowledged calls, ${closed.size} issues closed once each, ` +
      `${day.found.length} of them found on the way; ${day.dead.size} agents killed, ${freed} claims freed`,
  );
  reportLock(`${tracker.form.name}, working day (${what})`, metrics);
}

/**
 * In the order of the log: nobody claims what another one holds, or what waits for something; only the janitor frees a claim, and only a dead agent's; only
 * the holder closes an issue, and only once. Returns what was closed.
 */
function expectOneWorkerEach(
  events: readonly IssueEvent[],
  before: Lines,
  dead: ReadonlySet<string>,
): Set<string> {
  const holders = new Map<string, string>();
  const done = new Set([...before.values()].filter(({ status }) => !isLive(status)).map(({ id }) => id));
  const blockers = new Map([...before.values()].map((line) => [line.id, new Set(blockersOf(line))]));
  const closed = new Set<string>();
  for (const { id, action, actor, changes } of events) {
    const holder = holders.get(id);
    const waitsFor = [...(blockers.get(id) ?? [])].filter(
      (blocker) => before.has(blocker) && !done.has(blocker),
    );
    if (action === "claimed") {
      expect({ id, actor, holder, waitsFor, isClosed: closed.has(id) }).toEqual({
        id,
        actor,
        holder: undefined,
        waitsFor: [],
        isClosed: false,
      });
      holders.set(id, actor);
    } else if (action === "released") {
      expect([id, actor, dead.has(holder ?? "")]).toEqual([id, "janitor", true]);
      holders.delete(id);
    } else if (action === "closed") {
      expect([id, actor, closed.has(id)]).toEqual([id, holder ?? "nobody", false]);
      holders.delete(id);
      closed.add(id);
      done.add(id);
    }
    for (const edge of v.parse(edgesSchema, changes.dependencies ?? [])) {
      const own = blockers.get(id) ?? new Set();
      if (edge.present && isBlocking(edge.type)) blockers.set(id, own.add(edge.depends_on_id));
    }
  }
  expect([...holders]).toEqual([]);
  return closed;
}

const edgesSchema = v.array(
  v.looseObject({ depends_on_id: v.string(), type: v.string(), present: v.boolean() }),
);

/** What an agent was told is in the log, once; and what nobody was told of was done by those who died before they could be. */
function expectAcknowledged(
  events: readonly IssueEvent[],
  calls: readonly DayCall[],
  dead: ReadonlySet<string>,
): void {
  const told = new Set<string>();
  for (const { actor, words, ended } of calls.filter((call) => call.ended.code === 0)) {
    const [verb = "", second = "", third = ""] = words;
    if (verb === "close") told.add(`${actor} closed ${second}`);
    if (verb === "comments") told.add(`${actor} commented ${third}`);
    if (verb === "next") told.add(`${actor} claimed ${v.parse(idSchema, JSON.parse(ended.stdout)).id}`);
    if (verb === "create") told.add(`${actor} created ${ended.stdout.trim()}`);
    const claimed = words.includes("--claim-next")
      ? v.parse(nextSchema, JSON.parse(ended.stdout)).claimed
      : null;
    if (claimed !== null) told.add(`${actor} claimed ${claimed.id}`);
  }
  const kinds = new Set(["closed", "commented", "claimed", "created"]);
  const logged = events
    .filter(({ action }) => kinds.has(action))
    .map(({ actor, action, id }) => ({ actor, sentence: `${actor} ${action} ${id}` }));
  const sentences = new Set(logged.map(({ sentence }) => sentence));
  expect(sentences.size).toBe(logged.length);
  expect([...told].filter((sentence) => !sentences.has(sentence))).toEqual([]);
  expect(logged.filter(({ actor, sentence }) => !told.has(sentence) && !dead.has(actor))).toEqual([]);
}

const idSchema = v.looseObject({ id: v.string() });
const nextSchema = v.looseObject({ claimed: v.nullable(idSchema) });

/**
 * Nobody holds anything, and each issue that is still open has a reason that work cannot take away: it is put off or pinned, it or what it is a part of waits
 * for something open, or a part of it is open. A judgement of its own, so that `ready` is not asked about itself.
 */
function expectNothingLeft(lines: Lines): void {
  const open = [...lines.values()].filter(({ status }) => isLive(status));
  const isOpen = (id: string): boolean => isLive(lines.get(id)?.status ?? "closed");
  const above = (line: Line, seen: readonly string[] = []): Line[] => {
    const parent = lines.get(parentOf(line) ?? "");
    return parent === undefined || seen.includes(parent.id)
      ? [line]
      : [line, ...above(parent, [...seen, line.id])];
  };
  // A part is not held up by a sibling that its whole waits for.
  const isHeldUp = (line: Line, part: Line): boolean =>
    line.status === "deferred" ||
    blockersOf(line).some((id) => isOpen(id) && (line === part || !isInside(id, line)));
  const isInside = (id: string, whole: Line): boolean => {
    const line = lines.get(id);
    return line !== undefined && above(line).slice(1).includes(whole);
  };
  const isFree = (line: Line): boolean =>
    line.status === "open" &&
    !line.pinned &&
    !above(line).some((each) => isOpen(each.id) && isHeldUp(each, line)) &&
    !(line.issue_type === "epic" && open.some((part) => parentOf(part) === line.id));
  expect(open.filter(({ status }) => status === "in_progress").map(({ id }) => id)).toEqual([]);
  expect(open.filter(isFree).map(({ id }) => id)).toEqual([]);
}

function parentOf({ dependencies }: Line): string | undefined {
  return dependencies.find(({ type }) => spelt(type) === "parent-child")?.depends_on_id;
}

function blockersOf({ dependencies }: Line): string[] {
  return dependencies.filter(({ type }) => isBlocking(type)).map((edge) => edge.depends_on_id);
}

function isBlocking(type: string): boolean {
  return ["blocks", "waits-for", "conditional-blocks"].includes(spelt(type));
}

/** Real trackers write types in two ways. */
function spelt(type: string): string {
  return type.replaceAll("_", "-");
}

function isLive(status: string): boolean {
  return status !== "closed" && status !== "tombstone";
}

/** Something that waited, so that reopening some makes a graph. */
function isWorthRepeating(line: Line): boolean {
  return line.status === "closed" && blockersOf(line).length > 0;
}

async function readLines(tracker: Tracker): Promise<Lines> {
  const lines = (await tracker.succeed("export")).split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => v.parse(lineSchema, JSON.parse(line))).map((line) => [line.id, line]));
}

/** Three epics of chained parts, work of its own, and a few issues that stay: put off, pinned, and what waits for them. */
async function makeWork(tracker: Tracker): Promise<void> {
  const lines: string[] = [];
  const add = (
    id: string,
    more: Record<string, unknown>,
    blockers: readonly string[] = [],
    parent?: string,
  ): void => {
    const edges = [
      ...blockers.map((blocker) => ({ issue_id: id, depends_on_id: blocker, type: "blocks" })),
      ...(parent === undefined ? [] : [{ issue_id: id, depends_on_id: parent, type: "parent-child" }]),
    ];
    const time = new Date(Date.UTC(2026, 0, 1, 0, lines.length)).toISOString();
    lines.push(
      JSON.stringify({
        id,
        title: `Work ${id}`,
        status: "open",
        priority: lines.length % 5,
        issue_type: "task",
        created_at: time,
        updated_at: time,
        dependencies: edges,
        ...more,
      }),
    );
  };
  for (const epic of [1, 2, 3]) {
    add(`bd-epic${epic}`, { issue_type: "epic" }, epic === 3 ? ["bd-epic2"] : []);
    for (let part = 0; part < 6; part += 1) {
      const blockers = part < 2 ? [] : [`bd-epic${epic}.${part - 2}`];
      add(`bd-epic${epic}.${part}`, {}, blockers, `bd-epic${epic}`);
    }
  }
  for (let task = 0; task < 8; task += 1)
    add(`bd-own${task}`, {}, task % 3 === 2 ? [`bd-own${task - 1}`] : []);
  add("bd-later", { status: "deferred" });
  add("bd-after-later", {}, ["bd-later"]);
  add("bd-pinned", { pinned: true });
  const path = join(tracker.directory, "work.jsonl");
  await Bun.write(path, `${lines.join("\n")}\n`);
  await tracker.succeed("import", path);
}
