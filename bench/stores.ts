import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { closeFile, currentDirectory, openAt } from "../native/file";
import { lockBefore } from "../native/file-lock";
import { segmentName } from "../storage/paths";
import { decodeStatusPage, encodeStatusPage, statusPageLength } from "../storage/status-page";
import { cachePath, keptLines, productFingerprint } from "./cache";
import { type Place, runWell } from "./call";
import { dueLogFrames, lengthenLog, longLogFrames } from "./long-log";
import { idAt } from "./realistic-lines";

/** A log with nothing in it, one that the next write folds, or one with a thousand transactions behind the snapshot. */
export type Log = "short" | "due" | "long";

/** A tracker with realistic issues. What was done to it is undone by `reset`. */
export interface Tracker extends Place {
  readonly issues: number;
  /** Puts the store back as it was when it was made, and the face if it is no longer that one. */
  reset(log: Log): void;
  /** Meanwhile no call compacts or exports by itself, as another process is about it: this one. */
  alone<T>(work: () => T | Promise<T>): Promise<T>;
  /** Some hundred that were live when the tracker was made, from all over it. */
  readonly liveIds: readonly string[];
  /** Those among them that can be claimed. */
  readonly readyIds: readonly string[];
}

/** Made once and kept, until bz is another one or the system was started anew. */
export async function openTracker(command: readonly string[], issues: number): Promise<Tracker> {
  const kept = new KeptTracker(
    command,
    issues,
    placeAt(cachePath("stores", productFingerprint(), String(issues))),
  );
  if (!kept.isMade) await kept.make();
  kept.readIds();
  kept.reset("short");
  return kept;
}

/** An empty one, for what is to be created in it. */
export function makeEmptyTracker(command: readonly string[]): Place {
  const place = placeAt(cachePath("empty"));
  rmSync(place.directory, { recursive: true, force: true });
  mkdirSync(place.directory);
  runWell([...command, "init", "--here"], place);
  return place;
}

export function placeAt(directory: string): Place {
  return { directory, env: { PATH: process.env.PATH ?? "", HOME: directory, BEADS_ACTOR: "bench" } };
}

/** What automatic exports cost is not wanted in most measurements. */
export function withoutExport(place: Place): Place {
  return { directory: place.directory, env: { ...place.env, BEADS_SYNC_AUTO_FLUSH: "false" } };
}

class KeptTracker implements Tracker {
  readonly directory: string;
  readonly env: Place["env"];
  liveIds: readonly string[] = [];
  readyIds: readonly string[] = [];
  #compactLock: number | undefined;

  constructor(
    readonly command: readonly string[],
    readonly issues: number,
    { directory, env }: Place,
  ) {
    this.directory = directory;
    this.env = env;
  }

