import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Member, rawOf, readElements, readMembers } from "../../model/json-members";
import { makeTracker } from "../helpers/bz";
import { type Call, runAgents } from "../helpers/bz-agents";
import { expectHealthy, readMetrics } from "../helpers/bz-answers";
import { type Asked, planWork } from "../helpers/bz-campaign";
import { chosenForms, root } from "../helpers/bz-forms";
import { report, reportLock } from "../helpers/bz-report";

const folder = join(root, "../shared/data");
const files = ["beads_rust.jsonl", "beads_viewer.jsonl", "beads_zig.jsonl"].filter((name) =>
  existsSync(join(folder, name)),
);
if (files.length === 0) report(`NO REAL ISSUE FILES IN ${folder}: the tests on real input are SKIPPED.`);

const agentCount = 10;
/** 100 for the full campaign. */
const callsEach = Number(process.env.BZ_REAL_INPUT_CALLS ?? 20);
const ours = ["updated_at", "_stamp"];

const forms = await chosenForms();
/** The first file with each form; the others, but in the full campaign, with the one that ships. */
const cases = files.flatMap((file, place) =>
  (place === 0 || callsEach >= 100 ? forms : forms.slice(-1)).map((form) => ({
    file,
    form,
    name: form.name,
  })),
);

describe.skipIf(files.length === 0)("ten agents at work on a real tracker", () => {
  test.each(cases)(
    "change what they were asked to, and not a byte of anything else ($file, $name)",
    async ({ file, form }) => {
      const tracker = await makeTracker(form, "real-input");
      const before = readLines(readFileSync(join(folder, file), "utf8"));
      await tracker.succeed("import", join(folder, file));
      expect(toObject(readLines(await tracker.succeed("export")))).toEqual(toObject(before));
      await tracker.succeed("metrics", "--reset");

      const { work, asked } = planWork([...before.values()], agentCount, callsEach);
      const { calls, elapsedMs } = await runAgents({
        command: form.command,
        work,
        cwd: tracker.directory,
        env: tracker.env,
      });
      expect(calls.flat().filter(({ code }) => code !== 0)).toEqual([]);
      const created = createdBy(calls.flat());
      await tracker.succeed("compact");
      const exported = join(tracker.directory, "exported.jsonl");
      await tracker.succeed("export", "-o", exported);
      const text = readFileSync(exported, "utf8");
      const after = readLines(text);

      let identical = 0;
      let touched = 0;
      for (const [id, line] of before) {
        const request = asked.get(id);
        const now = after.get(id) ?? "";
        if (request === undefined) {
          expect(now).toBe(line);
          identical += 1;
        } else {
          expectOnlyAsked(id, readMembers(line), readMembers(now), request);
          touched += 1;
        }
      }
      const added = [...after.keys()].filter((id) => !before.has(id));
      expect(added.toSorted()).toEqual([...created.keys()].toSorted());
      for (const [id, title] of created)
        expect(JSON.parse(after.get(id) ?? "{}")).toMatchObject({ id, title });
      expect(text.endsWith("\n")).toBe(true);
      // The four edges of one file lead to issues that were left out of it.
      await expectHealthy(tracker, "edges", "cycles");
      report(
        `${form.name}, ${file}: ${calls.flat().length} commands in ${elapsedMs.toFixed(0)} ms; of ${before.size} lines ` +
          `${identical} untouched and identical, ${touched} touched and changed only as asked, ${added.length} new`,
      );
      reportLock(`${form.name}, ${file}`, await readMetrics(tracker));
    },
    300_000,
  );
});

/** By id, in the order of the file. */
function readLines(text: string): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const id = String(JSON.parse(rawOf(readMembers(line), "id") ?? '""'));
    expect(lines.has(id)).toBe(false);
    lines.set(id, line);
  }
  return lines;
}

function toObject(lines: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...lines].toSorted());
}

function createdBy(calls: readonly Call[]): Map<string, string> {
  const created = new Map<string, string>();
  for (const { words, stdout } of calls)
    if (words[0] === "q" || words[0] === "create") created.set(stdout.trim(), words[1] ?? "");
  return created;
}

function expectOnlyAsked(
  id: string,
  before: readonly Member[],
  after: readonly Member[],
  asked: Asked,
): void {
  const keys = new Set([...before, ...after].map(({ key }) => key));
  const changed = [...keys].filter((key) => rawOf(before, key) !== rawOf(after, key));
  const allowed = new Set([...ours, ...asked.keys]);
  expect({ id, unasked: changed.filter((key) => !allowed.has(key)) }).toEqual({ id, unasked: [] });
  for (const [key, value] of asked.values)
    expect({ id, key, raw: rawOf(after, key) }).toEqual({ id, key, raw: JSON.stringify(value) });
  if (asked.labels.size > 0) {
    const all = new Set([
      ...readElements(rawOf(before, "labels") ?? "[]"),
      ...[...asked.labels].map((label) => JSON.stringify(label)),
    ]);
    expect({ id, labels: readElements(rawOf(after, "labels") ?? "[]").toSorted() }).toEqual({
      id,
      labels: [...all].toSorted(),
    });
  }
}
