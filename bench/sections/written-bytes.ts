import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { type Bench, nameOf } from "../bench";
import { runWell } from "../call";
import { rounded } from "../statistics";
import { openTracker, type Tracker, withoutExport } from "../stores";
import { bytesWrittenIn, writingCalls } from "./trace";

/** What a stream consists of, and when it has gone on for long enough. */
interface Stream {
  readonly variant: string;
  readonly words: readonly string[];
  readonly input: string | undefined;
  readonly exports: boolean;
  readonly calls: number;
  readonly sizes: readonly number[];
}

/** The name of the stream that is left to export by itself. */
export const withExports = "q, with automatic exports";

const batch = Array.from({ length: 80 }, (_, at) => `What was found on the way, number ${at}\n`).join("");
/** Of a stream of batches, which is there to see several of them. */
const enoughSnapshots = 3;

/**
 * How many bytes a stream of writes writes into `.beads` for each byte that it adds to the log, and how many frames a reader had to replay at most. A
 * stream of `q`, and one of batches, which shows within minutes what forty thousand `q` would show: the snapshot rewritten several times.
 */
export async function measureWrittenBytes(bench: Bench): Promise<void> {
  if (Bun.which("strace") === null)
    return bench.note("The bytes written were not counted: there is no strace here.");
  const calls = bench.isQuick ? 150 : 1500;
  const create = {
    words: ["q", "What was found on the way"],
    input: undefined,
    calls,
    sizes: [100, 10_000, 100_000],
  };
  const streams: readonly Stream[] = [
    { variant: "q", exports: false, ...create },
    { variant: withExports, exports: true, ...create, calls: Math.min(calls, 500) },
    {
      variant: "batches of 80",
      exports: false,
      words: ["add-batch", "-", "--format", "titles"],
      input: batch,
      calls: bench.isQuick ? 50 : 2000,
      sizes: [10_000, 100_000],
    },
  ];
  for (const stream of streams)
    for (const issues of bench.sizes.filter((size) => stream.sizes.includes(size)))
      await bench.attempt(`bytes written, ${issues} issues, ${stream.variant}`, async () => {
        const tracker = await openTracker(bench.form.command, issues);
        countStream(bench, tracker, stream);
        tracker.reset("short");
      });
}

function countStream(
  bench: Bench,
  tracker: Tracker,
  { variant, words, input, exports, calls }: Stream,
): void {
  const place = exports ? tracker : withoutExport(tracker);
  const trace = join(bench.emptyScript.directory, "trace");
  const tracer = ["strace", "-f", "-qq", "-y", "--seccomp-bpf", "-s", "0", "-o", trace];
  const command = [...tracer, "-e", `trace=${writingCalls}`, ...bench.form.command, ...words];
  const stdin = input === undefined ? undefined : new TextEncoder().encode(input);
  const written = { log: 0, snapshot: 0, delta: 0, face: 0, other: 0 };
  let [made, frames, mostFrames, snapshots, deltas] = [0, 0, 0, 0, 0];
  const startMs = performance.now();
  while (made < calls && snapshots < enoughSnapshots && performance.now() - startMs < 90_000) {
    runWell(command, place, stdin);
    made += 1;
    frames += 1;
    mostFrames = Math.max(mostFrames, frames);
    const kinds = new Set<Kind>();
    for (const [name, bytes] of bytesWrittenIn(
      readFileSync(trace, "utf8"),
      join(tracker.directory, ".beads"),
    )) {
      written[kindOf(name)] += bytes;
      kinds.add(kindOf(name));
    }
    if (kinds.has("snapshot")) snapshots += 1;
    if (kinds.has("delta")) deltas += 1;
    // Nobody else writes meanwhile, so that all that was logged is folded.
    if (kinds.has("snapshot") || kinds.has("delta")) frames = 0;
  }
  rmSync(trace, { force: true });
  const withoutFace = written.log + written.snapshot + written.delta + written.other;
  bench.record({
    name: "bytes written",
    variant,
    form: nameOf(bench.form),
    issues: tracker.issues,
    numbers: {
      calls: made,
      perLoggedByte: rounded(withoutFace / written.log),
      perLoggedByteWithFace: rounded((withoutFace + written.face) / written.log),
      mostFrames,
      snapshots,
      deltas,
      ...Object.fromEntries(Object.entries(written).map(([kind, bytes]) => [`${kind}Bytes`, bytes])),
    },
  });
}

type Kind = "log" | "snapshot" | "delta" | "face" | "other";

function kindOf(path: string): Kind {
  const name = basename(path);
  if (name.startsWith("wal.")) return "log";
  if (name.startsWith("snapshot.delta")) return "delta";
  if (name.startsWith("snapshot")) return "snapshot";
  return name.startsWith("issues.jsonl") ? "face" : "other";
}
