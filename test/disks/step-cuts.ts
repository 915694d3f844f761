import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { holdCompactLock } from "../helpers/compact-lock";
import type { Random } from "../protocol-model/random";
import { Disk, type Medium } from "./disk";
import { Ledger } from "./ledger";
import { newStore, type Outcome, verify, writeBack } from "./power-cut";
import type { Rig } from "./rig";
import type { DiskTracker } from "./tracker";

/** What is cut at each of its steps. */
export const stepwise = ["rotation", "compaction", "fold", "sync", "birth"] as const;
type Kind = (typeof stepwise)[number];

/** The calls that change a disk. */
const changes = [
  "openat",
  "write",
  "pwrite64",
  "fdatasync",
  "fsync",
  "renameat",
  "renameat2",
  "linkat",
  "unlinkat",
  "mkdirat",
];

interface Step {
  readonly call: string;
  /** Which call of that name, from 1. */
  readonly ordinal: number;
}

/** The power goes at a step of one process, which is killed there first; then the same of another step, on the disk that is left. */
export async function stepCuts(rig: Rig, medium: Medium, kind: Kind, random: Random): Promise<Outcome> {
  let disk = Disk.make(rig, medium);
  const tracker = await newStore(disk, false);
  const ledger = new Ledger();
  const trace = join(tracker.home, "calls");
  let number = 0;
  const attempt = async (wrapper: readonly string[]): Promise<string | null> => {
    number += 1;
    const title = `${kind} ${number}`;
    const isWrite = kind === "rotation" || kind === "birth" || kind === "fold";
    const acknowledgements: (() => void)[] = [];
    if (isWrite) acknowledgements.push(ledger.attempt(title, { status: "open", description: "" }));
    if (kind === "sync") acknowledgements.push(ledger.attemptSync());
    const words = isWrite ? ["q", title] : [kind === "sync" ? "sync" : "compact"];
    const { code, signal, stderr } = await tracker.start(wrapper, ...words, "--json").finished;
    if (code === 0) for (const each of acknowledgements) each();
    else if (signal === null) throw new Error(`bz ${words[0]} ended with ${code}: ${stderr}`);
    return signal;
  };
  if (kind === "fold") {
    // Next to a large snapshot a log that is due is worth a delta.
    await bringLong(tracker, ledger, 5, 700_000);
    await tracker.succeed("compact");
  }
  await prepare(kind, tracker, ledger);
  await attempt(["strace", "-qq", "-y", "-o", trace]);
  const calls = readFileSync(trace, "utf8");
  if (kind === "fold" && !calls.includes("snapshot.delta.tmp")) throw new Error("nothing was folded");
  const all: (Step | undefined)[] = stepsIn(calls);
  const steps = random.shuffle([...all, undefined]).slice(0, 3);
  // What has answered is acknowledged, so that its cut asks for the most.
  if (!steps.includes(undefined)) steps.push(undefined);
  const wrong: string[] = [];
  let killed = 0;
  for (const step of steps) {
    await prepare(kind, tracker, ledger);
    if ((await attempt(step === undefined ? [] : killAt(step))) !== null) killed += 1;
    if (random.chance(0.4)) writeBack(tracker.store, random);
    disk = disk.startAgain(disk.copyImage());
    wrong.push(
      ...(await verify(tracker, ledger, `${kind} cut at ${step?.call ?? "its end"} ${step?.ordinal ?? ""}`)),
    );
    if (wrong.length > 0) break;
  }
  disk.close();
  return { wrong, counts: { "cuts at a step": steps.length, "of them before its end": killed } };
}

async function prepare(kind: Kind, tracker: DiskTracker, ledger: Ledger): Promise<void> {
  for (let number = 0; number < 2; number += 1) {
    const title = `before ${crypto.randomUUID()}`;
    const acknowledge = ledger.attempt(title, { status: "open", description: "" });
    await tracker.succeed("q", title);
    acknowledge();
  }
  if (kind === "birth") {
    await tracker.succeed("sync");
    rmSync(tracker.store, { recursive: true });
  }
  if (kind === "fold") {
    // So that it is the next command that folds, and not the import.
    const release = holdCompactLock(tracker.store);
    await bringLong(tracker, ledger, 1, 330_000);
    release();
  }
  if (kind !== "rotation") return;
  // A writer that dies before its sync leaves a tail that nobody may append to.
  const title = `tail ${crypto.randomUUID()}`;
  ledger.attempt(title, { status: "open", description: "" });
  await tracker.start(killAt({ call: "fdatasync", ordinal: 1 }), "q", title).finished;
}

/** As many issues, each with a note of that length. */
async function bringLong(tracker: DiskTracker, ledger: Ledger, count: number, length: number): Promise<void> {
  const titles = Array.from({ length: count }, () => `long ${crypto.randomUUID()}`);
  const created_at = new Date().toISOString();
  const lines = titles.map((title) => {
    const id = `long-${title.slice(-12)}`;
    const notes = "x".repeat(length);
    return JSON.stringify({ id, title, notes, status: "open", created_at, updated_at: created_at });
  });
  const path = join(tracker.home, "long.jsonl");
  writeFileSync(path, `${lines.join("\n")}\n`);
  const acknowledge = titles.map((title) => ledger.attempt(title, { status: "open", description: "" }));
  await tracker.succeed("import", path);
  for (const each of acknowledge) each();
}

function killAt({ call, ordinal }: Step): string[] {
  const kill = ["-e", `trace=${call}`, "-e", `inject=${call}:signal=SIGKILL:when=${ordinal}`];
  return ["strace", "-qq", "-o", "/dev/null", ...kill];
}

function stepsIn(trace: string): Step[] {
  const counts = new Map<string, number>();
  const steps: Step[] = [];
  for (const line of trace.split("\n")) {
    const call = /^(\w+)\(/.exec(line)?.[1];
    if (call === undefined || !changes.includes(call)) continue;
    const ordinal = (counts.get(call) ?? 0) + 1;
    counts.set(call, ordinal);
    if (line.includes("/.beads") && (call !== "openat" || line.includes("O_CREAT")))
      steps.push({ call, ordinal });
  }
  return steps;
}
