import { segmentHeaderLength } from "../../storage/wal-format";
import type { SimulatedWorld } from "../helpers/simulated-world";
import { Random } from "../protocol-model/random";
import { type Damage, isExamined, isSegment, isSnapshot, lockPath, put, rename, replace } from "./damages";
import { bytesOf, framesIn, type Specimen } from "./specimen";

type Shape = (name: string, strike: Damage["strike"], more?: Partial<Damage>) => Damage;

/**
 * Whole parts at the wrong place.
 * @param foreign another store with files of the same names
 */
export function* shapes(specimen: Specimen, foreign: Specimen): Generator<Damage> {
  const { world, files } = specimen;
  const examined = files.filter(isExamined);
  for (const file of examined) {
    const bytes = bytesOf(world, file);
    const shape: Shape = (name, strike, more) => ({
      kind: "shape",
      file,
      name: `${file} ${name}`,
      strike,
      ...more,
    });
    yield shape("removed", (hit) => hit.remove(file), { beginsLater: file === "store/history/wal.1" });
    yield* grown(bytes, shape, file);
    if (file !== lockPath) yield* blocks(specimen, file, shape);
    // A backup is a snapshot of this very store, and as whole in that place.
    for (const other of examined)
      if (other !== file && !(file === "store/snapshot" && other.startsWith("store/backups/")))
        yield shape(`replaced by ${other}`, (hit) => replace(hit, file, [bytesOf(world, other)]));
    if (foreign.files.includes(file) && file !== lockPath)
      yield shape("replaced by that of another store", (hit) =>
        replace(hit, file, [bytesOf(foreign.world, file)]),
      );
    if (isSnapshot(file)) yield* snapshotParts(specimen, file, shape);
    if (!isSegment(file)) continue;
    yield* shuffles(file, bytes, shape);
    yield* renamings(world, file, shape);
  }
}

/** What an append or a write-back at the wrong time leaves. */
function* grown(bytes: Uint8Array, shape: Shape, file: string): Generator<Damage> {
  yield shape("twice, one behind the other", (hit) => replace(hit, file, [bytes, bytes]));
  yield shape("with zeros behind it", (hit) => replace(hit, file, [bytes, new Uint8Array(4096)]));
  yield shape("with 1 MiB of garbage behind it", (hit) => replace(hit, file, [bytes, garbage()]));
  yield shape("with a tail of zeros", (hit) => {
    const tail = Math.min(256, bytes.length >> 1);
    put(hit, file, bytes.length - tail, new Uint8Array(tail));
  });
  yield shape("nothing but zeros", (hit) => replace(hit, file, [new Uint8Array(bytes.length)]));
}

/** Sectors zeroed, swapped with the one before, written twice, or as they are in another file. The files are small, so the sectors are, too. */
function* blocks({ world, files }: Specimen, file: string, shape: Shape): Generator<Damage> {
  const bytes = bytesOf(world, file);
  const others = files.filter((other) => other !== file && isSegment(other) === isSegment(file));
  for (let at = 0; at < bytes.length; at += blockLength) {
    const length = Math.min(blockLength, bytes.length - at);
    const strike =
      (content: Uint8Array, where = at) =>
      (hit: SimulatedWorld): void =>
        put(hit, file, where, content);
    yield shape(`with ${length} zeros at ${at}`, strike(new Uint8Array(length)));
    const before = bytes.subarray(Math.max(0, at - blockLength), Math.max(0, at - blockLength) + length);
    if (at > 0) {
      yield shape(`with the block before once more at ${at}`, strike(before));
      if (length === blockLength)
        yield shape(
          `with the block at ${at} and the one before swapped`,
          strike(Buffer.concat([bytes.subarray(at, at + length), before]), at - blockLength),
        );
    }
    for (const other of others) {
      const old = bytesOf(world, other).subarray(at, at + length);
      if (old.length === length && !Bun.deepEquals(old, bytes.subarray(at, at + length)))
        yield shape(`with ${length} bytes of ${other} at ${at}`, strike(old));
    }
  }
}

/** Two of them concatenated, and lines written twice or left out. */
function* snapshotParts({ world, files }: Specimen, file: string, shape: Shape): Generator<Damage> {
  const bytes = Buffer.from(bytesOf(world, file));
  for (const other of files.filter(isSnapshot))
    if (other !== file)
      yield shape(`with ${other} behind it`, (hit) => replace(hit, file, [bytes, bytesOf(world, other)]));
  for (let start = bytes.indexOf("{"); start !== -1; ) {
    const end = bytes.indexOf("\n", start) + 1;
    if (end === 0) return;
    const [before, line, behind] = [
      bytes.subarray(0, start),
      bytes.subarray(start, end),
      bytes.subarray(end),
    ];
    yield shape(`with the line at ${start} twice`, (hit) => replace(hit, file, [before, line, line, behind]));
    yield shape(`without the line at ${start}`, (hit) => replace(hit, file, [before, behind]));
    start = bytes.indexOf("{", end);
  }
}

function* renamings(world: SimulatedWorld, file: string, shape: Shape): Generator<Damage> {
  const numbered = (step: number): string => file.replace(/\d+$/, (digits) => String(Number(digits) + step));
  const beginsLater = file === "store/history/wal.1";
  yield shape(`renamed to ${numbered(3)}`, (hit) => rename(hit, file, numbered(3)), { beginsLater });
  const next = numbered(1);
  const nextBytes = world.file(next) && bytesOf(world, next);
  if (nextBytes !== undefined)
    yield shape(`and ${next} swapped`, (hit) => {
      replace(hit, next, [bytesOf(hit, file)]);
      replace(hit, file, [nextBytes]);
    });
  else
    yield shape(`copied to ${next}`, (hit) => {
      const bytes = bytesOf(hit, file);
      rename(hit, file, next);
      const directory = hit.disk.at(`/simulated/repository/.beads/${file.slice(0, file.lastIndexOf("/"))}`);
      if (directory?.kind !== "directory") throw new Error(`there is no directory of ${file}`);
      hit.disk.createFile(directory, file.slice(file.lastIndexOf("/") + 1), 0o600);
      replace(hit, file, [bytes]);
    });
}

function* shuffles(file: string, bytes: Uint8Array, shape: Shape): Generator<Damage> {
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

/** The same each time, and with bytes in it that look like the beginning of a frame. */
function garbage(): Uint8Array {
  const random = new Random(1);
  const bytes = new Uint8Array(1 << 20);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = random.between(0, 255);
  for (let at = 0; at < bytes.length; at += 4099) bytes.set(magic.subarray(0, bytes.length - at), at);
  return bytes;
}

const magic = new TextEncoder().encode("bzfr");
const blockLength = 64;
