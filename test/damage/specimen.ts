import { spyOn } from "bun:test";
import { dependentsOf } from "../../model/graph";
import type { Operation } from "../../model/operation";
import { recordLine } from "../../model/record-line";
import { statusPageLength } from "../../storage/status-page";
import type { ReplayPast, Store, View } from "../../storage/store";
import { frameHeaderLength, segmentHeaderLength } from "../../storage/wal-format";
import type { FileNode } from "../helpers/simulated-file";
import { beadsPath, SimulatedWorld } from "../helpers/simulated-world";
import { compactIn, foldIn, line } from "../helpers/story";
import { tester } from "../helpers/tester";
import { Random } from "../protocol-model/random";

/** A store with something of everything in it, and all that was acknowledged of it. */
export interface Specimen {
  readonly world: SimulatedWorld;
  /** Of `.beads/`, in the order of the bytes' way through the store. */
  readonly files: readonly string[];
  readonly told: Told;
  readonly past: ToldPast;
  /** Per issue every value that a field of it ever had. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The status page: of this boot, of the one before, or nothing that verifies; or the first one, in a store with a delta. */
export type Page = (typeof pages)[number];
export const pages = ["current", "earlier boot", "none", "current, with a delta"] as const;

/** What a reader is told. */
export interface Told {
  readonly sequence: number;
  readonly lines: Readonly<Record<string, string>>;
  readonly records: string;
  readonly dependents: string;
}

export function tellAll(view: View): Told {
  const { state, sequence } = view;
  return {
    sequence,
    lines: linesOf(view),
    records: state.records().map(recordLine).join("\n"),
    dependents: tellDependents(view),
  };
}

export function tellDependents({ state }: View): string {
  return JSON.stringify(dependentsOf(state, target).map(({ issue }) => issue.id));
}

/** What the record tells: `history`, an event a text; and what `undo` and `--as-of` know of each issue before each transaction. */
export interface ToldPast {
  readonly events: readonly string[];
  /** By "sequence id": the line, null where there was no such issue, left out where that is not known. */
  readonly before: ReadonlyMap<string, string | null>;
}

export async function tellPast(store: Store): Promise<ToldPast> {
  const events = (await store.history()).map((event) => JSON.stringify(event));
  return { events, before: await store.readWithPast(tellBefore) };
}

function tellBefore(_: View, replay: ReplayPast): Map<string, string | null> {
  const before = new Map<string, string | null>();
  replay({}, ({ sequence }, past) => {
    for (const id of ids) if (past.knows(id)) before.set(`${sequence} ${id}`, past.line(id) ?? null);
  });
  return before;
}

/** Each transaction touches one issue or two, so that it can be told which a damaged frame concerns. */
export const touchedLimit = 2;

/**
 * In `history/` a base and folded segments, purged frames among them; a snapshot with records; a sealed segment behind it; and the last one, open. A backup.
 * The face is the one that the store was born from: it vouches for nothing that came later.
 */
export function makeSpecimen(page: Page = "current", seed = 1): Promise<Specimen> {
  return withSeed(seed, () => build(page));
}

/** Salts and ids are drawn from the seed, so that a damage can be made again bit for bit. */
async function withSeed<T>(seed: number, action: () => Promise<T>): Promise<T> {
  const random = new Random(seed);
  const drawn = spyOn(crypto, "getRandomValues").mockImplementation((bytes) => {
    if (bytes instanceof Uint8Array) for (const at of bytes.keys()) bytes[at] = random.between(0, 255);
    return bytes;
  });
  try {
    return await action();
  } finally {
    drawn.mockRestore();
  }
}

async function build(page: Page): Promise<Specimen> {
  const hasDelta = page === "current, with a delta";
  // Next to a large snapshot a few writes are worth a delta.
  const long = hasDelta ? `,"description":"${"long ".repeat(5_000)}"}` : "}";
  let world = SimulatedWorld.withWorkspace(
    ["t-born", target].map((id) => line(id, "Born").replace(/}$/, long)),
  );
  const values = new Map<string, Set<string>>();
  const write = (...operations: Operation[]): void => {
    const process = world.start();
    process.store().write(tester, () => ({ operations, result: undefined }));
    const { lines } = process.store().read(tellAll);
    for (const [id, text] of Object.entries(lines)) remember(values, id, text);
    process.kill();
  };
  const losePage = (): void =>
    fileOf(world, "store/lock").write(0, new Uint8Array(statusPageLength), world.disk.tick());
  write({ op: "put", id: "t-folded", line: line("t-folded", "Folded \u00e9\u2028") });
  write(retitled(target, "Once", 1), edge("t-folded", 2));
  write({ op: "put", id: "t-purged", line: line("t-purged", "Secret") });
  // A writer that finds no page begins a new segment with the last frame, written again.
  losePage();
  write(memory("kept", "early"), retitled("t-born", "Twice", 3));
  fold(world);
  write({ op: "purge", id: "t-purged", at: firstMs + 1 });
  await inStore(world, (store) => store.scrub(["t-purged"]));
  write({ op: "put", id: "t-later", line: line("t-later", "Later") }, memory("more", "late"));
  fold(world);
  await inStore(world, async (store) => (await store.backups()).create(tester, "before more"));
  write(retitled("t-folded", "Sealed", 4));
  if (hasDelta) fold(world, foldIn);
  write({ op: "put", id: "t-sealed", line: line("t-sealed", "Sealed") });
  losePage();
  write({ op: "put", id: "t-open", line: line("t-open", "Open") });
  write(edge("t-open", 5), memory("last", "open"));
  write(retitled(target, "Last", 6), retitled("t-later", "Last", 6));
  world.disk.settle();
  if (page === "earlier boot") world = world.powerCut(1);
  if (page === "none") losePage();
  const told = await inStore(world, async (store) => store.read(tellAll));
  const past = await inStore(world, tellPast);
  return { world, files: filesIn(world), told, past, values };
}

