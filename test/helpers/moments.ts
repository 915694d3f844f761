import { takeCompactLock } from "../../storage/compact-lock";
import { openForWriting, openPlace } from "../../storage/session";
import { type SimulatedProcess, SimulatedWorld, workspace } from "./simulated-world";
import { faceLines, Story } from "./story";
import { disturbed, type Moment, powerCut, write } from "./sweep";

/** A clone with a face and no store. */
export function freshClone(): Moment {
  return { world: SimulatedWorld.withWorkspace(faceLines), story: new Story() };
}

export function storeWithWrites(count: number): Moment {
  const moment = freshClone();
  for (let written = 0; written < count; written += 1) moment.story.writeWell(moment.world);
  return moment;
}

/** A writer died with half of its frame in the segment, so that the next one rotates. */
export function storeWithTornTail(): Moment {
  const moment = storeWithWrites(2);
  return disturbed(moment, write, callNumber(moment, "append"), { kind: "short", bytes: 40, ending: "stop" });
}

/** A sync failed: the segment is sealed, and what it held beyond the confirmed end never reaches the disk. */
export function storeWithFailedSync(): Moment {
  const moment = storeWithWrites(2);
  return disturbed(moment, write, callNumber(moment, "syncFile"), { kind: "fail", code: "EIO" });
}

/** The first command after a boot. */
export function storeAfterPowerCut(): Moment {
  return powerCut(storeWithWrites(2), 1);
}

/** The number of the first call of that name in a write that nothing disturbs. */
export function callNumber({ world, story }: Moment, name: string): number {
  const process = world.fork().start();
  story.fork().write(process);
  const call = process.calls.find((each) => each.name === name);
  if (call === undefined) throw new Error(`a write makes no call of ${name}`);
  return call.number;
}

/** A process that compacts for ever. */
export function holdCompactLock(world: SimulatedWorld): SimulatedProcess {
  const process = world.start();
  takeCompactLock(openForWriting(openPlace(workspace, process.environment).owner, process.environment), 0);
  return process;
}
