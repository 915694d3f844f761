import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { makeTracker, type Tracker, temporaryDirectory } from "../helpers/bz";
import { expectHealthy, listAll, readFailure, readMetrics } from "../helpers/bz-answers";
import { chosenForms } from "../helpers/bz-forms";
import { holdLock } from "../helpers/bz-lock";
import { type Started, until } from "../helpers/bz-process";
import { report, reportLock } from "../helpers/bz-report";
import { hasStrace, readThreads, straceTo } from "../helpers/strace";

const isTraceable = hasStrace();

describe.each(await chosenForms())("a lock that is held ($name)", (form) => {
  test("the deadline is exit 3, says that it may be tried again, and names another program by its number", async () => {
    const tracker = await makeTracker(form, "deadline");
    const holder = await holdLock(tracker);
    const { code, stdout, stderr, elapsedMs } = await tracker.run(
      "q",
      "Too late",
      "--lock-timeout",
      "300",
      "--json",
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(readFailure(stderr)).toMatchObject({
      code: "LOCK_TIMEOUT",
      retryable: true,
      context: { timeout_ms: 300, holder_pid: holder.pid },
    });
    await holder.release();
    await tracker.succeed("q", "In time", "--lock-timeout", "300");
    expect((await listAll(tracker)).size).toBe(1);
    report(`${form.name}: gave up after ${elapsedMs.toFixed(0)} ms, 300 of them at the lock`);
  }, 60_000);

  test("readers answer meanwhile", async () => {
    const tracker = await makeTracker(form, "readers");
    const id = (await tracker.succeed("q", "Known")).trim();
    const holder = await holdLock(tracker);
    const reads = [
      ["list"],
      ["show", id],
      ["export"],
      ["info"],
      ["metrics"],
      ["history", id],
      ["where"],
      ["doctor"],
    ];
    for (const words of reads) expect([words, (await tracker.run(...words)).code]).toEqual([words, 0]);
    // Still held: a writer finds it so.
    expect((await tracker.run("q", "Too late", "--lock-timeout", "0")).code).toBe(3);
    await holder.release();
  }, 60_000);

  test("a killed holder frees it at once for those who wait", async () => {
    const tracker = await makeTracker(form, "killed-holder");
    const holder = await holdLock(tracker);
    const waiting = Array.from({ length: 5 }, (_, writer) =>
      tracker.start("q", `Writer ${writer}`, "--lock-timeout", "60000"),
    );
    await until("five wait", async () => (await readMetrics(tracker)).waiting === 5);
    // It would hold the lock for as long as its stdin is open, so nothing but its death can let them in.
    await holder.kill();
    const ended = await Promise.all(waiting.map(({ finished }) => finished));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    await expectHealthy(tracker);
    reportLock(`${form.name}, behind a killed holder`, await readMetrics(tracker));
  }, 60_000);

  test.skipIf(!isTraceable)(
    "a writer waits in the kernel and does not ask again and again",
    async () => {
      const tracker = await makeTracker(form, "kernel-queue");
      const holder = await holdLock(tracker);
      const prefix = join(temporaryDirectory("trace"), "calls");
      // Not sched_yield: the runtime's own spin locks call it now and then.
      const calls = ["flock", "nanosleep", "clock_nanosleep", "select", "poll", "setitimer"];
      const writer = tracker.startUnder(straceTo(prefix, calls), "q", "Patient", "--lock-timeout", "60000");
      await until("it waits", async () => (await readMetrics(tracker)).waiting === 1);
      // Long enough for anything that polls to show it.
      await Bun.sleep(500);
      await holder.release();
      expect((await writer.finished).code).toBe(0);

      const [thread = []] = readThreads(prefix).filter((each) => each.some(({ name }) => name === "flock"));
      const onLock = thread.filter(({ name, args }) => name === "flock" && args.includes("/store/lock>"));
      const tries = onLock.filter(({ args }) => args.includes("LOCK_NB"));
      const waits = onLock.filter(({ args }) => args.endsWith("LOCK_EX"));
      expect(tries.length).toBeLessThanOrEqual(2);
      expect(waits.map(({ result }) => result)).toEqual([0]);
      expect(thread.filter(({ name }) => name !== "flock" && name !== "setitimer")).toEqual([]);
    },
    60_000,
  );

  test.skipIf(!isTraceable)(
    "a bz that was stopped is named with its command, and saves when it is let go",
    async () => {
      const tracker = await makeTracker(form, "stopped-bz");
      const stopped = await stopInSync(tracker);
      const { code, stderr } = await tracker.run("q", "Too late", "--lock-timeout", "200", "--json");
      expect(code).toBe(3);
      const failure = readFailure(stderr);
      expect(failure).toMatchObject({
        code: "LOCK_TIMEOUT",
        retryable: true,
        context: { holder_command: "q" },
      });
      const holderId = Number(failure.context.holder_pid);
      expect(failure.message).toContain(`process ${holderId} (bz q, for `);
      process.kill(holderId, "SIGCONT");
      expect((await stopped.finished).code).toBe(0);
      expect([...(await listAll(tracker)).values()].map(({ title }) => title)).toEqual(["Slow"]);
    },
    60_000,
  );
});

/** A `bz q` that stops in its sync, where it holds the lock. */
async function stopInSync(tracker: Tracker): Promise<Started> {
  await tracker.succeed("metrics", "--reset");
  const trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync"];
  const holder = tracker.startUnder([...trace, "-e", "inject=fdatasync:signal=SIGSTOP:when=1"], "q", "Slow");
  await until("it holds the lock", async () => (await readMetrics(tracker)).acquisitions === 1);
  return holder;
}
