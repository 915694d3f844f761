import type { Operation } from "../../model/operation";
import { attemptAsync, beadsPath, type Outcome, type SimulatedWorld } from "./simulated-world";
import { line } from "./story";
import { tester } from "./tester";

export function put(id: string): Operation {
  return { op: "put", id, line: line(id, "New") };
}

export function write(world: SimulatedWorld, operations: readonly Operation[]): void {
  const process = world.start();
  process.store().write(tester, () => ({ operations, result: undefined }));
  process.kill();
}

export async function sync(world: SimulatedWorld): Promise<Outcome<unknown>> {
  const process = world.start();
  const outcome = await attemptAsync(() => process.store().sync(tester));
  process.kill();
  return outcome;
}

export function faceIn(world: SimulatedWorld): string {
  return new TextDecoder().decode(world.file("issues.jsonl")?.read(0, 1 << 20));
}

/** As an editor or git does it: another file under the same name. */
export function replaceFace(world: SimulatedWorld, content: string): void {
  const beads = world.disk.at(beadsPath);
  if (beads?.kind !== "directory") throw new Error("the workspace is there");
  world.remove("issues.jsonl");
  world.disk
    .createFile(beads, "issues.jsonl", 0o644)
    .write(0, new TextEncoder().encode(content), world.disk.tick());
}

export function namesIn(world: SimulatedWorld): string[] {
  const beads = world.disk.at(beadsPath);
  return beads?.kind === "directory" ? [...beads.entries.keys()].sort() : [];
}
