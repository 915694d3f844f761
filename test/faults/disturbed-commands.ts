import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fullAllowance } from "../../storage/export-budget";
import { decodeSignature } from "../../storage/face-signature";
import { encodeSignature } from "../../storage/face-signing";
import { deltaName } from "../../storage/paths";
import { compiled } from "../helpers/bz-forms";
import { holdCompactLock } from "../helpers/compact-lock";
import { succeedHere } from "./hand";

/** One command line that is disturbed, and the store it meets. */
export interface DisturbedCommand {
  readonly name: string;
  readonly words: readonly string[];
  /** A reader has to answer all or to say that it cannot. */
  readonly isReader?: boolean;
  /** Nothing is there before, or only the face: what ends before the store is born leaves none. */
  readonly isBirth?: boolean;
  /** Answered by the fast path. Where that fails before anything is written, the whole program makes the call from its beginning. */
  readonly isFast?: boolean;
  /** The store is damaged, and the command is the one that repairs it. */
  readonly isRepair?: boolean;
  /** What is done to the common store once. */
  readonly stage?: (directory: string) => Promise<void>;
  /** What is done to each copy of it just before. */
  readonly late?: (directory: string) => void;
}

/** Whose changes `undo` takes back, and whose claim is released. */
export const actor = { BEADS_ACTOR: "tester", BEADS_SESSION: "first" };

const issueOf = (id: string, title: string): string =>
  JSON.stringify({
    id,
    title,
    status: "open",
    priority: id === "bd-one1" ? 0 : 2,
    issue_type: "task",
    created_at: "2026-01-02T03:04:05.678Z",
    updated_at: "2026-01-02T03:04:05.678Z",
  });

const ids = ["bd-one1", "bd-two2", "bd-wait", "bd-done", "bd-gone", "bd-held"];
const foreignLine = issueOf("bd-from", "Came with git");

/** A snapshot, history behind it, and a log that is not folded yet. */
export async function stageCommonStore(directory: string): Promise<void> {
  const bz = (line: string): Promise<string> => succeedHere(directory, line.split(" "), actor);
  await bz("init --here --prefix bd");
  await bz("config set sync.auto_flush false");
  writeFileSync(join(directory, "seed.jsonl"), `${ids.map((id) => issueOf(id, `The ${id}`)).join("\n")}\n`);
  await bz("import seed.jsonl");
  rmSync(join(directory, "seed.jsonl"));
  await bz("close bd-done --reason finished");
  await bz("compact");
  await bz("dep add bd-wait bd-one1");
  await bz("comments add bd-one1 Spoken");
  await bz("label add bd-one1 early");
  await bz("claim bd-held");
  await bz("backup create");
  await bz("remember kept text");
  await bz("delete bd-gone");
  await bz("update bd-two2 --title Changed");
  await bz("sync");
}

const batchLines = [
  '{"cmd":"create","title":"In a batch","key":"k"}',
  '{"cmd":"dep add","id":"bd-two2","on":"$k"}',
  '{"cmd":"close","id":"bd-one1"}',
];

/** The name is what the line begins with. */
const writer = (name: string, line = "", more: Partial<DisturbedCommand> = {}): DisturbedCommand => ({
  name,
  words: [
    ...name.split(" "),
    ...(line === "" ? [] : line.split(" ")),
    ...(name === "export" ? [] : ["--json"]),
  ],
  ...more,
});
const reader = (name: string, line = "", more: Partial<DisturbedCommand> = {}): DisturbedCommand =>
  writer(name, line, { isReader: true, ...more });

const writeFile =
  (name: string, text: string): ((directory: string) => Promise<void>) =>
  async (directory) =>
    writeFileSync(join(directory, name), text);

/** A line that git brought, which the store has not seen. */
const receiveLine = (directory: string): void =>
  appendFileSync(join(directory, ".beads/issues.jsonl"), `${foreignLine}\n`);

const storeOf = (directory: string): string => join(directory, ".beads/store");

async function leaveFaceAlone(directory: string): Promise<void> {
  rmSync(storeOf(directory), { recursive: true });
}

const exportByItself = async (directory: string): Promise<void> => {
  await succeedHere(directory, ["config", "set", "sync.auto_flush", "true"], actor);
};

/** Automatic exports have an allowance, which what came before would have used up. */
function allowExport(directory: string): void {
  receiveLine(directory);
  for (const name of readdirSync(storeOf(directory))) {
    if (!/^face\.[0-9a-f]+$/.test(name)) continue;
    const path = join(storeOf(directory), name);
    const signature = decodeSignature(readFileSync(path));
    if (signature !== undefined)
      writeFileSync(path, encodeSignature({ ...signature, allowance: fullAllowance }));
  }
}

/** A byte in the middle of the newest long segment: a frame that was acknowledged. */
function damageLog(directory: string): void {
  const segments = readdirSync(storeOf(directory)).filter((name) => /^wal\.\d+$/.test(name));
  const paths = segments.map((name) => join(storeOf(directory), name));
  const path = paths.sort((a, b) => statSync(b).size - statSync(a).size)[0] ?? "";
  const bytes = readFileSync(path);
  const middle = bytes.indexOf("Spoken");
  if (middle === -1) throw new Error(`${path} does not hold what is to be damaged`);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

const longIssue = (id: string, length: number): string =>
  `${issueOf(id, "Long").slice(0, -1)},"description":"${"x".repeat(length)}"}\n`;

/** So large a snapshot that a log which is due is folded into a delta; and a file that makes the log due for the command behind it. */
async function growSnapshot(directory: string): Promise<void> {
  const path = join(directory, "large.jsonl");
  const ids = Array.from({ length: 5 }, (_, number) => `bd-big${number}`);
  writeFileSync(path, ids.map((id) => longIssue(id, 700_000)).join(""));
  await succeedHere(directory, ["import", path], actor);
  await succeedHere(directory, ["compact"], actor);
  writeFileSync(path, longIssue("bd-long", 330_000));
}

/** The import would fold it itself. */
function makeLogDue(directory: string): void {
  const release = holdCompactLock(storeOf(directory));
  succeedAtOnce(directory, "import large.jsonl");
  release();
}

function succeedAtOnce(directory: string, line: string): void {
  const { exitCode, stderr } = Bun.spawnSync([...compiled.command, ...line.split(" ")], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? "", HOME: directory, ...actor },
  });
  if (exitCode !== 0) throw new Error(`bz ${line} ended with ${exitCode}: ${stderr}`);
}

