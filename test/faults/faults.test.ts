import { describe, expect, test } from "bun:test";
import { ensureBuilt } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { hasStrace } from "../helpers/strace";
import { disturbedCommands } from "./disturbed-commands";
import { judge } from "./judge";
import { describeFault, type Point } from "./point";
import { Theatre } from "./scene";

/** Call, file, fault: those where the most depends on what is done next. `run.ts` tries all of them. */
const chosen: Readonly<Record<string, readonly string[]>> = {
  q: [
    "write store/wal.3 ENOSPC",
    "fdatasync store/wal.3 SIGKILL",
    "fdatasync store/wal.3 EIO",
    "pwrite64 store/lock EIO from then on",
    "read config.yaml EIO",
  ],
  // Nothing that was written is written again by the whole program, and nothing is locked when that takes over.
  "q on the fast path": [
    "write store/wal.4 ENOSPC",
    "fdatasync store/wal.4 SIGKILL",
    "fdatasync store/wal.4 EIO",
    "pwrite64 store/lock EIO",
    "flock store ENOLCK",
    "last flock store ENOLCK",
    "statx store/lock EIO",
    "pread64 store/wal.4 EIO",
  ],
  "close on the fast path": ["pread64 store/snapshot EIO", "last flock store/lock ENOLCK"],
  "show on the fast path": ["pread64 store/snapshot EIO", "pread64 store/wal.4 answers 0 without doing it"],
  // The last is read for the answer, when the change is saved.
  update: ["last pread64 store/snapshot EIO"],
  "q taking in": ["pread64 issues.jsonl answers 0 without doing it"],
  "config set": ["renameat config.yaml.tmp SIGKILL", "last pread64 config.yaml answers 0 without doing it"],
  compact: ["renameat store/snapshot.tmp EIO"],
  "q with a fold": [
    "renameat store/snapshot.delta.tmp SIGKILL",
    "renameat store/snapshot.delta.tmp EIO",
    "last renameat store/wal.3 SIGKILL",
  ],
  "compact of a delta": ["unlinkat store/snapshot.delta SIGKILL", "unlinkat store/snapshot.delta EIO"],
  "list with a delta": ["pread64 store/snapshot.delta EIO"],
  list: ["pread64 store/wal.3 EIO"],
};

const nameOf = ({ call, target, fault }: Point): string => `${call} ${target} ${describeFault(fault)}`;

if (hasStrace()) await ensureBuilt();

describe.skipIf(!hasStrace())("with a fault at one of its system calls", () => {
  test.each(Object.entries(chosen))(
    "%s loses nothing, says how it ended, and leaves a store for the next",
    async (name, faults) => {
      const command = disturbedCommands.find((each) => each.name === name);
      if (command === undefined) throw new Error(`nobody disturbs ${name}`);
      const theatre = new Theatre();
      try {
        const lane = theatre.newLane();
        const rehearsal = await lane.rehearse(command, "written");
        for (const fault of faults) {
          const isMeant = (each: Point): boolean => nameOf(each) === fault.replace("last ", "");
          const { points } = rehearsal;
          const point = fault.startsWith("last ") ? points.findLast(isMeant) : points.find(isMeant);
          if (point === undefined) throw new Error(`${name} makes no such call: ${fault}`);
          const { wrong, isHit, ending } = await judge(lane, command, "written", rehearsal, point);
          expect({ fault, wrong, isHit }).toEqual({ fault, wrong: [], isHit: true });
          report(`${name}, ${fault}: ${ending}`);
        }
      } finally {
        theatre.close();
      }
    },
    60_000,
  );
});
