import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { openStore } from "../../storage/store";
import { makeTracker, type Tracker } from "../helpers/bz";
import { expectHealthy, readFailure, readMetrics } from "../helpers/bz-answers";
import { chosenForms, sources } from "../helpers/bz-forms";
import { holdLock } from "../helpers/bz-lock";
import { type Finished, until } from "../helpers/bz-process";
import { report, reportLock } from "../helpers/bz-report";

const racerCount = 32;
const readyCount = 10;

const claimSchema = v.looseObject({
  id: v.string(),
  status: v.literal("in_progress"),
  assignee: v.string(),
  claim_session: v.optional(v.string()),
  started_at: v.string(),
});
const eventsSchema = v.looseObject({
  events: v.array(v.looseObject({ action: v.string(), actor: v.string(), session: v.optional(v.string()) })),
});

/** Who asks: as agents of their own names, as sessions of one name, and as processes that nothing tells apart. */
const parties: readonly ((racer: number) => string[])[] = [
  (racer) => ["--actor", `agent-${racer}`],
  (racer) => ["--actor", "crowd", "--session", `session-${racer}`],
  () => ["--actor", "crowd"],
];

describe.each(await chosenForms())("thirty-two processes that want the same ($name)", (form) => {
  // The form that ships runs all rounds.
  const rounds = form === sources ? 3 : 20;

  test("one claim of an issue is acknowledged, and all the others are told whose it is", async () => {
    const tracker = await makeTracker(form, "claim-race");
    await tracker.succeed("metrics", "--reset");
    let atTheLock = 0;
    for (let round = 0; round < rounds; round += 1) {
      const id = (await tracker.succeed("q", `Wanted in round ${round}`)).trim();
      const party = parties[round % parties.length] ?? (() => []);
      const isHeldBack = round % 2 === 0;
      const ended = await race(tracker, isHeldBack, (racer) => ["claim", id, "--json", ...party(racer)]);
      atTheLock += isHeldBack ? racerCount : 0;

      const winners = ended.filter(({ code }) => code === 0);
      const losers = ended.filter(({ code }) => code === 4);
      expect([round, winners.length, losers.length]).toEqual([round, 1, racerCount - 1]);
      const claim = v.parse(claimSchema, JSON.parse(winners[0]?.stdout ?? ""));
      const winner = ended.findIndex(({ code }) => code === 0);
      expect(party(winner)).toEqual(wordsOf(claim));
      for (const { stdout, stderr } of losers) {
        expect(stdout).toBe("");
        expect(readFailure(stderr)).toMatchObject({
          code: "CLAIMED",
          retryable: false,
          context: {
            id,
            holder: claim.assignee,
            session: claim.claim_session ?? null,
            since: claim.started_at,
          },
        });
      }
      const { events } = v.parse(eventsSchema, await tracker.json("history", id));
      expect(events.map(({ action }) => action)).toEqual(["created", "claimed"]);
    }
    await expectHealthy(tracker);
    const metrics = await readMetrics(tracker);
    // One for each q and each winner, and one for each that had to be turned away at the lock itself.
    expect(metrics.acquisitions).toBeGreaterThanOrEqual(rounds + atTheLock);
    expect({ waiting: metrics.waiting, timeouts: metrics.timeouts }).toEqual({ waiting: 0, timeouts: 0 });
    report(`${form.name}: ${rounds} of ${rounds} rounds with 1 winner and ${racerCount - 1} losers`);
    reportLock(`${form.name}, claim race`, metrics);
  }, 300_000);

  test("of ten ready issues ten are handed out, each once, and the rest is told that there is nothing", async () => {
    const tracker = await makeTracker(form, "next-race");
    for (let count = 0; count < readyCount; count += 1)
      await tracker.succeed("q", `Ready ${count}`, "-p", `${count % 5}`);
    for (const isHeldBack of form === sources ? [true] : [true, false]) {
      const ended = await race(tracker, isHeldBack, (racer) => [
        "next",
        "--claim",
        "--json",
        "--actor",
        "crowd",
        "--session",
        `session-${racer}`,
      ]);
      const won = ended.flatMap(({ code, stdout }, racer) =>
        code === 0 ? [{ racer, claim: v.parse(claimSchema, JSON.parse(stdout)) }] : [],
      );
      expect(new Set(won.map(({ claim }) => claim.id)).size).toBe(readyCount);
      expect(won.length).toBe(readyCount);
      for (const { racer, claim } of won) expect(claim.claim_session).toBe(`session-${racer}`);
      const empty = ended.filter(({ code }) => code === 5);
      expect(empty.length).toBe(racerCount - readyCount);
      for (const { stdout, stderr } of empty) {
        expect(stdout).toBe("");
        expect(readFailure(stderr)).toMatchObject({
          code: "NOTHING_READY",
          context: { in_progress: readyCount },
        });
      }
      // What the answers said is what stands in the store; and all of it is given back for the next race.
      const released = v.parse(
        v.looseObject({ released: v.array(v.looseObject({ id: v.string(), claim_session: v.string() })) }),
        await tracker.json("release", "--older-than", "0s"),
      );
      const bySession = (left: string, right: string): number => (left < right ? -1 : 1);
      expect(
        released.released.map(({ id, claim_session }) => `${id} ${claim_session}`).toSorted(bySession),
      ).toEqual(won.map(({ claim }) => `${claim.id} ${claim.claim_session}`).toSorted(bySession));
    }
    await expectHealthy(tracker);
    report(`${form.name}: every race for ${readyCount} issues handed out ${readyCount}, each once`);
  }, 300_000);
});

/** Held back, all of them have looked and decided before the first may write: everyone has seen the issue free. */
async function race(
  tracker: Tracker,
  isHeldBack: boolean,
  wordsOfRacer: (racer: number) => string[],
): Promise<Finished[]> {
  const holder = isHeldBack ? await holdLock(tracker) : undefined;
  const store = openStore({ cwd: tracker.directory, env: tracker.env });
  const racers = Array.from({ length: racerCount }, (_, racer) =>
    tracker.start(...wordsOfRacer(racer), "--lock-timeout", "60000"),
  );
  if (holder !== undefined) {
    await until("all wait", () => store.metrics()?.waiting === racerCount, 60_000);
    await holder.release();
  }
  return Promise.all(racers.map(({ finished }) => finished));
}

function wordsOf({ assignee, claim_session }: v.InferOutput<typeof claimSchema>): string[] {
  return ["--actor", assignee, ...(claim_session === undefined ? [] : ["--session", claim_session])];
}