/** What nearly every call finds: the settings say nothing of what it asks, one segment, and a face that is known. */
function makeUsual(directory: string): void {
  for (const line of ["config unset sync.auto_flush", "compact", "note bd-wait Noted", "sync"])
    succeedAtOnce(directory, line);
}

async function makeDelta(directory: string): Promise<void> {
  await growSnapshot(directory);
  await succeedHere(directory, ["import", join(directory, "large.jsonl")], actor);
  await succeedHere(directory, ["q", "Behind the delta"], actor);
  statSync(join(storeOf(directory), deltaName));
}

/** A byte of the long line. */
function damageDelta(directory: string): void {
  const path = join(storeOf(directory), deltaName);
  const bytes = readFileSync(path);
  bytes[10_000] = (bytes[10_000] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

const fast = (line: string, more: Partial<DisturbedCommand> = {}): DisturbedCommand => ({
  name: `${line.split(" ")[0]} on the fast path`,
  words: line.split(" "),
  isFast: true,
  late: makeUsual,
  ...more,
});

/** Each kind of change, and the readers that people trust most. */
export const disturbedCommands: readonly DisturbedCommand[] = [
  writer("q", "Disturbed"),
  { ...writer("q", "Disturbed", { stage: exportByItself, late: allowExport }), name: "q with export" },
  { ...writer("q", "Disturbed", { stage: leaveFaceAlone, isBirth: true }), name: "q in a fresh clone" },
  { ...writer("q", "Disturbed", { late: receiveLine }), name: "q taking in" },
  fast("q Disturbed"),
  fast("claim bd-two2"),
  fast("close bd-one1 -r Disturbed"),
  fast("show bd-wait", { isReader: true }),
  writer("create", "Disturbed --description Long --labels a,b --deps bd-one1"),
  writer("update", "bd-two2 --title Disturbed --priority 1"),
  writer("close", "bd-one1 --reason Disturbed"),
  writer("reopen", "bd-done"),
  writer("claim", "bd-two2"),
  writer("next --claim"),
  writer("release", "bd-held"),
  writer("defer", "bd-two2 --until 2099-01-01"),
  writer("note", "bd-two2 Disturbed"),
  writer("comments add", "bd-two2 Disturbed"),
  writer("dep add", "bd-two2 bd-one1"),
  writer("dep remove", "bd-wait bd-one1"),
  writer("label add", "bd-two2 disturbed"),
  writer("label remove", "bd-one1 early"),
  writer("batch", "batch.jsonl --atomic", { stage: writeFile("batch.jsonl", `${batchLines.join("\n")}\n`) }),
  writer("add-batch", "titles.txt", { stage: writeFile("titles.txt", "First\nSecond\n") }),
  writer("delete", "bd-two2"),
  { ...writer("delete", "bd-one1 --hard --force"), name: "delete --hard" },
  writer("undelete", "bd-gone"),
  writer("undo"),
  writer("import", "more.jsonl", { stage: writeFile("more.jsonl", `${foreignLine}\n`) }),
  writer("remember", "fact Disturbed"),
  writer("forget", "kept"),
  writer("config set", "lock.timeout_ms 20000"),
  writer("sync", "", { late: receiveLine }),
  writer("compact"),
  { ...writer("q", "Disturbed", { stage: growSnapshot, late: makeLogDue }), name: "q with a fold" },
  { ...writer("q", "Disturbed", { stage: makeDelta }), name: "q behind a delta" },
  { ...writer("compact", "", { stage: makeDelta }), name: "compact of a delta" },
  { ...writer("delete", "bd-long --hard --force", { stage: makeDelta }), name: "delete --hard in a delta" },
  writer("backup create"),
  // Its name begins with the year.
  writer("backup restore", "2"),
  writer("doctor --fix"),
  { ...writer("doctor --fix", "", { late: damageLog, isRepair: true }), name: "doctor --fix of damage" },
  {
    ...writer("doctor --fix", "", { stage: makeDelta, late: damageDelta, isRepair: true }),
    name: "doctor --fix of a delta",
  },
  writer("setup", "claude"),
  writer("init", "--here --prefix bd", { isBirth: true }),
  reader("list", "--all", { late: receiveLine }),
  { ...reader("list", "--all", { stage: leaveFaceAlone, isBirth: true }), name: "list in a fresh clone" },
  reader("show", "bd-one1 bd-wait", { late: receiveLine }),
  { ...reader("list", "--all", { stage: makeDelta }), name: "list with a delta" },
  reader("ready"),
  reader("history", "bd-one1"),
  reader("export", "", { late: receiveLine }),
  reader("export to a file", "", {
    words: ["export", "-o", "out.jsonl"],
    stage: writeFile("out.jsonl", "what was there\n"),
  }),
  reader("doctor"),
  reader("stats"),
];
