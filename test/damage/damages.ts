import { statusPageLength } from "../../storage/status-page";
import { segmentHeaderLength } from "../../storage/wal-format";
import { beadsPath, type SimulatedWorld } from "../helpers/simulated-world";
import { bytesOf, fileOf, framesIn, type Specimen } from "./specimen";

/** One thing that happens to one file. */
export interface Damage {
  readonly kind: "flip" | "cut" | "shape";
  readonly file: string;
  /** The byte, of a flip the bit and of a cut the new length. */
  readonly at?: number;
  readonly name: string;
  /** How many transactions it can cost at the most; left out: any number. */
  readonly costs?: number;
  /** The beginning of the record is gone as a whole, so that what is left of it tells no gap. */
  readonly beginsLater?: boolean;
  strike(world: SimulatedWorld): void;
}

/** Every bit of every file, but of the lock only the status page: behind it are counters. */
export function* flips({ world, files }: Specimen): Generator<Damage> {
  for (const file of files) {
    if (!isExamined(file)) continue;
    const bytes = bytesOf(world, file);
    const end = file === lockPath ? statusPageLength : bytes.length;
    for (let bit = 0; bit < 8 * end; bit += 1) {
      const at = bit >> 3;
      const flipped = (bytes[at] ?? 0) ^ (1 << (bit & 7));
      const name = `bit ${bit & 7} of byte ${at} of ${file} flipped`;
      yield {
        kind: "flip",
        file,
        at,
        name,
        costs: 1,
        strike: (hit) => put(hit, file, at, Uint8Array.of(flipped)),
      };
    }
  }
}

/** Without a status page the last frame may be one that was never acknowledged: of it nothing is promised. */
export function* flipsOfAcknowledged(specimen: Specimen): Generator<Damage> {
  const last = specimen.files.findLast(isSegment) ?? "";
  const acknowledged = framesIn(bytesOf(specimen.world, last)).slice(0, -1);
  const end = acknowledged.reduce((at, frame) => at + frame.length, segmentHeaderLength);
  for (const flip of flips(specimen))
    if (flip.file !== lockPath && (flip.file !== last || (flip.at ?? 0) < end)) yield flip;
}

/** Every file cut off at every byte. */
export function* cuts({ world, files }: Specimen): Generator<Damage> {
  for (const file of files) {
    if (!isExamined(file)) continue;
    const { size } = fileOf(world, file);
    for (let length = 0; length < size; length += file === lockPath && length > statusPageLength ? 1009 : 1)
      yield {
        kind: "cut",
        file,
        at: length,
        name: `${file} cut to ${length} bytes`,
        strike: (hit) => cut(hit, file, length),
      };
  }
}

export const isSegment = (file: string): boolean => /\/wal\.\d+$/.test(file);
export const isSnapshot = (file: string): boolean => /\/snapshot(\.\d+|\.delta)?$/.test(file);
/** The sidecar files without content, and what is in quarantine, are nobody's to read. */
export const isExamined = (file: string): boolean =>
  isSegment(file) || isSnapshot(file) || file === lockPath || /^store\/(backups\/|face\.)/.test(file);
export const lockPath = "store/lock";

export function put(world: SimulatedWorld, file: string, at: number, bytes: Uint8Array): void {
  fileOf(world, file).write(at, bytes, world.disk.tick());
  fileOf(world, file).sync();
}

export function cut(world: SimulatedWorld, file: string, length: number): void {
  fileOf(world, file).size = length;
}

export function replace(world: SimulatedWorld, file: string, parts: readonly Uint8Array[]): void {
  cut(world, file, 0);
  put(world, file, 0, Buffer.concat(parts));
}

export function rename(world: SimulatedWorld, from: string, to: string): void {
  const parts = `${beadsPath}/${from}`.split("/");
  const name = parts.pop() ?? "";
  const directory = world.disk.at(parts.join("/"));
  if (directory?.kind !== "directory") throw new Error(`there is no ${parts.join("/")}`);
  world.disk.rename({ directory, name }, { directory, name: to.split("/").at(-1) ?? "" });
}
