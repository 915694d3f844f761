import { dataViewOf, readUint53 } from "../../storage/byte-layout";
import { decodeSegmentHeader, segmentHeaderLength } from "../../storage/wal-format";
import type { FileNode } from "../helpers/simulated-file";
import type { SimulatedWorld } from "../helpers/simulated-world";
import { type Damage, isSegment, isSnapshot, lockPath } from "./damages";
import { bytesOf, filesIn, framesIn, type Specimen } from "./specimen";

/** Which checks of `doctor` look at a file; one of them has to tell of its damage. */
export function checksFor(file: string): readonly string[] {
  if (file === lockPath) return ["status page", "lock file"];
  if (file.startsWith("store/backups/")) return ["backups"];
  if (file.startsWith("store/face.")) return ["face"];
  if (file.startsWith("store/history/")) return isSnapshot(file) ? ["base"] : ["history"];
  if (file.endsWith(".delta")) return ["delta", "log"];
  return isSnapshot(file) ? ["snapshot", "log"] : ["log", "snapshot", "history"];
}

/** Why `doctor` may find nothing wrong. */
export function reasonFor(
  specimen: Specimen,
  struck: SimulatedWorld,
  { kind, file }: Damage,
): string | undefined {
  const bytes = bytesOf(specimen.world, file);
  if (file === lockPath)
    return "the status page says what is confirmed; without one all that verifies is read";
  if (file.startsWith("store/face.")) return "a signature that does not verify costs a comparison";
  const now = struck.file(file);
  if (file.startsWith("store/backups/") && (now === undefined || isSnapshotOf(specimen, now)))
    return "no backup, or the copy of another time: a whole one is as good as any";
  if (isSegment(file)) {
    const end = endOfAcknowledged(specimen, file);
    if (now !== undefined && Bun.deepEquals(now.read(0, end), bytes.subarray(0, end)))
      return "behind what was acknowledged here: dead bytes";
  }
  if (kind === "shape" && isBase(file) && now === undefined)
    return "a base that is not there: undo does not reach as far back, and a note says so";
  return undefined;
}

/** Where the frames end that the next segment does not begin with once more. */
function endOfAcknowledged({ world }: Specimen, file: string): number {
  const bytes = bytesOf(world, file);
  const generation = Number(file.split(".").at(-1));
  const next = filesIn(world).find((each) => each.endsWith(`/wal.${generation + 1}`));
  const header = next === undefined ? undefined : decodeSegmentHeader(bytesOf(world, next));
  const last = typeof header === "object" ? header.baseSequence : Number.POSITIVE_INFINITY;
  let end = segmentHeaderLength;
  for (const frame of framesIn(bytes)) {
    if (readUint53(dataViewOf(frame), 8) > last) break;
    end += frame.length;
  }
  return end;
}

function isSnapshotOf({ world, files }: Specimen, file: FileNode): boolean {
  const bytes = file.read(0, file.size);
  return files.some((name) => isSnapshot(name) && Bun.deepEquals(bytesOf(world, name), bytes));
}

const isBase = (file: string): boolean => isSnapshot(file) && file.startsWith("store/history/");
