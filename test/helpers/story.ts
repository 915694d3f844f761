import { BzError } from "../../model/errors";
import { parseIssue } from "../../model/issue-json";
import type { Operation } from "../../model/operation";
import { compact, compactIfFree } from "../../storage/compaction";
import { readHistory } from "../../storage/history";
import { loadLog } from "../../storage/log";
import { rememberedLines } from "../../storage/past";
import {
  openForReading,
  openForWriting,
  openPlace,
  type Place,
  type StoreSession,
} from "../../storage/session";
import type { View } from "../../storage/store";
import {
  attempt,
  type Outcome,
  type SimulatedProcess,
  type SimulatedWorld,
  workspace,
} from "./simulated-world";

/** A transaction that somebody asked for. All of it is in the store, or nothing. */
interface Attempt {
  readonly number: number;
  isAcknowledged: boolean;
  /** An error said that nothing was saved: within this boot it must not come up again. */
  isDenied: boolean;
  /** A reader was shown it: from then on it must stay. */
  isSeen: boolean;
}

const day = "2026-01-02T03:04:05.678Z";

export function line(id: string, title: string): string {
  return `{"id":${JSON.stringify(id)},"title":${JSON.stringify(title)},"status":"open","priority":2,"issue_type":"task","created_at":"${day}","updated_at":"${day}"}`;
}

/** What a clone brings: the issue that every transaction changes, and others. */
export const faceLines: readonly string[] = [
  line("t-other", "Other"),
  line("t-root", "0"),
  line("t-third", "Third"),
];

/**
 * What was asked of a store and what was answered, independent of the store. Each transaction adds two issues and writes its number
 * into the title of a third and into a record, so half of one, a lost one and a revived one all show.
 */
export class Story {
  #attempts: Attempt[] = [];
  /** False while readers cannot know what is confirmed. */
  #isSeenKept = true;

  /** False where a repair may have begun a new log. */
  #isPastKept = true;

  fork(): Story {
    const twin = new Story();
    twin.#isPastKept = this.#isPastKept;
    twin.#attempts = this.#attempts.map((each) => ({ ...each }));
    twin.#isSeenKept = this.#isSeenKept;
    return twin;
  }

  /** After a power cut a write that failed may turn out to have reached the disk. */
  afterPowerCut(): Story {
    const twin = this.fork();
    for (const each of twin.#attempts) {
      each.isDenied = false;
      each.isSeen &&= twin.#isSeenKept;
    }
    twin.#isSeenKept = true;
    return twin;
  }

