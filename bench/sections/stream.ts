import { type Bench, nameOf } from "../bench";
import type { Place } from "../call";
import { quantile, rounded, spreadOf } from "../statistics";
import { openTracker } from "../stores";
import { watchFiles } from "./replaced-files";

interface StreamCall {
  readonly verb: string;
  readonly ms: number;
  /** Until the first byte of its answer. */
  readonly answeredMs: number;
  readonly replaced: readonly string[];
}

/** An agent that creates, updates, claims and closes one issue after another, with everything that bz does by itself. */
export async function measureStream(bench: Bench): Promise<void> {
  for (const issues of bench.sizes)
    await bench.attempt(`a stream of calls, ${issues} issues`, async () => {
      const tracker = await openTracker(bench.form.command, issues);
      const calls: StreamCall[] = [];
      const emptyMs: number[] = [];
      let id = "";
      for (let round = 0; round < (bench.isQuick ? 25 : 125); round += 1) {
        emptyMs.push(bench.empty().ms);
        for (const verb of ["q", "update", "claim", "close"]) {
          const words = verb === "q" ? ["q", `Issue ${round} of a stream`] : [verb, id];
          if (verb === "update") words.push("-p", "1");
          const seen = watchFiles(tracker.directory);
          const { stdout, ...taken } = await callAnswering([...bench.form.command, ...words], tracker);
          if (verb === "q") id = stdout.trim();
          calls.push({ verb, ...taken, replaced: seen() });
        }
      }
      recordStream(bench, issues, calls, emptyMs);
      tracker.reset("short");
    });
}

function recordStream(
  bench: Bench,
  issues: number,
  calls: readonly StreamCall[],
  emptyMs: readonly number[],
): void {
  const of = { form: nameOf(bench.form), issues };
  const record = (name: string, ms: readonly number[]) =>
    bench.record({
      name,
      ...of,
      numbers: {
        calls: ms.length,
        p50Ms: rounded(quantile(ms, 0.5)),
        p99Ms: rounded(quantile(ms, 0.99)),
        worstMs: rounded(Math.max(...ms)),
      },
    });
  record("empty script", emptyMs);
  for (const verb of ["q", "update", "claim", "close"])
    record(
      verb,
      calls.filter((call) => call.verb === verb).map(({ ms }) => ms),
    );
  record(
    "all",
    calls.map(({ ms }) => ms),
  );
  record(
    "all, until the answer",
    calls.map(({ answeredMs }) => answeredMs),
  );
  const ordinary = (verb: string) =>
    quantile(
      calls.filter((call) => call.verb === verb && call.replaced.length === 0).map(({ ms }) => ms),
      0.5,
    );
  for (const [variant, names] of [
    ["folded", ["snapshot", "snapshot.delta"]],
    ["exported", ["issues.jsonl"]],
  ] as const) {
    const found = calls.filter(({ replaced }) => names.some((name) => replaced.includes(name)));
    const extraMs = found.map(({ verb, ms }) => ms - ordinary(verb)).filter(Number.isFinite);
    bench.record({
      name: "calls that did more",
      variant,
      ...of,
      spreads: extraMs.length === 0 ? {} : { extraMs: spreadOf(extraMs) },
      numbers: { calls: found.length, ofCalls: calls.length },
    });
  }
}

async function callAnswering(
  command: readonly string[],
  { directory, env }: Place,
): Promise<{ ms: number; answeredMs: number; stdout: string }> {
  const startMs = performance.now();
  const child = Bun.spawn([...command], {
    cwd: directory,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let answeredMs = 0;
  let stdout = "";
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    if (stdout === "") answeredMs = performance.now() - startMs;
    stdout += decoder.decode(bytes, { stream: true });
  }
  const code = await child.exited;
  const ms = performance.now() - startMs;
  if (code !== 0) throw new Error(`${command.join(" ")}: ${await new Response(child.stderr).text()}`);
  return { ms, answeredMs, stdout };
}
