/** How hostile the world is: probabilities per step unless said otherwise. */
export interface Setting {
  readonly name: string;
  /** Per sync of a file. */
  readonly syncFailure: number;
  /** Per sync of a directory. */
  readonly directorySyncFailure: number;
  readonly kill: number;
  /** Someone empties the lock file. */
  readonly pageLoss: number;
  /** Someone unlinks or renames the lock file, held or not. */
  readonly lockReplacement: number;
  /** Chance that a disk comes out of a power cut without the end of the log that it had reported as durable. */
  readonly rot: number;
  /** Someone removes the store, and whether the directory itself goes too. */
  readonly clean: number;
  readonly cleanKeepsDirectory: boolean;
  /** Share of the writers that restore a backup. */
  readonly restore: number;
  /** Share of runs that begin with no store at all. */
  readonly born: number;
  readonly readers: number;
  /** Share of arriving processes that write; the others compact. */
  readonly writers: number;
  /** Share of a chosen reader's turns that it gets; small means slow readers. */
  readonly readerTurns: number;
  /** Longest boot, in steps. */
  readonly length: number;
  /** Chance that one actor falls asleep for long, as under SIGSTOP. */
  readonly sleep: number;
}

const calm: Setting = {
  name: "calm",
  syncFailure: 0,
  directorySyncFailure: 0,
  kill: 0,
  pageLoss: 0,
  lockReplacement: 0,
  rot: 0,
  clean: 0,
  cleanKeepsDirectory: false,
  restore: 0.1,
  born: 0.3,
  readers: 8,
  writers: 0.55,
  readerTurns: 0.3,
  length: 1200,
  sleep: 0,
};

const kills: Setting = { ...calm, name: "kills", kill: 0.012, sleep: 0.002 };
const failures: Setting = { ...kills, name: "failures", syncFailure: 0.05, directorySyncFailure: 0.03 };

export const settings = {
  calm,
  kills,
  failures,
  "many failures": { ...failures, name: "many failures", syncFailure: 0.3, directorySyncFailure: 0.2 },
  births: { ...failures, name: "births", born: 1, kill: 0.04, writers: 0.8 },
  "page loss": { ...kills, name: "page loss", pageLoss: 0.008 },
  "page loss and failures": { ...failures, name: "page loss and failures", pageLoss: 0.008 },
  "lock replaced": { ...kills, name: "lock replaced", lockReplacement: 0.01 },
  "lock replaced and failures": { ...failures, name: "lock replaced and failures", lockReplacement: 0.01 },
  clean: { ...kills, name: "clean", clean: 0.006 },
  "clean and failures": { ...failures, name: "clean and failures", clean: 0.006 },
  "clean contents": { ...kills, name: "clean contents", clean: 0.006, cleanKeepsDirectory: true },
  "slow readers": { ...kills, name: "slow readers", readers: 20, readerTurns: 0.04, writers: 0.5 },
  "slow readers and page loss": {
    ...kills,
    name: "slow readers and page loss",
    readers: 20,
    readerTurns: 0.04,
    writers: 0.5,
    pageLoss: 0.01,
  },
  /** A clean that the power cut ends, again and again. */
  ruins: { ...failures, name: "ruins", pageLoss: 0.03, clean: 0.003, writers: 0.97, length: 700, born: 0 },
  /** Rotations that die behind their rename, while the status page comes and goes. */
  leftovers: {
    ...kills,
    name: "leftovers",
    directorySyncFailure: 0.4,
    syncFailure: 0.1,
    pageLoss: 0.01,
    sleep: 0.03,
    writers: 0.97,
    born: 0,
  },
  /** Compactions that die between the two levels of snapshot, and others that come right behind them. */
  "two levels": {
    ...kills,
    name: "two levels",
    directorySyncFailure: 0.4,
    writers: 0.4,
    born: 0,
    sleep: 0.02,
  },
  "lock of an old store replaced": {
    ...kills,
    name: "lock of an old store replaced",
    born: 0,
    lockReplacement: 0.01,
  },
  "lying disks": { ...kills, name: "lying disks", rot: 0.3 },
  "lying disks, page loss and failures": {
    ...failures,
    name: "lying disks, page loss and failures",
    rot: 0.3,
    pageLoss: 0.008,
  },
  everything: { ...failures, name: "everything", clean: 0.004, lockReplacement: 0.005, pageLoss: 0.004 },
} satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** Where the protocol has more than one way, which one to try. */
export interface Choices {
  /** What the second flock, the one that no replaced lock file can escape, is taken on. */
  readonly tripWire: "segment" | "directory";
  /**
   * What to do about the last frame when the status page was lost: believe a sync, or write it again elsewhere, with a page until then that says so or
   * without one.
   */
  readonly lostPage: "sync everything" | "copy the last frame" | "mark the last frame";
  /** When a birth makes the name `store` durable. */
  readonly parentSync: "before anything is published" | "last";
}

export const product: Choices = {
  tripWire: "directory",
  lostPage: "mark the last frame",
  parentSync: "before anything is published",
};
export const asDescribed: Choices = { tripWire: "segment", lostPage: "sync everything", parentSync: "last" };
