import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { makeTracker } from "../helpers/bz";
import { runAgents } from "../helpers/bz-agents";
import { expectHealthy, listAll, readInfo, readMetrics } from "../helpers/bz-answers";
import { chosenForms } from "../helpers/bz-forms";
import { report, reportLock, spreadOf } from "../helpers/bz-report";

describe.each(await chosenForms())("what one process does alone ($name)", (form) => {
  test("one agent writes a hundred issues one after another, and never waits", async () => {
    const tracker = await makeTracker(form, "sequential");
    await tracker.succeed("metrics", "--reset");
    const work = [Array.from({ length: 100 }, (_, call) => ["q", `Issue ${call}`])];
    const { command } = form;
    const { calls, elapsedMs } = await runAgents({ command, work, cwd: tracker.directory, env: tracker.env });
    const made = calls.flat();
    expect(made.filter(({ code }) => code !== 0)).toEqual([]);
    const listed = await listAll(tracker);
    expect(made.map(({ stdout }) => listed.get(stdout.trim())?.title)).toEqual(
      work[0]?.map(([, title]) => title) ?? [],
    );
    expect(made.map(({ stdout }) => listed.get(stdout.trim())?.version)).toEqual(
      made.map((_, call) => call + 1),
    );
    await expectHealthy(tracker);
    const metrics = await readMetrics(tracker);
    expect({ acquisitions: metrics.acquisitions, contended: metrics.contended }).toEqual({
      acquisitions: 100,
      contended: 0,
    });
    report(
      `${form.name}, 1 x 100: ${elapsedMs.toFixed(0)} ms; a call: ${spreadOf(made.map((call) => call.elapsedMs))}`,
    );
    reportLock(`${form.name}, 1 x 100`, metrics);
  }, 120_000);

  test("one import takes in ten thousand issues as one transaction", async () => {
    const tracker = await makeTracker(form, "import");
    const ids = Array.from({ length: 10_000 }, (_, index) => `bd-${(index + 36 ** 3).toString(36)}`);
    const file = join(tracker.directory, "issues.in.jsonl");
    writeFileSync(file, ids.map((id, index) => `${lineOf(id, index)}\n`).join(""));
    const { code, stdout, stderr, elapsedMs } = await tracker.run("import", file, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr });
    const answer = v.parse(v.looseObject({ added: v.number(), skipped: v.number() }), JSON.parse(stdout));
    expect(answer).toMatchObject({ added: ids.length, skipped: 0 });
    const info = await readInfo(tracker);
    expect({ issues: info.issues, sequence: info.store.sequence }).toEqual({
      issues: ids.length,
      sequence: 1,
    });
    expect([...(await listAll(tracker)).keys()].toSorted()).toEqual(ids.toSorted());
    expect((await tracker.succeed("export")).split("\n").toSorted().join("\n").trim()).toBe(
      ids.map(lineOf).toSorted().join("\n"),
    );
    await expectHealthy(tracker);
    report(`${form.name}, import of 10,000: ${elapsedMs.toFixed(0)} ms`);
  }, 120_000);
});

function lineOf(id: string, index: number): string {
  const time = new Date(1_700_000_000_000 + index * 1000).toISOString();
  const times = { created_at: time, updated_at: time };
  const text = { description: `What issue ${index} is about. `.repeat(10) };
  return JSON.stringify({
    id,
    title: `Issue ${index}`,
    ...text,
    status: "open",
    priority: index % 5,
    issue_type: "task",
    ...times,
  });
}
