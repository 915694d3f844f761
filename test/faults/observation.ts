import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { runHere } from "./hand";

/** All that commands change, by name, without what differs between two runs: `issue ID`, `memory KEY`, `file PATH`, `backups`. */
export type Observation = ReadonlyMap<string, string>;

/** What a store says, or undefined where there is none. Throws when it refuses to say. */
export async function observe(directory: string): Promise<Observation | undefined> {
  const { code, stdout, stderr } = await runHere(directory, ["export", "--include-memories"]);
  if (code === 1 && stderr.startsWith("error: No .beads directory")) return undefined;
  if (code !== 0) throw new Error(`bz export ended with ${code}: ${stderr}`);
  const seen = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    if (line === "") continue;
    const item = JSON.parse(line) as Record<string, unknown>;
    const name = item._type === "memory" ? `memory ${item.key}` : `issue ${item.id}`;
    if (seen.has(name)) throw new Error(`${name} stands there twice`);
    seen.set(name, JSON.stringify(item, withoutTimes));
  }
  const backups = join(directory, ".beads/store/backups");
  if (existsSync(backups)) {
    const count = readdirSync(backups).filter((name) => !name.includes(".tmp.")).length;
    seen.set("backups", String(count));
  }
  for (const path of [...userFiles(directory), join(directory, ".beads/config.yaml")])
    if (existsSync(path)) seen.set(`file ${relative(directory, path)}`, foreseeable(path));
  return seen;
}

/** The text of a file; of exported lines what every run writes. */
function foreseeable(path: string): string {
  const text = readFileSync(path, "utf8");
  if (!path.endsWith("out.jsonl") || !text.endsWith("}\n")) return text;
  const lines = text.trimEnd().split("\n");
  const parsed = lines.map((line) => JSON.parse(line, withoutTimes) as { id: string; title: string });
  const named = parsed.map((issue) => (issue.title.startsWith("Written") ? { ...issue, id: "NEW" } : issue));
  return named
    .map((issue) => JSON.stringify(issue))
    .sort()
    .join("\n");
}

function withoutTimes(this: unknown, key: string, value: unknown): unknown {
  if (key === "_stamp") return undefined;
  return key.endsWith("_at") && key !== "defer_until" ? "T" : value;
}

/** All that lies beside `.beads`, but unpublished files of processes that died. */
function* userFiles(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.name === ".beads" || entry.name.includes(".tmp.")) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* userFiles(path);
    else yield path;
  }
}

/** Paths of files that nobody published, below `.beads` or a directory beside it. */
export function temporariesIn(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.includes(".tmp.")).sort();
}

/** What changed, by name; a new issue, whose id nobody can foresee, is `issue NEW`, and so is a mention of it. */
export function difference(before: Observation | undefined, after: Observation | undefined): string[] {
  const was = before ?? new Map<string, string>();
  const is = after ?? new Map<string, string>();
  const changes: string[] = [];
  const fresh = [...is.keys()].filter((name) => name.startsWith("issue ") && !was.has(name));
  const foreseeable = fresh.filter((name) => /^issue bd-(from|\w{3}\d)$/.test(name));
  const random = fresh
    .filter((name) => !foreseeable.includes(name))
    .map((name) => name.slice("issue ".length));
  const masked = (text: string): string => random.reduce((rest, id) => rest.replaceAll(id, "NEW"), text);
  for (const name of new Set([...was.keys(), ...is.keys()]))
    if (was.get(name) !== is.get(name))
      changes.push(masked(`${name}: ${is.has(name) ? maskComments(is.get(name) ?? "") : "gone"}`));
  return changes.sort();
}

/** The id of a comment is a hash of its time. */
function maskComments(text: string): string {
  return text.replace(/"id":"?\d{6,}"?/g, '"id":"C"');
}

/** Whether a change, as `difference` writes it, is one of the store itself: those are made all or none. */
export function isOfStore(change: string): boolean {
  return /^(issue|memory) /.test(change);
}
