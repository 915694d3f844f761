import { readFileSync } from "node:fs";
import { availableParallelism, release, totalmem, type } from "node:os";
import { version } from "../package.json";
import { cachePath } from "./cache";
import { run } from "./call";
import { placeAt } from "./stores";

/** What the figures were measured on, named so that it names nobody. */
export function describeMachine(): Record<string, string> {
  const place = placeAt(cachePath("."));
  const fileSystem = run(["stat", "-f", "-c", "%T", "."], place).stdout.trim();
  const [kernel = ""] = /^\d+\.\d+/.exec(release()) ?? [];
  return {
    system: `${type()} ${kernel}, ${process.arch}`,
    processors: String(availableParallelism()),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    fileSystem: fileSystem === "ext2/ext3" ? "ext4" : fileSystem,
    bun: Bun.version,
    bz: version,
  };
}

/** How many processes wanted a processor in the last minute. */
export function loadNow(): number {
  try {
    return Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]);
  } catch {
    return Number.NaN;
  }
}
