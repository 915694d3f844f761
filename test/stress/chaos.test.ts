import { describe, expect, test } from "bun:test";
import { makeTracker } from "../helpers/bz";
import { expectHealthy, listAll, readMetrics } from "../helpers/bz-answers";
import { chosenForms } from "../helpers/bz-forms";
import type { Finished, Started } from "../helpers/bz-process";
import { report, reportLock } from "../helpers/bz-report";

const createCount = 100;
const killCount = 33;

describe.each(await chosenForms())("a hundred creates at once, a third of them killed ($name)", (form) => {
  test("what exited 0 is there once, what was killed at most once, and the next command works", async () => {
    const tracker = await makeTracker(form, "chaos");
    await tracker.succeed("metrics", "--reset");
    const creates = Array.from({ length: createCount }, (_, create) => {
      const title = `Create ${create}`;
      return { title, process: tracker.start("create", title, "--silent") };
    });
    const ended = await killSome(creates);

    const count = new Map<string, number>();
    const listed = await listAll(tracker);
    for (const { title } of listed.values()) count.set(title, (count.get(title) ?? 0) + 1);
    let killedButSaved = 0;
    for (const { title, code, signal, stdout, stderr } of ended) {
      const id = stdout.trim();
      if (code === 0) {
        expect(count.get(title)).toBe(1);
        expect(listed.get(id)?.title).toBe(title);
      } else {
        expect({ signal, stderr }).toEqual({ signal: expect.stringMatching(/^SIG(KILL|TERM)$/), stderr: "" });
        expect(count.get(title) ?? 0).toBeLessThanOrEqual(1);
        killedButSaved += count.get(title) ?? 0;
      }
      // Whoever was shown an id may rely on it, whatever became of the process.
      if (stdout.endsWith("\n")) expect(listed.get(id)?.title).toBe(title);
    }
    const killed = ended.filter(({ signal }) => signal !== null);
    expect(killed.length).toBeGreaterThanOrEqual(killCount);
    expect(listed.size).toBe(ended.length - killed.length + killedButSaved);

    const next = (await tracker.succeed("q", "After the chaos")).trim();
    expect((await listAll(tracker)).get(next)?.title).toBe("After the chaos");
    await expectHealthy(tracker);
    const metrics = await readMetrics(tracker);
    expect(metrics.waiting).toBe(0);
    report(
      `${form.name}, chaos: ${killed.length} of ${createCount} killed, ${killedButSaved} of those had saved`,
    );
    reportLock(`${form.name}, chaos`, metrics);
  }, 150_000);
});

interface Create {
  readonly title: string;
  readonly process: Started;
}

/**
 * Lets all of them run, and kills some: about one for every two that end by themselves, so that on a machine of any speed the killed ones are spread over
 * the whole run. At first none has ended, and those that are hit are still starting or wait for the lock.
 */
async function killSome(creates: readonly Create[]): Promise<(Create & Finished)[]> {
  const running = new Set(creates.map(({ process }) => process));
  let killed = 0;
  let ended = 0;
  const strike = async (): Promise<void> => {
    await Bun.sleep(Math.random() * 10);
    const victims = [...running];
    const victim = victims[Math.floor(Math.random() * victims.length)];
    victim?.kill(killed % 2 === 0 ? "SIGKILL" : "SIGTERM");
  };
  const openingStrikes = Array.from({ length: 5 }, strike);
  const finished = await Promise.all(
    creates.map(async (create) => {
      const result = await create.process.finished;
      running.delete(create.process);
      if (result.signal === null) ended += 1;
      else killed += 1;
      // One that was gone before the signal came is made up for by the next.
      if (killed < killCount && killed < (ended + 10) / 2) await strike();
      return { ...create, ...result };
    }),
  );
  await Promise.all(openingStrikes);
  return finished;
}
