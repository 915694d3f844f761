import { faceName, lockName } from "../../storage/paths";
import { decodeStatusPage, statusPageLength } from "../../storage/status-page";
import {
  decodeFrame,
  decodeSegmentHeader,
  frameHeaderLength,
  segmentHeaderLength,
} from "../../storage/wal-format";
import type { Call, Fault } from "../helpers/crashing-file-system";
import { EveryFate, sectorLength } from "../helpers/fate";
import { isChange, isSync, isWrite } from "../helpers/faults";
import type { FileNode } from "../helpers/simulated-file";
import { Random } from "../protocol-model/random";
import { type Action, actions, repair } from "./actions";
import { callsOf, disturbed, fork, type Moment, moments, wrecks } from "./moments";
import { recover, type Tally } from "./recovery";

/** What goes wrong at a call: one fault, or from there on every call, or every sync. */
export interface Disturbance {
  readonly name: string;
  readonly number: number;
  faultAt(call: Call): Fault | undefined;
  /** Whether what it leaves differs by what a power cut makes of it. */
  readonly isCut: boolean;
}

/** One action, from one moment on, disturbed once. */
export interface Case {
  readonly action: Action;
  readonly momentName: string;
  readonly disturbance: Disturbance;
}

/** A moment and an action are prepared once for all of their cases. */
export class Bench {
  readonly #seed: number;
  readonly #prepared = new Map<string, { moment: Moment; calls: readonly Call[] }>();
  readonly #known = new Set<string>();
  readonly tally: Tally = { states: 0, distinct: 0, recoveriesCut: 0, faults: 0 };

  constructor(seed: number) {
    this.#seed = seed;
  }

