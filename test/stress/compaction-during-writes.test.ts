import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { makeTracker, type Tracker } from "../helpers/bz";
import { expectHealthy, listAll, readInfo, readList, readMetrics } from "../helpers/bz-answers";
import { chosenForms } from "../helpers/bz-forms";
import { report, reportLock } from "../helpers/bz-report";

const writerCount = 4;
const writesEach = 30;
const readerCount = 2;

/** What has been promised so far: it may only grow, and whoever looks must find all of it. */
interface Promised {
  readonly titles: Map<string, string>;
  isWriting: boolean;
}

describe.each(await chosenForms())("writers and readers while compaction loops ($name)", (form) => {
  test("nothing acknowledged or shown is ever missing, generations only grow, nothing stale is left", async () => {
    const tracker = await makeTracker(form, "compaction");
    const promised: Promised = { titles: new Map(), isWriting: true };
    const writers = Array.from({ length: writerCount }, (_, writer) => write(tracker, promised, writer));
    const readers = Array.from({ length: readerCount }, () => read(tracker, promised));
    const [compactions, looks, reads] = await Promise.all([
      compactAlways(tracker, promised),
      watchGenerations(tracker, promised),
      Promise.all(readers),
      Promise.all(writers).finally(() => {
        promised.isWriting = false;
      }),
    ]);

    const listed = await listAll(tracker);
    const titles = [...listed].map(([id, { title }]) => [id, title]);
    expect(Object.fromEntries(titles)).toEqual(Object.fromEntries(promised.titles));
    expect(promised.titles.size).toBe(writerCount * writesEach);
    await tracker.succeed("compact");
    const { store } = await readInfo(tracker);
    expect(store.sequence).toBe(writerCount * writesEach);
    expect(store.pending_frames).toBe(0);
    const names = readdirSync(tracker.storePath);
    expect(names.filter((name) => name.includes(".tmp."))).toEqual([]);
    expect(names.filter((name) => name.startsWith("wal."))).toEqual([`wal.${store.generation}`]);
    const kept = readdirSync(join(tracker.storePath, "history"));
    const sealed = kept.flatMap((name) => (name.startsWith("wal.") ? Number(name.slice(4)) : []));
    expect(sealed.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: store.generation - 1 }, (_, index) => index + 1),
    );
    await expectHealthy(tracker);
    report(
      `${form.name}: ${promised.titles.size} writes, ${reads.reduce((a, b) => a + b)} reads, ` +
        `${compactions} compactions, ${looks} looks at the generation, which came to ${store.generation}`,
    );
    reportLock(form.name, await readMetrics(tracker));
  }, 180_000);
});

async function write(tracker: Tracker, promised: Promised, writer: number): Promise<void> {
  for (let each = 0; each < writesEach; each += 1) {
    const title = `Writer ${writer}, issue ${each}`;
    promised.titles.set((await tracker.succeed("q", title)).trim(), title);
  }
}

async function read(tracker: Tracker, promised: Promised): Promise<number> {
  let reads = 0;
  let shown: string[] = [];
  for (; promised.isWriting; reads += 1) {
    const acknowledged = [...promised.titles];
    const listed = readList(await tracker.succeed("list", "--json", "--all"));
    expect(acknowledged.filter(([id, title]) => listed.get(id)?.title !== title)).toEqual([]);
    expect(shown.filter((id) => !listed.has(id))).toEqual([]);
    shown = [...listed.keys()];
  }
  return reads;
}

async function compactAlways(tracker: Tracker, promised: Promised): Promise<number> {
  let compactions = 0;
  while (promised.isWriting) {
    const report = v.parse(v.looseObject({ outcome: v.string() }), await tracker.json("compact"));
    if (report.outcome === "compacted") compactions += 1;
    else expect(["nothing-to-fold", "busy"]).toContain(report.outcome);
  }
  return compactions;
}

async function watchGenerations(tracker: Tracker, promised: Promised): Promise<number> {
  let looks = 0;
  let latest = { generation: 0, sequence: 0 };
  for (; promised.isWriting; looks += 1) {
    const { store } = await readInfo(tracker);
    expect(store.generation).toBeGreaterThanOrEqual(latest.generation);
    expect(store.sequence).toBeGreaterThanOrEqual(latest.sequence);
    latest = store;
  }
  return looks;
}
