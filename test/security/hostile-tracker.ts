import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject, JsonValue } from "../../model/json";
import { type Request, special } from "../commands/contract/cases";
import { loadCases } from "../commands/contract/load";
import { copyOfTracker } from "../commands/contract/tracker";
import { initialisedWorld, TestWorld } from "../commands/test-world";

/** A command line in the tracker of the contract, and what stands on stdin. */
export interface Line {
  readonly words: readonly string[];
  readonly stdin: string;
}

const moreLines: Readonly<Record<string, readonly Request[]>> = {
  graph: ["svg", "html", "dot", "mermaid", "text"].map((format) => ["--all", "--format", format]),
  "dep tree": ["mermaid", "dot"].map((format) => ["bd-bbbb", "--format", format]),
  init: [["--here"]],
  list: [["--tree"], ["--all"], ["--as-of", "3"]],
  changelog: [["--group-by", "type"]],
  prime: [["--hook-json"]],
};

/** Every command of the table, in every way in which its contract tries it, refused ones too. Without `upgrade`, which speaks to a network. */
export async function everyLine(): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [name, { done, empty, refused = [] }] of await loadCases()) {
    if (name === "upgrade") continue;
    const requests = [...done, ...refused.map(([, request]) => request), ...(moreLines[name] ?? [])];
    for (const request of empty === undefined ? requests : [...requests, empty]) {
      const { words, stdin = "" } = special(request);
      lines.push({ words: [...name.split(" "), ...words], stdin });
    }
  }
  return lines;
}

const told =
  /^(?:title|description|design|notes|acceptance_criteria|assignee|owner|created_by|close_reason|closed_by_session|deleted_by|delete_reason|external_ref|claim_session|author|text|value)$/;

/** The same line with the text in every field that people write. Lists get it as one more. */
function poisoned(value: JsonValue, text: string): JsonValue {
  if (Array.isArray(value)) return value.map((each) => poisoned(each, text));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => {
    if (told.test(key) && typeof item === "string") return [key, `${text}${item}${text}`];
    if (key === "labels" && Array.isArray(item)) return [key, [...item, text]];
    if (key === "metadata") return [key, { [text]: text }];
    return [key, poisoned(item, text)];
  });
  return Object.fromEntries(entries);
}

/** The tracker of the contract, with the text wherever people write, in the face, the log and the snapshot. */
export async function hostileTracker(text: string): Promise<TestWorld> {
  const source = await copyOfTracker();
  const { stdout } = await source.bz("export", "--include-memories");
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { _stamp, ...issue } = poisoned(JSON.parse(line), text) as JsonObject;
      return JSON.stringify({ ...issue, [`x_${text}`]: text, created_by: text });
    });
  const world = await initialisedWorld();
  writeFileSync(join(world.directory, ".beads/issues.jsonl"), `${lines.join("\n")}\n`);
  await world.bz("sync");
  // Some refuse the text, which is right, too.
  for (const words of [
    ["remember", "db", text],
    ["remember", `k${text}`, "value"],
    ["query", "save", "urgent", "priority<2", "-d", text],
    ["query", "save", `q${text}`, "priority<2"],
    ["comments", "add", "bd-aaaa", text, "--author", text],
    ["update", "bd-aaaa", "--title", `Now ${text}`, "--actor", text, "--session", text],
    ["backup", "create", "--note", text],
  ])
    await world.bz(...words);
  const backups = join(world.directory, ".beads/store/backups");
  if (existsSync(backups)) {
    const [name] = readdirSync(backups);
    if (name !== undefined) cpSync(join(backups, name), join(backups, "early"));
  }
  writeFileSync(join(world.directory, ".beads/PRIME.md"), `Guide ${text}\n`);
  return world;
}

/** In a directory whose name says the text, too, as far as names can. */
export function copyOf(world: TestWorld, text: string): TestWorld {
  const copy = new TestWorld();
  const name = text.replace(/[/\0\ud800-\udfff]/g, "_").slice(0, 40);
  copy.directory = join(copy.directory, `d${name}`);
  mkdirSync(copy.directory);
  cpSync(world.directory, copy.directory, { recursive: true });
  copy.timeMs = world.timeMs;
  return copy;
}

export function removeWorld(world: TestWorld): void {
  rmSync(world.directory, { recursive: true, force: true });
}
