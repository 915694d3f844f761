import { currentDirectory, mapShared, openAt } from "../../native/file";
import { isProcessAlive, processId, writeAllTo } from "../../native/process";
import { WalState } from "../../storage/wal-state";

/** `bun wal-state-writer.ts FILE ROUNDS`: registers, gets the lock, frees it, so many times, in a walstate that others use at the same time. */
const [path = "", rounds = "0"] = process.argv.slice(2);
const words = new Int32Array(mapShared(openAt(currentDirectory, path, "update"), 4096 * 4), 4096);
const walState = new WalState(words, { id: processId(), isAlive: isProcessAlive, startTime: () => 0 });
for (let round = 0; round < Number(rounds); round += 1) {
  const leave = walState.wait();
  leave();
  walState.acquired(new TextEncoder().encode("test"), true, round);
  walState.released();
  walState.record(round, round);
}
writeAllTo(1, new TextEncoder().encode("done\n"));
