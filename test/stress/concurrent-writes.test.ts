import { describe, expect, test } from "bun:test";
import { makeTracker } from "../helpers/bz";
import { runAgents } from "../helpers/bz-agents";
import { expectHealthy, listAll, readMetrics } from "../helpers/bz-answers";
import { chosenForms } from "../helpers/bz-forms";
import { report, reportLock, spreadOf } from "../helpers/bz-report";

const agentCount = 10;
/** From sources most of a call is the reading of the program, so that more of them would tell nothing more of its locks. */
const callsEachIn: Readonly<Record<string, number>> = { sources: 20, "dist/bz": 100 };

describe.each(await chosenForms("both"))(
  "ten agents at once, each with a hundred issues, with twenty from sources ($name)",
  (form) => {
    test("all acknowledged writes are as many issues, each under its own id with its own title", async () => {
      const callsEach = callsEachIn[form.name] ?? 100;
      const tracker = await makeTracker(form, "concurrent");
      await tracker.succeed("metrics", "--reset");
      const work = Array.from({ length: agentCount }, (_, agent) =>
        Array.from({ length: callsEach }, (_, call) => ["q", titleOf(agent, call)]),
      );

      const { calls, elapsedMs } = await runAgents({
        command: form.command,
        work,
        cwd: tracker.directory,
        env: tracker.env,
      });

      expect(calls).toHaveLength(agentCount);
      const printed = new Map<string, string>();
      for (const [agent, made] of calls.entries()) {
        expect(made.filter(({ code, stderr }) => code !== 0 || stderr !== "")).toEqual([]);
        expect(made).toHaveLength(callsEach);
        for (const [call, { stdout }] of made.entries()) {
          expect(stdout).toMatch(/^bd-[0-9a-z]{4,}\n$/);
          printed.set(stdout.trim(), titleOf(agent, call));
        }
      }
      expect(printed.size).toBe(agentCount * callsEach);
      const listed = await listAll(tracker);
      const titles = [...listed].map(([id, { title }]) => [id, title]);
      expect(Object.fromEntries(titles)).toEqual(Object.fromEntries(printed));
      expect(new Set([...listed.values()].map(({ version }) => version)).size).toBe(printed.size);
      await expectHealthy(tracker);

      const metrics = await readMetrics(tracker);
      expect(metrics.waiting).toBe(0);
      expect(metrics.timeouts).toBe(0);
      const spread = spreadOf(calls.flat().map((call) => call.elapsedMs));
      report(
        `${form.name}, 10 x ${callsEach}: ${printed.size} of ${10 * callsEach} in ${elapsedMs.toFixed(0)} ms; a call: ${spread}`,
      );
      reportLock(`${form.name}, 10 x ${callsEach}`, metrics);
    }, 200_000);
  },
);

function titleOf(agent: number, call: number): string {
  return `Agent ${agent} writes issue ${call}`;
}
