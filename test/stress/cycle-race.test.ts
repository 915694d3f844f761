import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTracker } from "../helpers/bz";
import { runAgents } from "../helpers/bz-agents";
import { expectHealthy } from "../helpers/bz-answers";
import { sources } from "../helpers/bz-forms";

const agentCount = 6;
const ringCount = 8;

test("agents that close a ring of dependencies together are stopped at its last edge, whoever comes last", async () => {
  const tracker = await makeTracker(sources, "cycle-race");
  const rings = Array.from({ length: ringCount }, (_, ring) => ring);
  const agents = Array.from({ length: agentCount }, (_, agent) => agent);
  const lines = rings.flatMap((ring) => agents.map((place) => lineOf(idOf(ring, place))));
  writeFileSync(join(tracker.directory, "rings.jsonl"), lines.join(""));
  await tracker.succeed("import", "rings.jsonl");

  const { calls } = await runAgents({
    command: sources.command,
    work: agents.map((agent) =>
      rings.map((ring) => ["dep", "add", idOf(ring, agent), idOf(ring, (agent + 1) % agentCount)]),
    ),
    cwd: tracker.directory,
    env: tracker.env,
  });

  for (const ring of rings) {
    const outcomes = calls.map((made) => made[ring]);
    const refused = outcomes.filter((call) => call?.code !== 0);
    expect(refused.map((call) => call?.stderr.split(":")[0])).toEqual(["error"]);
    expect(refused[0]?.stderr).toContain("would wait for each other");
  }
  expect(await tracker.json("dep", "cycles")).toMatchObject({ cycles: [], count: 0 });
  await expectHealthy(tracker);
}, 120_000);

function idOf(ring: number, place: number): string {
  return `bd-ring${ring}place${place}`;
}

function lineOf(id: string): string {
  const time = "2026-01-01T00:00:00.000Z";
  const issue = { id, title: "T", status: "open", priority: 2, issue_type: "task" };
  return `${JSON.stringify({ ...issue, created_at: time, updated_at: time })}\n`;
}