  get isMade(): boolean {
    return existsSync(this.#path("kept/face.json"));
  }

  /** The quickest honest way: a face that stands there when the workspace is made. */
  async make(): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true });
    for (const name of [".beads", "kept"]) mkdirSync(this.#path(name), { recursive: true });
    copyFileSync(await keptLines(this.issues), this.#path(faceName));
    runWell([...this.command, "init", "--here"], this);
    for (const word of ["sync", "compact"]) runWell([...this.command, word], this);
    copyFileSync(this.#path(faceName), this.#path("kept/face"));
    copyStore(this.#path(storeName), this.#path("kept/short"));
    this.#keepIds();
    this.#putFaceBack();
  }

  reset(log: Log): void {
    const isAlone = this.#compactLock !== undefined;
    this.#releaseCompactLock();
    if (readFileSync(this.#path("kept/face.json"), "utf8") !== this.#faceIdentity()) this.#putFaceBack();
    if (log !== "short" && !existsSync(this.#path(`kept/${log}`))) this.#makeLog(log);
    copyStore(this.#path(`kept/${log}`), this.#path(storeName));
    confirmCopy(this.#path(storeName));
    if (isAlone) this.#takeCompactLock();
  }

  async alone<T>(work: () => T | Promise<T>): Promise<T> {
    this.#takeCompactLock();
    try {
      return await work();
    } finally {
      this.#releaseCompactLock();
    }
  }

  readIds(): void {
    this.liveIds = this.#readIds("live-ids");
    this.readyIds = this.#readIds("ready-ids");
  }

  #readIds(name: string): string[] {
    return readFileSync(this.#path(`kept/${name}`), "utf8")
      .split("\n")
      .filter(Boolean);
  }

  /** From all over the tracker, and of all kinds in their proportions. What the long log claims and closes is not what is claimed and closed behind it. */
  #keepIds(): void {
    const count = Math.min(this.issues, 400);
    // By the golden section: at distances that are all alike some kinds would never be met, and others each time.
    const some = Array.from({ length: count }, (_, place) =>
      idAt(Math.floor(((place + ((place * 0.618_034) % 1)) * this.issues) / count)),
    );
    const find = (...words: string[]) => {
      const { stdout } = runWell([...this.command, ...words, "-q", "-n", "0", "--id", some.join(",")], this);
      return stdout.split("\n").filter(Boolean);
    };
    const keep = (name: string, ids: readonly string[]) =>
      writeFileSync(this.#path(`kept/${name}`), ids.join("\n"));
    const ready = find("ready", "-u");
    keep("live-ids", find("list"));
    keep(
      "ready-ids",
      ready.filter((_, place) => place % 2 === 0),
    );
    keep(
      "long-log-ids",
      ready.filter((_, place) => place % 2 === 1),
    );
  }

  /** While nobody can fold it. */
  #makeLog(log: "due" | "long"): void {
    copyStore(this.#path("kept/short"), this.#path(storeName));
    // Or the first writer would begin a new segment, which nobody has who has not moved the store.
    confirmCopy(this.#path(storeName));
    this.#takeCompactLock();
    const frames = log === "due" ? dueLogFrames(this.issues) : longLogFrames;
    lengthenLog(this.command, withoutExport(this), frames, this.#readIds("long-log-ids"));
    this.#releaseCompactLock();
    copyStore(this.#path(storeName), this.#path(`kept/${log}`));
  }

  #takeCompactLock(): void {
    this.#compactLock = openAt(currentDirectory, this.#path(`${storeName}/compact.lock`), "create", 0o600);
    if (!lockBefore(this.#compactLock, 60_000)) throw new Error(`${this.directory} is used by somebody else`);
  }

  #releaseCompactLock(): void {
    if (this.#compactLock !== undefined) closeFile(this.#compactLock);
    this.#compactLock = undefined;
  }

  /** bz knows its face by its inode and times, so that both stores have to be told about this copy of it. */
  #putFaceBack(): void {
    copyStore(this.#path("kept/short"), this.#path(storeName));
    copyFileSync(this.#path("kept/face"), this.#path(faceName));
    // The times of a file that is signed sooner prove nothing: every call would compare it, until one writes.
    Bun.sleepSync(faceAgeMs);
    runWell([...this.command, "sync"], this);
    for (const name of readdirSync(this.#path(storeName)).filter((each) => each.startsWith("face.")))
      for (const log of ["short", "due", "long"].filter((each) => existsSync(this.#path(`kept/${each}`))))
        copyFileSync(this.#path(`${storeName}/${name}`), this.#path(`kept/${log}/${name}`));
    writeFileSync(this.#path("kept/face.json"), this.#faceIdentity());
  }

  #faceIdentity(): string {
    const { ino, size, mtimeMs, ctimeMs } = statSync(this.#path(faceName));
    return JSON.stringify({ ino, size, mtimeMs, ctimeMs });
  }

  #path(name: string): string {
    return join(this.directory, name);
  }
}

/** Well over what `storage/face-signature.ts` calls young. */
const faceAgeMs = 100;
const faceName = ".beads/issues.jsonl";
const storeName = ".beads/store";
/** What may be shared between copies: a snapshot is replaced and never written to. */
const sharedNames = /^snapshot/;

/**
 * bz knows the end of its log by the inode of the last segment. A copy is another file, and every call would look for what may have been lost: so it is told about this one, and
 * costs what a store costs that is in use.
 */
function confirmCopy(store: string): void {
  const lock = join(store, "lock");
  const bytes = readFileSync(lock);
  const page = decodeStatusPage(bytes.subarray(0, statusPageLength));
  if (page === undefined) throw new Error(`${lock} has no status page`);
  const { ino: inode } = statSync(join(store, segmentName(page.generation)), { bigint: true });
  bytes.set(encodeStatusPage({ ...page, inode }));
  writeFileSync(lock, bytes);
}

function copyStore(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyStore(source, target);
    else if (sharedNames.test(entry.name)) linkSync(source, target);
    else copyFileSync(source, target);
  }
}
