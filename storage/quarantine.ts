import { BzError } from "../model/errors";
import { appendAll } from "./buffered-file";
import type { Directory } from "./file-system";
import { quarantineDirectoryName } from "./paths";

/** A directory in `quarantine/` that is named after the time. */
export function openQuarantine(store: Directory, nowMs: number): Directory {
  store.makeDirectory(quarantineDirectoryName, 0o700);
  const quarantine = store.openDirectory(quarantineDirectoryName);
  const name = new Date(nowMs).toISOString().replace(/[:.]/g, "-");
  quarantine?.makeDirectory(name, 0o700);
  const target = quarantine?.openDirectory(name);
  quarantine?.sync();
  quarantine?.close();
  if (target !== undefined) return target;
  throw new BzError(
    "STORAGE_FAILED",
    `${store.path}/${quarantineDirectoryName} cannot be made. Nothing was changed.`,
  );
}

/** Keeps these bytes, durably, and says where. */
export function quarantineBytes(store: Directory, nowMs: number, name: string, bytes: Uint8Array): string {
  const target = openQuarantine(store, nowMs);
  try {
    keepBytes(target, name, bytes);
    target.sync();
    return `${target.path}/${name}`;
  } finally {
    target.close();
  }
}

/** Writes a file in one of these directories, whose name is not synced yet. */
export function keepBytes(target: Directory, name: string, bytes: Uint8Array): void {
  const copy = target.create(name, 0o600);
  try {
    appendAll(copy, bytes);
    copy.sync();
  } finally {
    copy.close();
  }
}

/** Beside what a repair took out of the store: what it could not bring back, one sentence on each line. */
export const lossesName = "losses.txt";
