import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, sources } from "../helpers/bz-forms";

const place = mkdtempSync(join(tmpdir(), "bz-bench-test-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** In a process of its own, as the place of the cache is read when the module is loaded. */
const script = `
import { openTracker, withoutExport } from "${root}/bench/stores";
import { runWell } from "${root}/bench/call";
const command = ${JSON.stringify(sources.command)};
const tracker = await openTracker(command, 100);
const frames = () => JSON.parse(runWell([...command, "info", "--json"], tracker).stdout);
const seen = [];
const look = () => { const { issues, store } = frames(); seen.push({ issues, frames: store.pending_frames }); };
look();
for (let call = 0; call < 3; call++) runWell([...command, "q", "one"], tracker);
look();
tracker.reset("short");
look();
runWell([...command, "close", tracker.readyIds[0]], withoutExport(tracker));
const again = await openTracker(command, 100);
look();
console.log(JSON.stringify({ seen, live: again.liveIds.length, ready: again.readyIds.length }));
`;

test("a tracker that is kept has the issues it says, and is put back as it was", async () => {
  const child = Bun.spawn([process.execPath, "-e", script], {
    cwd: place,
    env: { PATH: process.env.PATH, HOME: place, BZ_BENCH_CACHE: join(place, "cache") },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [code, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const { seen, live, ready } = JSON.parse(stdout);
  expect(seen).toEqual([
    { issues: 100, frames: 0 },
    { issues: 103, frames: 3 },
    { issues: 100, frames: 0 },
    { issues: 100, frames: 0 },
  ]);
  expect(live).toBeGreaterThan(20);
  expect(ready).toBeGreaterThan(3);
}, 60_000);