/** What a new process does, and then ends. */
export async function inStore<T>(
  world: SimulatedWorld,
  action: (store: Store) => T | Promise<T>,
): Promise<T> {
  const process = world.start();
  try {
    return await action(process.store());
  } finally {
    process.kill();
  }
}

/** The fields of a line, each with its value. */
export function fieldsOf(text: string): string[] {
  return Object.entries(JSON.parse(text) as Record<string, unknown>).map(
    ([key, value]) => `${key}=${JSON.stringify(value)}`,
  );
}

/** Paths below `.beads/` of all that `store/` holds. */
export function filesIn(world: SimulatedWorld, path = "store"): string[] {
  const node = world.disk.at(`${beadsPath}/${path}`);
  if (node?.kind !== "directory") return node === undefined ? [] : [path];
  return [...node.entries.keys()].sort().flatMap((name) => filesIn(world, `${path}/${name}`));
}

export function bytesOf(world: SimulatedWorld, path: string): Uint8Array {
  const file = fileOf(world, path);
  return file.read(0, file.size);
}

export function fileOf(world: SimulatedWorld, path: string): FileNode {
  const file = world.file(path);
  if (file === undefined) throw new Error(`the specimen has no ${path}`);
  return file;
}

/** The frames of a segment. */
export function framesIn(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const frames: Uint8Array[] = [];
  for (let at = segmentHeaderLength; at + frameHeaderLength <= bytes.length; ) {
    const end = at + frameHeaderLength + view.getUint32(at + 4, true);
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}

function fold(world: SimulatedWorld, action = compactIn): void {
  const process = world.start();
  const outcome = action(process);
  if (outcome.kind !== "done") throw new Error(`the compaction ${outcome.kind}`);
  if (action === foldIn) fileOf(world, "store/snapshot.delta");
  process.kill();
}

function remember(values: Map<string, Set<string>>, id: string, text: string): void {
  const known = values.get(id) ?? new Set();
  values.set(id, known);
  for (const field of fieldsOf(text)) known.add(field);
}

function retitled(id: string, title: string, at: number): Operation {
  return { op: "change", id, at: firstMs + at, set: { title } };
}

function edge(id: string, at: number): Operation {
  const edges = [
    { depends_on_id: target, type: "blocks", present: true, created_at: "2026-01-02T03:04:05.678Z" },
  ];
  return { op: "change", id, at: firstMs + at, edges };
}

function memory(key: string, value: string): Operation {
  return { op: "record", type: "memory", key, value, at: 1, by: "tester" };
}

/** What the others depend on. */
const target = "t-root";
const ids = ["t-born", target, "t-folded", "t-purged", "t-later", "t-sealed", "t-open"];
const firstMs = 1_767_323_045_678;

function linesOf({ state }: View): Record<string, string> {
  return Object.fromEntries([...state.ids()].map((id) => [id, state.line(id) ?? ""]));
}