  /**
   * The status page was lost: until the next boot readers may show what can vanish, and the next writer takes whatever verifies for
   * confirmed, a frame that was denied among it.
   */
  withoutStatusPage(): Story {
    const twin = this.fork();
    twin.#isSeenKept = false;
    for (const each of twin.#attempts) each.isDenied = false;
    return twin;
  }

  /** The store may be repaired from now on: what it remembers then begins with the repair. */
  withoutPast(): Story {
    const twin = this.fork();
    twin.#isPastKept = false;
    return twin;
  }

  get acknowledged(): number[] {
    return this.#attempts.filter((each) => each.isAcknowledged).map((each) => each.number);
  }

  /** The next transaction, by this process. */
  write(process: SimulatedProcess): Outcome<unknown> {
    const number = this.#attempts.length + 1;
    const own: Attempt = { number, isAcknowledged: false, isDenied: false, isSeen: false };
    this.#attempts.push(own);
    const info = { timeMs: number, actor: "tester", command: `write ${number}` };
    const outcome = attempt(() =>
      process.store().write(info, () => ({ operations: operationsOf(number), result: number })),
    );
    own.isAcknowledged = outcome.kind === "done";
    if (outcome.kind === "failed") {
      if (!(outcome.error instanceof BzError)) throw outcome.error;
      own.isDenied = outcome.error.message.includes("Nothing was saved");
    }
    return outcome;
  }

  /** A write that nothing stands in the way of. */
  writeWell(world: SimulatedWorld): void {
    const process = world.start();
    const outcome = this.write(process);
    if (outcome.kind === "failed") throw outcome.error;
    same("outcome", outcome.kind, "done");
    process.kill();
  }

  /** Reads as a new process and compares with what was answered; returns the transactions that are there, in order. */
  check(world: SimulatedWorld): number[] {
    const process = world.start();
    const { visible, logged } = this.checkAs(process);
    same("history", logged.length, operationsOf(0).length * visible.length);
    process.kill();
    return visible;
  }

  /** The same by a process among others: what was answered before it began must be there, what came meanwhile may be. */
  checkAs(process: SimulatedProcess): { visible: number[]; logged: string[] } {
    const before = this.fork();
    const visible = process.store().read((view) => this.#visibleIn(view));
    const place = openPlace(workspace, process.environment);
    // What a repaired store takes in from the face, where it stands beside what was asked for, is nobody's attempt.
    const { events } = readHistory(place, process.environment, {});
    const logged = events
      .filter(({ operation }) => operation.op !== "take")
      .map(({ timeMs, sequence }) => `${timeMs} at ${sequence}`);
    const remembered = rememberedTitles(place, process);
    place.close();
    same("files left open", process.handles.size, 0);

    const told = visible.flatMap((number, index) =>
      operationsOf(number).map(() => `${number} at ${index + 1}`),
    );
    same("history", logged.slice(0, told.length).join(), told.join());
    // From the line that the store was made with: a compaction must not take that away.
    const titles = [0, ...visible];
    const kept = this.#isPastKept ? titles : titles.slice(titles.indexOf(Number(remembered[0])));
    same("remembered titles", remembered.slice(0, kept.length).join(), kept.join());
    for (const { number, isAcknowledged, isDenied, isSeen } of before.#attempts) {
      const isVisible = visible.includes(number);
      if (isAcknowledged && !isVisible) throw new Error(`transaction ${number} was acknowledged and is lost`);
      if (isDenied && isVisible) throw new Error(`transaction ${number} was denied and is there`);
      if (isSeen && this.#isSeenKept && !isVisible)
        throw new Error(`transaction ${number} was shown and is gone`);
    }
    for (const each of this.#attempts) each.isSeen ||= visible.includes(each.number);
    return { visible, logged };
  }

  /** Transactions in the order of their sequence, which is not the order of asking when several processes ask. */
  #visibleIn({ state, sequence }: View): number[] {
    const visible: number[] = [];
    for (const { number } of this.#attempts) {
      const [first, second] = idsOf(number);
      if (state.has(first) !== state.has(second)) throw new Error(`half of transaction ${number} is there`);
      if (!state.has(first)) continue;
      same("second issue", state.line(second), line(second, `second of ${number}`));
      const at = state.version(first) - 1;
      if (at in visible) throw new Error(`transactions ${number} and ${visible[at]} have one sequence`);
      visible[at] = number;
    }
    same("sequence", sequence, visible.length);
    same("transactions", Object.keys(visible).length, visible.length);
    same("title", state.issue("t-root")?.title, String(visible.at(-1) ?? 0));
    same(
      "record",
      state.record("memory", "last")?.value,
      visible.length === 0 ? undefined : String(visible.at(-1)),
    );
    same("records", state.records().length, Math.min(visible.length, 1));
    same("count", state.count, faceLines.length + 2 * visible.length);
    same("ids", [...state.ids()].join(), [...faceIds, ...visible.flatMap(idsOf)].sort().join());
    return visible;
  }
}

/** Every title that the issue which all transactions change ever had. */
function rememberedTitles(place: Place, { environment }: SimulatedProcess): string[] {
  const session = openForReading(place.owner, environment);
  // A clone without a store has its face.
  if (session === undefined) return ["0"];
  const { store } = session;
  try {
    const loaded = loadLog(store, session.readStatus);
    if (loaded === undefined) return ["0"];
    const states = rememberedLines({ store, loaded }, new Set(["t-root"])).get("t-root") ?? [];
    loaded.snapshot.close();
    const titles = states.map(({ line }) => parseIssue(line).title);
    // A repaired store looks at the face once more, and remembers the line that stands there.
    return titles.filter((title, at) => at === 0 || (title !== "0" && title !== titles[at - 2]));
  } finally {
    session.close();
  }
}

/** `expect` is too slow for what is compared some hundred thousand times. */
function same(what: string, found: string | number | undefined, expected: string | number | undefined): void {
  if (found !== expected) throw new Error(`${what}: found ${found}, expected ${expected}`);
}

/** A compaction by this process, without the promise that the door puts around it. */
export function compactIn(process: SimulatedProcess): Outcome<unknown> {
  return inSession(process, (session) => compact(session, 100));
}

/** As after a command has answered: into a delta, where that is cheaper. */
export function foldIn(process: SimulatedProcess): Outcome<unknown> {
  return inSession(process, (session) => compactIfFree(session, 100));
}

function inSession(process: SimulatedProcess, action: (session: StoreSession) => unknown): Outcome<unknown> {
  return attempt(() => {
    const place = openPlace(workspace, process.environment);
    const session = openForWriting(place.owner, process.environment);
    try {
      return action(session);
    } finally {
      session.close();
      place.close();
    }
  });
}

function operationsOf(number: number): Operation[] {
  const [first, second] = idsOf(number);
  return [
    { op: "put", id: first, line: line(first, `first of ${number}`) },
    { op: "put", id: second, line: line(second, `second of ${number}`) },
    { op: "change", id: "t-root", at: 1_767_323_045_678 + number, set: { title: String(number) } },
    { op: "record", type: "memory", key: "last", value: String(number), at: number, by: "tester" },
  ];
}

function idsOf(number: number): [string, string] {
  const digits = String(number).padStart(4, "0");
  return [`t-a${digits}`, `t-b${digits}`];
}

const faceIds = ["t-other", "t-root", "t-third"];
