import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Attack, Place } from "./place";

const mebibyte = 2 ** 20;

function limit(flag: string, mayDie: boolean): Attack {
  return { name: `prlimit ${flag}`, mayDie, wrap: (command) => ["prlimit", flag, ...command] };
}

/** Room for so many bytes more than the last segment of the log has: the kernel takes a part of what is appended. */
function littleMore(bytes: number): Attack {
  return {
    name: `prlimit --fsize, ${bytes} bytes behind the log`,
    // The first write into a copied store begins a segment of its own.
    prepare: (place) => void place.run({ words: ["q", "Before"], stdin: "" }, { name: "before" }),
    wrap: (command, place) => ["prlimit", `--fsize=${lastSegmentLength(place) + bytes}`, ...command],
  };
}

function lastSegmentLength(place: Place): number {
  const store = place.path("store");
  const generations = readdirSync(store).flatMap((name) => /^wal\.(\d+)$/.exec(name)?.[1] ?? []);
  return statSync(join(store, `wal.${Math.max(...generations.map(Number))}`)).size;
}

/** Memory, descriptors, size of files, processor time and stack, each less than is needed at some point. */
export const limitAttacks: readonly Attack[] = [
  ...[300, 1000, 1500, 2000, 2100, 2200, 2300, 2400, 2600, 3000].map((size) =>
    limit(`--as=${size * mebibyte}`, true),
  ),
  // Bun itself needs a handful to begin.
  ...[4, 5, 6].map((count) => limit(`--nofile=${count}`, true)),
  ...[7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 24].map((count) => limit(`--nofile=${count}`, false)),
  ...[0, 1, 512, 4096, 5000, 8192, 16_384, 20_000, 65_536].map((bytes) => limit(`--fsize=${bytes}`, false)),
  ...[0, 1, 31, 32, 60, 100, 150, 250, 500].map(littleMore),
  ...[64, 256].map((kibibytes) => limit(`--stack=${kibibytes * 1024}`, true)),
];
