import { statusPageLength } from "../../storage/status-page";
import { frameHeaderLength, segmentHeaderLength } from "../../storage/wal-format";
import { beadsPath, type SimulatedWorld } from "../helpers/simulated-world";
import { bytesOf, fileOf, type Specimen } from "./specimen";

/** One thing that happens to one file. */
export interface Damage {
  readonly kind: "flip" | "cut" | "shape";
  readonly file: string;
  /** The byte, of a flip the bit and of a cut the new length. */
  readonly at?: number;
  readonly name: string;
  /** How many transactions it can cost at the most; left out: any number. */
  readonly costs?: number;
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

/** Whole parts at the wrong place. */
export function* shapes(specimen: Specimen): Generator<Damage> {
  const { world, files } = specimen;
  for (const file of files.filter(isExamined)) {
    const bytes = bytesOf(world, file);
    const shape = (name: string, strike: Damage["strike"]): Damage => ({
      kind: "shape",
      file,
      name: `${file} ${name}`,
      strike,
    });
    yield shape("removed", (hit) => hit.remove(file));
    yield shape("twice, one behind the other", (hit) => replace(hit, file, [bytes, bytes]));
    yield shape("with zeros behind it", (hit) => replace(hit, file, [bytes, new Uint8Array(4096)]));
    for (let at = 0; at < bytes.length && file !== lockPath; at += 64)
      yield shape(`with 64 zeros at ${at}`, (hit) =>
        put(hit, file, at, new Uint8Array(Math.min(64, bytes.length - at))),
      );
    yield shape("nothing but zeros", (hit) => replace(hit, file, [new Uint8Array(bytes.length)]));
    for (const other of files.filter(isExamined))
      if (other !== file)
        yield shape(`replaced by ${other}`, (hit) => replace(hit, file, [bytesOf(world, other)]));
    if (!isSegment(file)) continue;
    yield* shuffles(file, bytes, shape);
    const renamed = file.replace(/\d+$/, (digits) => String(Number(digits) + 3));
    yield shape(`renamed to ${renamed}`, (hit) => rename(hit, file, renamed));
  }
}

function* shuffles(
  file: string,
  bytes: Uint8Array,
  shape: (name: string, strike: Damage["strike"]) => Damage,
): Generator<Damage> {
  const frames = framesIn(bytes);
  const header = bytes.subarray(0, segmentHeaderLength);
  const made = (name: string, order: readonly (Uint8Array | undefined)[]): Damage =>
    shape(name, (hit) => replace(hit, file, [header, ...order.filter((frame) => frame !== undefined)]));
  for (const [index, frame] of frames.entries()) {
    yield made(
      `frame ${index} doubled`,
      frames.flatMap((each) => (each === frame ? [each, each] : [each])),
    );
    yield made(`frame ${index} removed`, frames.toSpliced(index, 1));
    yield made(`frame ${index} doubled at the end`, [...frames, frame]);
    if (index > 0)
      yield made(
        `frame ${index} swapped with the one before`,
        frames.with(index - 1, frame).with(index, frames[index - 1] ?? frame),
      );
  }
}

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

export const isSegment = (file: string): boolean => /\/wal\.\d+$/.test(file);
export const isSnapshot = (file: string): boolean => /\/snapshot(\.\d+)?$/.test(file);
const isExamined = (file: string): boolean => isSegment(file) || file === lockPath || isSnapshot(file);
export const lockPath = "store/lock";

function put(world: SimulatedWorld, file: string, at: number, bytes: Uint8Array): void {
  fileOf(world, file).write(at, bytes, world.disk.tick());
  fileOf(world, file).sync();
}

function cut(world: SimulatedWorld, file: string, length: number): void {
  fileOf(world, file).size = length;
}

function replace(world: SimulatedWorld, file: string, parts: readonly Uint8Array[]): void {
  cut(world, file, 0);
  put(world, file, 0, Buffer.concat(parts));
}

function rename(world: SimulatedWorld, from: string, to: string): void {
  const parts = `${beadsPath}/${from}`.split("/");
  const name = parts.pop() ?? "";
  const directory = world.disk.at(parts.join("/"));
  if (directory?.kind !== "directory") throw new Error(`there is no ${parts.join("/")}`);
  world.disk.rename({ directory, name }, { directory, name: to.split("/").at(-1) ?? "" });
}
