import { expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import { dependentsOf } from "../../model/graph";
import { type Heads, type Order, type Place, placeOf, placesOnPage } from "../../model/heads";
import type { IssueFacts } from "../../model/issue-facts";
import type { IssueSource } from "../../model/issue-source";
import { liveOrder } from "../../model/live-order";
import { keepsPlace, LogOutline, piecesOfFrame } from "../../model/log-outline";
import { headsOf } from "../../model/next-heads";
import { selectIssues } from "../../model/query";
import { Readiness } from "../../model/readiness";
import { readyOrder } from "../../model/ready-order";
import { State } from "../../model/state";
import { initialisedWorld } from "../commands/test-world";
import { issuesAlone } from "../model/issues-alone";
import { plainLine } from "../model/samples";
import { searchedHeads } from "../model/searched-heads";
import { anyBase, anyLog, baseOf, behind, fillers, ids, logOf, usualEnvelope } from "./any-log";

const nowMs = Date.UTC(2026, 1, 1);
/** Some of what the base knows nothing of, as a filter tells it. */
function sourceWith(issues: State, heads: Heads | undefined): IssueSource {
  const linked = new Set(
    [...issues.issues()].flatMap(({ dependencies }) => dependencies.map((edge) => edge.depends_on_id)),
  );
  return {
    ...issuesAlone(issues),
    unknownAmong: (asked) => asked.filter((id) => !issues.has(id) && !linked.has(id) && id !== "t-7"),
    ...(heads === undefined ? {} : { heads: () => heads }),
  };
}

test("what the outline of a log says of an issue is what the log says, however it is spelled", () => {
  const counts = { plain: 0, usual: 0, keepsPlace: 0, keepsLinks: 0, told: 0 };
  const other = spyOn(LogOutline.prototype, "readOther");
  try {
    fc.assert(
      fc.property(anyBase, anyLog, (lines, transactions) => {
        const base = baseOf(lines);
        const { unread, eager } = behind(sourceWith(base, undefined), transactions);
        const lazy = new State(base, unread);
        other.mockClear();
        const outline = lazy.outline();
        counts.told += transactions.length - other.mock.calls.length;
        expect(outline.map(({ id }) => id).sort()).toEqual([...eager.changedIds()].sort());
        for (const issue of outline) {
          const [before, now] = [base.facts(issue.id), eager.facts(issue.id)];
          if (now === undefined) throw new Error(`${issue.id} is not there`);
          if (issue.told === "all") {
            counts.plain += 1;
            const { status, priority, created_at } = issue;
            expect(factsOf(now)).toMatchObject({ status, priority, created_at, edges: [] });
            expect([now.pinned ?? false, now.defer_until]).toEqual([false, undefined]);
          }
          if (issue.told === "changes" && before !== undefined) {
            counts.usual += 1;
            const kept = factsOf(before);
            const status = issue.status === "" ? kept.status : issue.status;
            const priority = issue.priority < 0 ? kept.priority : issue.priority;
            const is: Record<string, unknown> = { ...factsOf(now), defer_until: kept.defer_until };
            expect(is).toEqual({ ...kept, status, priority });
            if (now.defer_until !== undefined) expect(now.defer_until).toBe(before.defer_until ?? "");
          }
          if (keepsPlace(issue)) {
            counts.keepsPlace += 1;
            expect(before && factsOf(before)).toEqual(factsOf(now));
          }
          if (issue.keepsLinks) {
            counts.keepsLinks += 1;
            expect(before && factsOf(before).edges).toEqual(factsOf(now).edges);
          }
        }
        for (const id of [...ids, "t-7", "gone"]) {
          expect([lazy.isTouched(id), lazy.version(id)]).toEqual([eager.isTouched(id), eager.version(id)]);
          expect(lazy.issue(id)).toEqual(eager.issue(id));
          expect(lazy.line(id)).toEqual(eager.line(id));
          expect(dependentsOf(lazy, id)).toEqual(dependentsOf(eager, id));
        }
      }),
      { numRuns: 300 },
    );
  } finally {
    other.mockRestore();
  }
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(40);
}, 60_000);

/** All that an order looks at. */
function factsOf(issue: IssueFacts): Record<string, unknown> {
  const { status, priority, issue_type, pinned, defer_until, created_at } = issue;
  const edges = issue.dependencies.map(({ depends_on_id: target, type }) => [type, target]);
  return { status, priority, issue_type, pinned, defer_until, created_at, edges };
}

test("list and ready behind a long log are what looking at all issues finds", () => {
  const counts = { live: 0, ready: 0 };
  fc.assert(
    fc.property(
      anyBase,
      anyLog,
      fc.constantFrom(3, 100),
      fc.boolean(),
      (lines, transactions, places, isSearched) => {
        const base = baseOf(lines);
        const plainHeads = headsOf(base, nowMs, { places, comingBack: 9, cameBack: 9, shown: 2 });
        const heads = isSearched ? searchedHeads(plainHeads) : plainHeads;
        const { unread, eager } = behind(sourceWith(base, undefined), transactions);
        const lazy = new State(sourceWith(base, heads), unread);
        const readiness = new Readiness(eager, nowMs);
        readiness.readAll();
        const live = pageOf(liveOrder(lazy, heads));
        const ready = pageOf(readyOrder(lazy, heads, nowMs));
        const found = selectIssues(eager, { nowMs, limit: 0, offset: 0 });
        const foundReady = selectIssues(eager, {
          nowMs,
          limit: 0,
          offset: 0,
          accepts: ({ id }) => readiness.isReady(id),
          weigh: ({ id }) => readiness.unblocks(id),
        });
        if (live !== undefined) {
          counts.live += 1;
          expect(live).toEqual(found.issues.map((issue) => placeOf(issue)));
        }
        if (ready !== undefined) {
          counts.ready += 1;
          expect(ready).toEqual(
            foundReady.issues.map((issue) => placeOf(issue, readiness.unblocks(issue.id))),
          );
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(counts.live).toBeGreaterThan(200);
  expect(counts.ready).toBeGreaterThan(100);
}, 60_000);

function pageOf(order: Order | undefined): readonly Place[] | undefined {
  return order && placesOnPage(order, { limit: 0, offset: 0 });
}

test("of an issue with dozens of labels the whole is parsed: an expression would remember each, and slowly", () => {
  const put = (id: string, count: number): string => {
    const labels = Array.from({ length: count }, (_, at) => `l${at}`);
    const line = plainLine(id, `,"labels":${JSON.stringify(labels)},"_stamp":"#abc"`);
    return usualEnvelope(JSON.stringify({ op: "put", id, line }));
  };
  const payloads = fillers.map(({ operations, enclose }) => enclose(operations.join(",")));
  const told: string[] = [];
  const parsed: unknown[] = [];
  logOf([...payloads, put("t-few", 40), put("t-many", 60)]).outline({
    readUsual: (pieces, sequence, readOthers) => {
      for (let at = 0; at < pieces.length; at += piecesOfFrame) {
        told.push(pieces[at + 1] ?? "");
        const between = pieces[at] ?? "";
        if (between !== "") readOthers(between, sequence);
      }
    },
    readOther: ({ operations }) => parsed.push(...operations),
  });
  expect(told.slice(64)).toEqual(["t-few", ""]);
  expect(parsed).toMatchObject([{ op: "put", id: "t-many" }]);
});

test("a note about an issue that does not exist keeps nobody from listing the others, and is damage for whoever asks for it, or for all", () => {
  const base = baseOf([]);
  const heads = headsOf(base, nowMs);
  const logged = (set: object): State => {
    const change = JSON.stringify({ op: "change", id: "gone", at: 1, set });
    const payloads = fillers.map(({ operations, enclose }) => enclose(operations.join(",")));
    return new State(sourceWith(base, heads), logOf([...payloads, usualEnvelope(change)]));
  };
  const damage = "transaction 65 changes gone, which does not exist";
  const noted = logged({ notes: "So" });
  expect(liveOrder(noted, heads).total).toBe(64);
  expect(readyOrder(noted, heads, nowMs)?.total).toBe(64);
  expect(() => noted.issue("gone")).toThrow(damage);
  expect(() => [...noted.ids()]).toThrow(damage);
  expect(() => pageOf(liveOrder(logged({ priority: 0 }), heads))).toThrow(damage);
  expect(() => pageOf(readyOrder(logged({ priority: 0 }), heads, nowMs))).toThrow(damage);
});

test("of what agents do all day an outline is told without parsing it", async () => {
  const world = await initialisedWorld();
  const run = async (...words: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await world.bz(...words);
    if (exitCode !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  for (let round = 0; round < 12; round += 1) {
    const id = await run("q", `Found "on" the way, number ${round}`, "-d", "What\nit is");
    await run("create", "Another", "-p", "1", "-l", "ui,db", "--assignee", "ann", "--external-ref", "gh-9");
    await run("update", id, "-p", String(round % 5), "--title", 'With a "quote"');
    await run("update", id, "--notes", "So\nit is");
    await run("claim", id);
    await run("close", id, "-r", "It is \\ done");
  }
  const other = spyOn(LogOutline.prototype, "readOther");
  const usual = spyOn(LogOutline.prototype, "readUsual");
  try {
    await run("list", "-n", "5");
    expect(usual.mock.calls.map(([pieces]) => pieces.length)).toEqual([12 * 6 * piecesOfFrame + 1]);
    expect(other).not.toHaveBeenCalled();
  } finally {
    other.mockRestore();
    usual.mockRestore();
  }
});
