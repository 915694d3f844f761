import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { makeTracker, temporaryDirectory } from "../helpers/bz";
import { runAgents } from "../helpers/bz-agents";
import { expectHealthy, listAll, readFailure } from "../helpers/bz-answers";
import { chosenForms } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { hasStrace, pathOf, readThreads, type SystemCall, straceTo } from "../helpers/strace";

const agentCount = 5;
const callsEach = 8;
const watched = ["write", "pwrite64", "fdatasync", "fsync", "renameat", "exit_group"];

const forms = await chosenForms();

describe.skipIf(!hasStrace())("watched through its system calls", () => {
  test.each(forms)(
    "no process answers or exits with 0 before a sync that covers what it wrote ($name)",
    async (form) => {
      const tracker = await makeTracker(form, "durability");
      const prefix = join(temporaryDirectory("trace"), "calls");
      const work = Array.from({ length: agentCount }, (_, agent) =>
        // The compactions make other agents meet new segments, and are answers of their own.
        Array.from({ length: callsEach }, (_, call) =>
          call === 4 ? ["compact"] : ["q", `Issue ${agent} ${call}`],
        ),
      );
      const { calls } = await runAgents({
        command: [...straceTo(prefix, watched), ...form.command],
        work,
        cwd: tracker.directory,
        env: tracker.env,
      });
      expect(calls.flat().filter(({ code }) => code !== 0)).toEqual([]);

      const writers = readThreads(prefix).filter((thread) => thread.some(isLogWrite));
      expect(writers.flatMap(uncoveredAnswers)).toEqual([]);
      const frames = writers.flat().filter(isLogWrite).length;
      const acknowledged = agentCount * (callsEach - 1);
      expect(writers.filter((thread) => thread.some(isAnswer)).length).toBeGreaterThanOrEqual(acknowledged);
      expect((await listAll(tracker)).size).toBe(acknowledged);
      const syncs = writers.flat().filter(({ name }) => name === "fdatasync" || name === "fsync").length;
      report(
        `${form.name}: ${acknowledged} answers, ${frames} writes to the log, ${syncs} syncs, every answer covered`,
      );
    },
    150_000,
  );

  test.each(forms)(
    "a write whose sync fails is not acknowledged, not shown, and not repeated ($name)",
    async (form) => {
      const tracker = await makeTracker(form, "failing-sync");
      await tracker.succeed("q", "Before");
      for (const errno of ["EIO", "ENOSPC", "EDQUOT"]) {
        const prefix = join(temporaryDirectory("trace"), "calls");
        const failing = straceTo(prefix, watched, "-e", `inject=fdatasync:error=${errno}`);
        const lost = await tracker.startUnder(failing, "q", `Lost to ${errno}`, "--json").finished;
        expect({ code: lost.code, stdout: lost.stdout }).toEqual({ code: 2, stdout: "" });
        expect(readFailure(lost.stderr).message).toContain("Nothing was saved");
        const [writer] = readThreads(prefix).filter((thread) => thread.some(isLogWrite));
        expect(writer?.filter(({ name }) => name === "fdatasync")).toHaveLength(1);
        await tracker.succeed("q", `After ${errno}`);
      }
      const titles = [...(await listAll(tracker)).values()].map(({ title }) => title);
      expect(titles.sort()).toEqual(["After EDQUOT", "After EIO", "After ENOSPC", "Before"]);
      await expectHealthy(tracker);
    },
    60_000,
  );
});

test("the judge of these traces sees an answer that comes too early", () => {
  const write = called("write", '9</x/store/wal.1>, "bzfr", 4', 4);
  const sync = called("fdatasync", "9</x/store/wal.1>", 0);
  const answer = called("write", '1</x/out>, "bd-1", 4', 4);
  expect(uncoveredAnswers([write, sync, answer])).toEqual([]);
  expect(uncoveredAnswers([write, answer, sync])).toHaveLength(1);
  expect(uncoveredAnswers([write, called("fdatasync", "9</x/store/wal.1>", -1), answer])).toHaveLength(1);
  expect(uncoveredAnswers([write, called("fdatasync", "9</x/store/wal.2>", 0), answer])).toHaveLength(1);
  const rename = called("renameat", '6</x/store>, "wal.tmp.1.a", 6</x/store>, "wal.2"', 0);
  const temporary = { ...write, args: '9</x/store/wal.tmp.1.a>, "bzfr", 4' };
  const directorySync = called("fsync", "6</x/store>", 0);
  const segmentSync = called("fdatasync", "9</x/store/wal.tmp.1.a>", 0);
  expect(uncoveredAnswers([temporary, segmentSync, rename, directorySync, answer])).toEqual([]);
  expect(uncoveredAnswers([temporary, segmentSync, rename, answer])).toHaveLength(1);
  expect(uncoveredAnswers([temporary, rename, directorySync, answer])).toHaveLength(1);
});

function called(name: string, args: string, result: number): SystemCall {
  return { name, args, result, errno: undefined };
}

function isLogWrite(call: SystemCall): boolean {
  return isWrite(call) && /\/store\/(wal|snapshot)\.[^/]*$/.test(pathOf(call));
}

function isWrite({ name }: SystemCall): boolean {
  return name === "write" || name === "pwrite64";
}

function isAnswer(call: SystemCall): boolean {
  return (
    (call.name === "write" && call.args.startsWith("1<")) || (call.name === "exit_group" && call.args === "0")
  );
}

/** The answers and confirmations that a thread gave while something it had written was not on stable storage. */
function uncoveredAnswers(thread: readonly SystemCall[]): string[] {
  const found: string[] = [];
  const unsynced = new Set<string>();
  for (const call of thread) {
    const path = pathOf(call);
    const isConfirmation = call.name === "pwrite64" && path.endsWith("/store/lock");
    if (isLogWrite(call)) unsynced.add(path);
    else if ((call.name === "fdatasync" || call.name === "fsync") && call.result === 0) unsynced.delete(path);
    else if (call.name === "renameat" && call.result === 0) trackRename(call, unsynced);
    else if ((isAnswer(call) || isConfirmation) && unsynced.size > 0)
      found.push(`${call.name}(${call.args}) with ${[...unsynced]} not synced`);
  }
  return found;
}

/**
 * A new name is only as durable as the directory that it stands in. What moves to the history need not be: it is looked for in both. The signature
 * of a face need not be either: it may be lost. A displaced face has been taken in.
 */
function trackRename({ args }: SystemCall, unsynced: Set<string>): void {
  const match = /^\d+<(.*?)>, "(.*?)", \d+<(.*?)>, "(.*?)"/.exec(args);
  const [, fromDirectory = "", from = "", toDirectory = "", to = ""] = match ?? [];
  if (/^(face|displaced)\./.test(to)) return;
  if (unsynced.delete(`${fromDirectory}/${from}`)) unsynced.add(`${toDirectory}/${to}`);
  if (!toDirectory.endsWith("/history")) unsynced.add(toDirectory);
}
