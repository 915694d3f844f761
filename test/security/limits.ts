import type { Attack } from "./place";

const mebibyte = 2 ** 20;

function limit(flag: string, mayDie: boolean): Attack {
  return { name: `prlimit ${flag}`, mayDie, wrap: (command) => ["prlimit", flag, ...command] };
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
  ...[64, 256].map((kibibytes) => limit(`--stack=${kibibytes * 1024}`, true)),
];
