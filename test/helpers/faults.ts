import type { ErrnoCode } from "../../native/errno";
import type { Call, CallName, Fault } from "./crashing-file-system";

export function isWrite({ name }: Call): boolean {
  return name === "append" || name === "writeAt";
}

export function isSync({ name }: Call): boolean {
  return name === "syncFile" || name === "syncDirectory";
}

/** Whether the call leaves a trace on the disk. */
export function isChange({ name }: Call): boolean {
  return changes.has(name);
}

/** The process dies while the kernel copies its bytes. */
export function deathsInside(call: Call): Fault[] {
  return isWrite(call) ? tornLengths.map((bytes) => ({ kind: "short", bytes, ending: "stop" })) : [];
}

/** The disk takes no byte, or some; then it says why, or only how many. */
export function failedWrites(call: Call): Fault[] {
  if (!isWrite(call)) return [];
  const failures = writeErrors.flatMap((code): Fault[] => [
    { kind: "fail", code },
    { kind: "short", bytes: 50, ending: code },
  ]);
  return call.name === "append" ? [...failures, { kind: "short", bytes: 50, ending: "return" }] : failures;
}

export function failedSyncs(call: Call): Fault[] {
  return isSync(call) ? syncErrors.map((code) => ({ kind: "fail", code })) : [];
}

const changes: ReadonlySet<CallName> = new Set([
  "append",
  "changePermissions",
  "create",
  "exchange",
  "link",
  "makeDirectory",
  "openOrCreate",
  "remove",
  "rename",
  "setModified",
  "syncDirectory",
  "syncFile",
  "writeAt",
]);

/** Around the edges of a frame's header, of a status page and of a sector. */
const tornLengths = [1, 31, 32, 33, 64, 95, 300, 511, 512];
const writeErrors: readonly ErrnoCode[] = ["EIO", "ENOSPC", "EDQUOT", "EFBIG"];
const syncErrors: readonly ErrnoCode[] = ["EIO", "ENOSPC", "EDQUOT"];
