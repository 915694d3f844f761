import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { closeFile, currentDirectory, openAt } from "../native/file";
import { lockBefore } from "../native/file-lock";
import { root } from "../test/helpers/bz-forms";
import { realisticLines } from "./realistic-lines";

/** Where everything is made, and kept from one run to the next; the system may take it away at any time. */
const cacheDirectory = process.env.BZ_BENCH_CACHE ?? join(tmpdir(), "bz-bench");

/** The folders on the way are made, what it names is not. */
export function cachePath(...names: readonly string[]): string {
  const path = join(cacheDirectory, ...names);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

/** One benchmark at a time: two would measure each other, and share what one of them changes. */
export async function usingCache<T>(work: () => Promise<T>): Promise<T> {
  const lock = openAt(currentDirectory, cachePath("lock"), "create", 0o600);
  try {
    if (!lockBefore(lock, 1000)) throw new Error(`another benchmark is running in ${cacheDirectory}`);
    const present = cachePath("stores", productFingerprint());
    for (const name of readdirSync(dirname(present)))
      if (name !== productFingerprint()) rmSync(cachePath("stores", name), { recursive: true, force: true });
    return await work();
  } finally {
    closeFile(lock);
  }
}

/** So many realistic lines, in a file that is made once. */
export async function keptLines(count: number): Promise<string> {
  const shape = fingerprintOf(["bench/realistic-lines.ts"]);
  const path = cachePath("lines", `${shape}-${count}.jsonl`);
  if (existsSync(path)) return path;
  const writer = Bun.file(`${path}.new`).writer({ highWaterMark: 1 << 20 });
  for (const line of realisticLines(count)) writer.write(`${line}\n`);
  await writer.end();
  renameSync(`${path}.new`, path);
  return path;
}

const storeSources = ["bench/long-log.ts", "bench/realistic-lines.ts", "bench/stores.ts"];
let known: string | undefined;

/** Another one when bz may write other bytes, or would have to look at its files anew because the system was started again. */
export function productFingerprint(): string {
  known ??= fingerprintOf(
    [...storeSources, ...new Bun.Glob("{storage,model,native}/**/*.ts").scanSync(root)].sort(),
    bootId(),
  );
  return known;
}

function fingerprintOf(names: readonly string[], first = ""): string {
  const hasher = new Bun.CryptoHasher("sha256").update(first);
  for (const name of names) hasher.update(readFileSync(join(root, name)));
  return hasher.digest("hex").slice(0, 16);
}

function bootId(): string {
  const path = "/proc/sys/kernel/random/boot_id";
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
