import type { OnProgress } from "../model/progress";
import { isProcessAlive, processId, randomBytes } from "../native/process";
import type { FileSystem, OpenFile } from "./file-system";
import type { LockEnvironment } from "./lock";
import { NativeFileSystem, readSystemFile } from "./native-file-system";
import { processStartTime } from "./process-start";

/** The world that storage runs in: the real one, or a test's. */
export interface StorageEnvironment extends LockEnvironment {
  readonly fileSystem: FileSystem;
  /** Blocks for a moment, outside of any lock. */
  pause(milliseconds: number): void;
  /** Whoever waits for something long. */
  readonly onProgress?: OnProgress | undefined;
}

export function nativeEnvironment(onProgress?: OnProgress): StorageEnvironment {
  return {
    onProgress,
    fileSystem: new NativeFileSystem(),
    processes: {
      // Only who writes says who it is.
      get id() {
        return processId();
      },
      isAlive: isProcessAlive,
      startTime: processStartTime,
    },
    clocks: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    randomBytes,
    findHolder: findFlockHolder,
    pause: (milliseconds) => Bun.sleepSync(milliseconds),
  };
}

/**
 * The process that /proc/locks names for this file; undefined where there is none, or no /proc. A process that has ended is no help: a child of it holds the
 * lock, through a descriptor that it was born with.
 */
function findFlockHolder(lockFile: OpenFile): number | undefined {
  const { inode } = lockFile.status();
  for (const line of readSystemFile("/proc/locks")?.split("\n") ?? []) {
    const match = /^\d+: FLOCK +\S+ +WRITE (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line);
    if (match === null || match[2] !== inode.toString()) continue;
    return isProcessAlive(Number(match[1])) ? Number(match[1]) : undefined;
  }
  return undefined;
}
