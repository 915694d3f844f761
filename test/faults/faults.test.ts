import { describe, expect, test } from "bun:test";
import { ensureBuilt } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { hasStrace } from "../helpers/strace";
import { describeFault, type Point } from "./point";
import { Scene } from "./scene";

/** Call, file, fault: those where the most depends on what is done next. `run.ts` tries all of them. */
const chosen: Readonly<Record<string, readonly string[]>> = {
  q: [
    "write store/wal.1 ENOSPC",
    "fdatasync store/wal.1 SIGKILL",
    "pwrite64 store/lock EIO from then on",
    "read config.yaml EIO",
  ],
  compact: ["renameat store/snapshot.tmp EIO"],
  list: ["pread64 store/wal.1 EIO"],
};

const nameOf = ({ call, target, fault }: Point): string => `${call} ${target} ${describeFault(fault)}`;

describe.skipIf(!hasStrace())("with a fault at one of its system calls", () => {
  test.each(Object.entries(chosen))(
    "%s loses nothing, says how it ended, and leaves a store for the next",
    async (command, names) => {
      await ensureBuilt();
      const scene = await Scene.open(command);
      try {
        const points = await scene.points(command);
        for (const name of names) {
          const point = points.find((each) => nameOf(each) === name);
          if (point === undefined) throw new Error(`${command} makes no such call: ${name}`);
          const { wrong, isHit, ending } = await scene.judge(point);
          expect({ name, wrong, isHit }).toEqual({ name, wrong: [], isHit: true });
          report(`${command}, ${name}: ${ending}`);
        }
      } finally {
        scene.close();
      }
    },
    60_000,
  );
});
