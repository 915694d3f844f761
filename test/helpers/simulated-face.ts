import type { Operation } from "../../model/operation";
import type { Settled } from "../../storage/last-write";
import { storeWithWrites } from "./moments";
import {
  attemptAsync,
  beadsPath,
  type Outcome,
  type SimulatedProcess,
  type SimulatedWorld,
} from "./simulated-world";
import { line } from "./story";
import { tester } from "./tester";

/** What others, and bz, do to the face of a simulated clone. */

export function faceIn(world: SimulatedWorld): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(world.file("issues.jsonl")?.read(0, 1 << 28));
}

/** As git and most editors do it: another file under the same name. */
export function replaceFace(world: SimulatedWorld, content: string | Uint8Array): void {
  if (world.file("issues.jsonl") !== undefined) world.remove("issues.jsonl");
  makeFile(world, "issues.jsonl", content);
}

/** As a shell's `>` does it: the same file, emptied and filled. */
export function overwriteFace(world: SimulatedWorld, content: string): void {
  const face = world.file("issues.jsonl");
  if (face === undefined) throw new Error("there is no face");
  face.size = 0;
  face.write(0, new TextEncoder().encode(content), world.disk.tick());
}

export function makeFile(world: SimulatedWorld, name: string, content: string | Uint8Array): void {
  const beads = world.disk.at(beadsPath);
  if (beads?.kind !== "directory") throw new Error("the workspace is there");
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  world.disk.createFile(beads, name, 0o644).write(0, bytes, world.disk.tick());
}

export function namesIn(world: SimulatedWorld): string[] {
  const beads = world.disk.at(beadsPath);
  return beads?.kind === "directory" ? [...beads.entries.keys()].sort() : [];
}

export function put(id: string, title = "New"): Operation {
  return { op: "put", id, line: line(id, title) };
}

export function write(world: SimulatedWorld, operations: readonly Operation[]): SimulatedProcess {
  const process = world.start();
  process.store().write(tester, () => ({ operations, result: undefined }));
  process.kill();
  return process;
}

/** The same, and what a command does once it has answered. */
export async function writeAndSettle(
  process: SimulatedProcess,
  operations: readonly Operation[],
): Promise<Outcome<Settled>> {
  const outcome = await attemptAsync(() => {
    const store = process.store();
    store.write(tester, () => ({ operations, result: undefined }));
    return store.settle();
  });
  process.kill();
  return outcome;
}

export async function sync(world: SimulatedWorld): Promise<Outcome<unknown>> {
  const process = world.start();
  const outcome = await attemptAsync(() => process.store().sync(tester));
  process.kill();
  return outcome;
}

/** Titles by id, as a reader sees them. */
export function titlesIn(world: SimulatedWorld): Record<string, string> {
  const process = world.start();
  const titles = process
    .store()
    .read(({ state }) => Object.fromEntries([...state.issues()].map(({ id, title }) => [id, title])));
  process.kill();
  return titles;
}

export function sequenceIn(world: SimulatedWorld): number {
  const process = world.start();
  const sequence = process.store().read((view) => view.sequence);
  process.kill();
  return sequence;
}

/** Everything below `store/`, so that it can be said what was written. */
export function storeBytes(world: SimulatedWorld): Record<string, string> {
  const files: Record<string, string> = {};
  const visit = (path: string): void => {
    const node = world.disk.at(`${beadsPath}/${path}`);
    if (node?.kind === "directory") for (const name of node.entries.keys()) visit(`${path}/${name}`);
    else if (node !== undefined) files[path] = Buffer.from(node.read(0, node.size)).toString("latin1");
  };
  visit("store");
  return files;
}

/** The line of the face for that id, with `from` replaced. */
export function edited(face: string, id: string, from: string, to: string): string {
  const lines = face.split("\n");
  const at = lines.findIndex((text) => text.includes(`"id":"${id}"`));
  if (at === -1 || !lines[at]?.includes(from)) throw new Error(`no line of ${id} with ${from}`);
  lines[at] = (lines[at] ?? "").replace(from, to);
  return lines.join("\n");
}

/** A store that has written its face, a while ago. */
export async function syncedWorld(): Promise<SimulatedWorld> {
  const { world } = storeWithWrites(1);
  await sync(world);
  world.nowMs += 10_000;
  return world;
}

/** Another title for t-third, by somebody who sets no time. */
export async function worldWithNews(title = "Theirs"): Promise<SimulatedWorld> {
  const world = await syncedWorld();
  replaceFace(world, edited(faceIn(world), "t-third", '"title":"Third"', `"title":"${title}"`));
  return world;
}
