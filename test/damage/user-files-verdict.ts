import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Outcome, TestWorld } from "../commands/test-world";
import type { Accuse } from "./accusation";
import type { UserFileDamage } from "./user-files";

/** Every kind of command, readers first; those that write the face at the end. */
const commandLines = [
  ["list", "--json"],
  ["show", "bd-a"],
  ["ready"],
  ["search", "Kept"],
  ["stats"],
  ["history", "bd-a"],
  ["config", "list"],
  ["info"],
  ["where"],
  ["lint"],
  ["create", "New", "--id", "bd-new"],
  ["update", "bd-a", "--priority", "1"],
  ["comments", "add", "bd-a", "text"],
  ["dep", "add", "bd-b", "bd-a"],
  ["close", "bd-b"],
  ["undo"],
  ["compact"],
  ["backup", "create"],
  ["export", "out.jsonl"],
  ["sync"],
  ["sync"],
  ["config", "set", "lock.timeout_ms", "20000"],
  ["doctor", "--fix"],
] as const;

/** Strikes the file of a workspace with two issues and runs every kind of command in it. Returns what is against the promises. */
export async function judgeUserFile(damage: UserFileDamage): Promise<string[]> {
  const violations: string[] = [];
  const accuse: Accuse = (what) => void violations.push(`${damage.name}: ${what}`);
  const world = new TestWorld();
  const path = join(world.directory, ".beads", damage.file);
  for (const words of [
    ["init", "--here", "--prefix", "bd"],
    ["create", "Kept a", "--id", "bd-a"],
    ["create", "Kept b", "--id", "bd-b"],
    ["sync"],
  ])
    expectDone(words, await world.bz(...words));
  writeFileSync(path, damage.strike(readFileSync(path)));
  const readable = [...readableIds(path, damage), "bd-a", "bd-b"];

  const examined = await world.bz("doctor");
  judgeOutcome(["doctor"], examined, accuse);
  const check = damage.file === "issues.jsonl" ? "face" : "settings";
  if (damage.isTold && !new RegExp(`^(?:FAIL|warn) +${check}`, "m").test(examined.stdout))
    accuse(`doctor tells nothing: ${examined.stdout}`);
  for (const words of commandLines) {
    const outcome = await world.bz(...words);
    judgeOutcome(words, outcome, accuse);
    judgeKept(world, words, damage, accuse);
    if (words[0] === "list" && outcome.exitCode === 0) judgeIds(outcome, readable, words, accuse);
  }
  const after = await world.bz("list", "--all", "--json");
  if (after.exitCode === 0) judgeIds(after, readable, ["list", "--all", "--json"], accuse);
  else if (damage.file === "issues.jsonl")
    accuse(`list ends with ${after.exitCode}: ${after.stderr.slice(0, 300)}`);
  if (Object.hasOwn(Object.prototype, "polluted")) accuse("Object.prototype is polluted");
  return violations;
}

function expectDone(words: readonly string[], { exitCode, stderr }: Outcome): void {
  if (exitCode !== 0) throw new Error(`${words.join(" ")}: ${stderr}`);
}

/** Ids of lines that any JSON parser reads as an issue. */
function readableIds(path: string, { file }: UserFileDamage): string[] {
  if (file !== "issues.jsonl") return [];
  const ids: string[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (const line of readFileSync(path, "latin1").split("\n")) {
    if (line.length > 100_000) continue;
    try {
      const value: unknown = JSON.parse(decoder.decode(Buffer.from(line, "latin1")));
      const id = value instanceof Object ? Reflect.get(value, "id") : undefined;
      if (typeof id === "string" && id !== "") ids.push(id);
    } catch {
      // Not one of those.
    }
  }
  return ids;
}

function judgeOutcome(words: readonly string[], { exitCode, stdout, stderr }: Outcome, accuse: Accuse): void {
  const said = `${words.join(" ")} ends with ${exitCode}`;
  if (/bz has a defect|^\s+at .*\(.*:\d+:\d+\)|RangeError|TypeError|Maximum call/m.test(stderr + stdout))
    accuse(`${said} and a defect: ${stderr.slice(0, 300)}`);
  if (exitCode !== 0 && stderr === "" && !stdout.includes('"error"')) accuse(`${said} without a word`);
  if (stderr.length > 4096) accuse(`${said} and ${stderr.length} bytes of stderr`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(stderr)) accuse(`${said} and control characters on stderr`);
}

function judgeIds(
  { stdout }: Outcome,
  ids: readonly string[],
  words: readonly string[],
  accuse: Accuse,
): void {
  for (const id of ids)
    if (!stdout.includes(`"id":"${id}"`) && !stdout.includes(`"id": "${id}"`))
      accuse(`${words.join(" ")} lacks ${id}`);
}

/** In the face, or, of a line whose write was cut off, in quarantine. */
function judgeKept(
  world: TestWorld,
  words: readonly string[],
  { kept }: UserFileDamage,
  accuse: Accuse,
): void {
  if (kept.length === 0) return;
  const beads = join(world.directory, ".beads");
  const quarantine = join(beads, "store/quarantine");
  mkdirSync(quarantine, { recursive: true });
  const files = readdirSync(quarantine, { recursive: true }).map((name) => join(quarantine, String(name)));
  const places = [join(beads, "issues.jsonl"), ...files.filter((path) => statSync(path).isFile())];
  const contents = places.map((path) => readFileSync(path));
  for (const bytes of kept)
    if (!contents.some((content) => content.includes(bytes)))
      accuse(`${words.join(" ")} loses an unreadable line`);
}