  /**
   * Those of these actions from these moments.
   * @param onFailure called where the store fails although nothing stands in its way
   */
  *cases(
    chosen: (actionName: string, momentName: string) => boolean,
    onFailure: (what: string, error: unknown) => void,
  ): Generator<Case> {
    for (const action of actions)
      for (const momentName of Object.keys(action === repair ? { ...moments, ...wrecks } : moments)) {
        if (!chosen(action.name, momentName)) continue;
        let calls: readonly Call[] = [];
        try {
          calls = this.#prepare(action, momentName).calls;
        } catch (error) {
          onFailure(describePlace(action.name, momentName), error);
          continue;
        }
        const random = new Random(this.#seed);
        for (const [index, call] of calls.entries())
          for (const disturbance of disturbancesAt(call, calls[index - 1], random))
            yield { action, momentName, disturbance };
        yield { action, momentName, disturbance: undisturbed(calls.length + 1) };
      }
  }

  /**
   * Runs the case and everything that may follow: the next commands in the same boot, and those behind power cuts, each way of which is tried, or so many
   * if there are more.
   */
  try({ action, momentName, disturbance }: Case, cutLimit: number): void {
    const { moment } = this.#prepare(action, momentName);
    const needsRepair = momentName in wrecks;
    const after = withSeed(this.#seed, () => disturbed(moment, action, disturbance.faultAt));
    this.tally.faults += 1;
    this.#look(`the same boot`, fork(after), needsRepair);
    if (!disturbance.isCut) return;
    const fate = new EveryFate(this.#seed);
    for (let cut = 0, isMore = true; isMore && cut < cutLimit; cut += 1) {
      const world = after.world.powerCut(this.#seed, fate);
      const isAll = fate.count <= cutLimit;
      this.#look(`power cut ${cut}`, { world, ledger: after.ledger.afterPowerCut() }, needsRepair);
      // Too many for all of them: any of them.
      if (isAll) isMore = fate.next();
      else fate.draw();
    }
    for (let seed = 0; seed < Math.ceil(cutLimit / 8); seed += 1) {
      const world = after.world.powerCut(seed);
      this.#look(`power cut with seed ${seed}`, { world, ledger: after.ledger.afterPowerCut() }, needsRepair);
    }
  }

  #look(what: string, moment: Moment, needsRepair: boolean): void {
    this.tally.states += 1;
    const { disk } = moment.world;
    const fingerprint = disk.fingerprint(contentThatCounts);
    const key = `${fingerprint} ${disk.boot} ${moment.ledger.key}`;
    // Within a boot the promises of the kernel count too, which no fingerprint shows.
    if (what !== "the same boot") {
      if (this.#known.has(key)) return;
      this.#known.add(key);
      // A long campaign must not fill the memory.
      if (this.#known.size > 2_000_000) this.#known.clear();
    }
    this.tally.distinct += 1;
    const random = new Random(Number(fingerprint & 0x7fffffffn) ^ this.#seed);
    try {
      withSeed(this.#seed + 1, () => recover(moment, random, needsRepair, this.tally));
    } catch (error) {
      if (error instanceof Error) error.message = `${what}: ${error.message}`;
      throw error;
    }
  }

  #prepare(action: Action, momentName: string): { moment: Moment; calls: readonly Call[] } {
    const key = `${action.name} ${momentName}`;
    const known = this.#prepared.get(key);
    if (known !== undefined) return known;
    const make = moments[momentName] ?? wrecks[momentName];
    if (make === undefined) throw new Error(`no moment is called "${momentName}"`);
    const moment = withSeed(this.#seed + 2, make);
    const prepared = { moment, calls: withSeed(this.#seed, () => callsOf(moment, action)) };
    this.#prepared.set(key, prepared);
    return prepared;
  }
}

export function describeCase({ action, momentName, disturbance }: Case): string {
  return `${describePlace(action.name, momentName)} --fault ${JSON.stringify(disturbance.name)}`;
}

function describePlace(actionName: string, momentName: string): string {
  return `--action ${JSON.stringify(actionName)} --moment ${JSON.stringify(momentName)}`;
}

function undisturbed(number: number): Disturbance {
  return { name: "none", number, faultAt: () => undefined, isCut: true };
}

function disturbancesAt(call: Call, before: Call | undefined, random: Random): Disturbance[] {
  const { number, bytes } = call;
  const at = (name: string, isCut: boolean, fault: Fault): Disturbance => ({
    name: `${name} at ${number}`,
    number,
    faultAt: (each) => (each.number === number ? fault : undefined),
    isCut,
  });
  const from = (name: string, matches: (call: Call) => boolean): Disturbance => ({
    name: `${name} from ${number} on`,
    number,
    faultAt: (each) => (each.number >= number && matches(each) ? { kind: "fail", code: "EIO" } : undefined),
    isCut: true,
  });
  const list = [
    // Behind a call that left no trace the disk is what it was before it.
    at("stop", before === undefined || isChange(before), { kind: "stop" }),
    at("EIO", false, { kind: "fail", code: "EIO" }),
    at("EMFILE", false, { kind: "fail", code: "EMFILE" }),
    // As where somebody takes the file away: the store may have moved, and the command begins again.
    at("ENOENT", isSync(call) || isWrite(call), { kind: "fail", code: "ENOENT" }),
    from("everything fails", () => true),
  ];
  if (isSync(call))
    list.push(
      at("ENOSPC", true, { kind: "fail", code: "ENOSPC" }),
      at("EDQUOT", true, { kind: "fail", code: "EDQUOT" }),
      from("every sync fails", isSync),
    );
  if (isWrite(call)) {
    for (const length of tornLengths(bytes, random)) {
      list.push(at(`death after ${length} bytes`, true, { kind: "short", bytes: length, ending: "stop" }));
      list.push(at(`ENOSPC after ${length} bytes`, true, { kind: "short", bytes: length, ending: "ENOSPC" }));
    }
    list.push(at("EFBIG", true, { kind: "fail", code: "EFBIG" }));
    if (call.name === "append")
      list.push(at("half taken", true, { kind: "short", bytes: Math.floor(bytes / 2), ending: "return" }));
  }
  return list;
}

/** Each sector, the edges of the headers, and anywhere. */
function tornLengths(bytes: number, random: Random): number[] {
  const lengths = new Set([1, 31, 32, 95, random.between(1, Math.max(1, bytes - 1)), bytes - 1]);
  for (let length = sectorLength; length < bytes; length += sectorLength) lengths.add(length);
  return [...lengths].filter((length) => length > 0 && length < bytes).sort((a, b) => a - b);
}

/**
 * Of a status page that does not verify nobody knows more than that, of a torn frame at the end of a segment no more than that something is there, and nobody
 * opens a temporary again but that of a face.
 */
function contentThatCounts(name: string, file: FileNode): bigint {
  if (name.includes(".tmp.") && !name.startsWith(faceName)) return 1n;
  if (/^wal\.\d+$/.test(name)) return segmentThatCounts(file);
  if (name !== lockName) return file.fingerprint;
  const page = file.read(0, statusPageLength);
  return decodeStatusPage(page) === undefined ? 2n : Bun.hash.wyhash(page);
}

function segmentThatCounts(file: FileNode): bigint {
  const bytes = file.read(0, file.size);
  const header = decodeSegmentHeader(bytes);
  if (typeof header !== "object") return file.fingerprint;
  let end = segmentHeaderLength;
  for (let frame = decodeFrame(bytes, end, header.salt); frame; frame = decodeFrame(bytes, end, header.salt))
    end += frameHeaderLength + frame.payloadLength;
  return Bun.hash.wyhash(bytes.subarray(0, end), BigInt(2 * file.number + (end < bytes.length ? 1 : 0)));
}

/** Runs `action` with salts and names that depend on the seed alone, so that equal disks can be known as equal. */
function withSeed<T>(seed: number, action: () => T): T {
  const random = new Random(seed);
  const original = crypto.getRandomValues;
  const seeded = <A extends ArrayBufferView | null>(array: A): A => {
    if (array instanceof Uint8Array)
      for (let index = 0; index < array.length; index += 1) array[index] = random.between(0, 255);
    return array;
  };
  crypto.getRandomValues = seeded as typeof crypto.getRandomValues;
  try {
    return action();
  } finally {
    crypto.getRandomValues = original;
  }
}
