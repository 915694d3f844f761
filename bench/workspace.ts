import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Form } from "../test/helpers/bz-forms";

/** What every process of the benchmark is given. */
export interface Place {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

const places: string[] = [];

export function removePlaces(): void {
  for (const place of places) rmSync(place, { recursive: true, force: true });
}

/** An empty directory with a script that does nothing in it, and that script's command: what everything is compared with. */
export function makeEmptyScript(): Place & { readonly command: readonly string[] } {
  const place = makePlace();
  const script = join(place.directory, "empty.ts");
  writeFileSync(script, "");
  return { ...place, command: [process.execPath, script] };
}

/** A tracker with so many issues, made by one import and one compaction, so that its log is short. */
export function makeTracker({ command }: Form, issueCount: number): Place & { readonly someId: string } {
  const place = makePlace();
  const file = join(place.directory, "issues.in.jsonl");
  writeFileSync(file, Array.from({ length: issueCount }, (_, index) => `${lineOf(index)}\n`).join(""));
  for (const words of [["init", "--here"], ["import", file], ["compact"]])
    runToEnd([...command, ...words], place);
  return { ...place, someId: idOf(Math.floor(issueCount / 2)) };
}

/** Runs a command without a shell; how long it took, in milliseconds. Throws when it fails. */
export function runToEnd(command: readonly string[], { directory, env }: Place): number {
  const startMs = performance.now();
  const { exitCode, stderr } = Bun.spawnSync([...command], {
    cwd: directory,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const elapsedMs = performance.now() - startMs;
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}: ${stderr}`);
  return elapsedMs;
}

function makePlace(): Place {
  const directory = mkdtempSync(join(tmpdir(), "bz-bench-"));
  places.push(directory);
  return { directory, env: { PATH: process.env.PATH ?? "", HOME: directory } };
}

function idOf(index: number): string {
  return `bd-${(index + 36 ** 3).toString(36)}`;
}

/** About as long as real ones: 690 bytes. */
function lineOf(index: number): string {
  const time = new Date(1_700_000_000_000 + index * 60_000).toISOString();
  return JSON.stringify({
    id: idOf(index),
    title: `Issue ${index} of the benchmark`,
    description: `What this one is about, told in a sentence or two. `.repeat(8),
    status: index % 3 === 0 ? "closed" : "open",
    priority: index % 5,
    issue_type: index % 4 === 0 ? "bug" : "task",
    created_at: time,
    updated_at: time,
    ...(index % 3 === 0 ? { closed_at: time } : {}),
    labels: [`area-${index % 7}`],
    ...(index % 10 === 9
      ? {
          dependencies: [
            { issue_id: idOf(index), depends_on_id: idOf(index - 1), type: "blocks", created_at: time },
          ],
        }
      : {}),
  });
}
