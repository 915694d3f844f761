import type { Measurements } from "../figures";
import { findFigure, findNumber, findSpread, sizesOf, type Wanted } from "./lookup";
import { bytesText, countText, shortNumber, spreadText } from "./text";

/** One line of the table of budgets. */
export interface BudgetRow {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** Undefined where nothing was measured, or nothing was asked. */
  readonly isMet: boolean | undefined;
  readonly peers: string;
  readonly limit: string;
  readonly memory: string;
}

export interface BudgetGroup {
  readonly title: string;
  readonly rows: readonly BudgetRow[];
}

/** Every budget, with what became of it. */
export function budgetGroups(measurements: Measurements): BudgetGroup[] {
  return [
    { title: "The agent's loop", rows: [...createRows(measurements), ...loopRows(measurements)] },
    { title: "Lists", rows: listRows(measurements) },
    { title: "Many at once", rows: manyRows(measurements) },
    { title: "Locks, and what a call does behind its answer", rows: behindRows(measurements) },
    { title: "Other tools, batches, bytes", rows: otherRows(measurements) },
    { title: "Memory", rows: memoryRows(measurements) },
  ];
}

const forms = ["compiled", "script"] as const;
type Form = (typeof forms)[number];

function createRows(m: Measurements): BudgetRow[] {
  const rows: BudgetRow[] = [];
  for (const form of forms) {
    const of = (issues: number): Wanted => ({ section: "size", name: "q", form, issues, frames: 0 });
    rows.push(
      ratioRow(
        m,
        of(100),
        `\`q\`, 100 issues, ${form}`,
        form === "compiled" ? 1.4 : 1.7,
        "create",
        startLimits[form],
      ),
    );
    const atHundred = findSpread(m, of(100), "ratio");
    for (const issues of sizesOf(m, "size").filter((size) => size >= 10_000)) {
      const spread = findSpread(m, of(issues), "ratio");
      const growth =
        atHundred === undefined || spread === undefined ? undefined : spread.median / atHundred.median;
      rows.push({
        ...emptyRow,
        what: `\`q\` at ${countText(issues)} divided by \`q\` at 100, ${form}`,
        target: "<= 1.1",
        measured: growth === undefined ? "not measured" : shortNumber(growth),
        isMet: growth === undefined ? undefined : growth <= 1.1,
        limit: "a look-up by id need not read more of a larger store",
        peers: peerText(m, "create", issues),
        memory: memoryOf(m, of(issues)),
      });
    }
  }
  return rows;
}

function loopRows(m: Measurements): BudgetRow[] {
  const rows: BudgetRow[] = [];
  for (const form of forms)
    for (const frames of [0, 1000])
      for (const name of ["show", "close", "claim"])
        for (const issues of sizesOf(m, "size")) {
          const target = form === "compiled" ? (frames === 0 ? 1.4 : 2) : frames === 0 ? 1.8 : 2.4;
          const what = `\`${name}\`, ${countText(issues)} issues, ${logText(frames)}, ${form}`;
          const wanted = { section: "size", name, form, issues, frames };
          const short = name === "show" ? startLimits[form] : writeLimit;
          const limit = frames === 0 ? short : "as with a short log, and the log to read, sum up and search";
          rows.push(ratioRow(m, wanted, what, target, name === "show" ? "show" : undefined, limit));
        }
  return rows;
}

function listRows(m: Measurements): BudgetRow[] {
  const rows: BudgetRow[] = [];
  for (const [form, frames] of [
    ["compiled", 0],
    ["script", 0],
    ["compiled", 1000],
  ] as const)
    for (const name of ["ready", "list"])
      for (const issues of sizesOf(m, "size").filter((size) => size >= 10_000)) {
        const target = frames === 0 ? (form === "compiled" ? 1.6 : 2) : issues > 10_000 ? 4.5 : 2.5;
        const what = `\`${name} --limit 50\`, ${countText(issues)} issues, ${logText(frames)}, ${form}`;
        const limit = `fifty lines to print${frames === 0 ? "" : "; a thousand frames to search"}`;
        rows.push(ratioRow(m, { section: "size", name, form, issues, frames }, what, target, name, limit));
      }
  return rows;
}

function manyRows(m: Measurements): BudgetRow[] {
  const rows = forms.map((form) => {
    const wanted: Wanted = { section: "fan-out", name: "10 agents", form };
    const readers = findSpread(m, { ...wanted, name: "10 readers" }, "ratio");
    const target = form === "compiled" ? 1.6 : 1.9;
    const row = ratioRow(
      m,
      wanted,
      `10 agents x 100 \`q\`, ${form}`,
      target,
      undefined,
      `as many processes to start as the base has; each with \`show\`, which neither locks nor syncs, takes ${readers === undefined ? "-" : shortNumber(readers.median)}`,
    );
    const [acknowledged, kept] = ["acknowledged", "kept"].map((key) => findNumber(m, wanted, key));
    if (acknowledged === undefined || kept === undefined) return row;
    return {
      ...row,
      measured: `${row.measured}; ${countText(kept)} of ${countText(acknowledged)} acknowledged are there`,
    };
  });
  for (const form of forms) {
    const undelayed = findSpread(m, { section: "slow-syncs", form, variant: "0 ms" }, "ms");
    const least =
      undelayed === undefined
        ? ""
        : `; without any delay these calls take ${shortNumber(undelayed.median)} ms`;
    for (const syncMs of [5, 20])
      rows.push(
        ratioRow(
          m,
          { section: "slow-syncs", form, variant: `${syncMs} ms` },
          `10 writers, syncs of ${syncMs} ms, under strace / (writes x ${syncMs} ms), ${form}`,
          1.5,
          undefined,
          `one sync a write${least}`,
        ),
      );
  }
  return rows;
}

function behindRows(m: Measurements): BudgetRow[] {
  const sync = findNumber(m, { section: "lock", name: "sync of 400 bytes" }, "p99Ms");
  const rows: BudgetRow[] = [];
  for (const [name, what, boundMs, syncs] of [
    ["hold by q", "lock held by `q`", 1, 1],
    ["hold by folding", "lock held by folding 1,000 frames", 10, 4],
  ] as const)
    for (const issues of sizesOf(m, "lock")) {
      const figure = findFigure(m, { section: "lock", name, issues });
      const p99 = figure?.numbers.p99Ms;
      const syncsMs = (sync ?? 0) * syncs;
      rows.push({
        ...emptyRow,
        what: `${what}, ${countText(issues)} issues`,
        target: `p99 <= ${boundMs} ms + ${syncs === 1 ? "a sync" : "syncs"}`,
        measured:
          figure === undefined || p99 === undefined
            ? "not measured"
            : `median ${spreadText(figure.spreads.holdMs, " ms")}, p99 ${shortNumber(p99)} ms`,
        isMet: p99 === undefined || sync === undefined ? undefined : p99 <= boundMs + syncsMs,
        limit: `a sync of this disk has a p99 of ${shortNumber(sync ?? Number.NaN)} ms`,
      });
    }
  for (const issues of sizesOf(m, "after")) rows.push(...extraRows(m, issues));
  return rows;
}

function extraRows(m: Measurements, issues: number): BudgetRow[] {
  const boundMs = issues <= 1000 ? 20 : issues <= 100_000 ? 400 : undefined;
  const often = findFigure(m, { section: "stream", name: "calls that did more", variant: "folded", issues });
  return ["folds", "exports"].map((variant) => {
    const figure = findFigure(m, { section: "after", name: "q that does more", variant, issues });
    const extra = figure?.spreads.extraMs;
    const count =
      variant === "folds" && often !== undefined
        ? `; ${often.numbers.calls} of ${often.numbers.ofCalls} calls of a stream`
        : "";
    return {
      ...emptyRow,
      what: `a \`q\` that ${variant}, ${countText(issues)} issues: time to exit beyond an ordinary one`,
      target: boundMs === undefined ? "measured" : `<= ${boundMs} ms, 1 call in 500`,
      measured:
        extra === undefined
          ? figure === undefined
            ? "not measured"
            : `no \`q\` ${variant}`
          : `${spreadText(extra, " ms")}${count}`,
      isMet: extra === undefined || boundMs === undefined ? undefined : extra.median <= boundMs,
      limit:
        variant === "folds" ? "what is folded is written once more, and synced" : "the face is written whole",
    };
  });
}

function otherRows(m: Measurements): BudgetRow[] {
  const rows: BudgetRow[] = [];
  const issues = 100_000;
  const reading = "reading 140 MB in blocks and summing them up, by a script that does nothing else";
  rows.push(ratioRow(m, { section: "face", name: "reading", issues }, reading, undefined, undefined, ""));
  for (const count of [1, 100, issues])
    for (const name of ["show", "q"]) {
      if (count === issues && name === "q") continue;
      const wanted = { section: "face", name, issues, variant: `${count} lines changed` };
      const what = `first \`${name}\` after ${countText(count)} of ${countText(issues)} lines of the face changed`;
      const target = count === issues ? undefined : 4;
      rows.push(
        ratioRow(
          m,
          wanted,
          what,
          target,
          undefined,
          "the 140 MB have to be read and summed up, which takes what the first line says",
        ),
      );
    }
  const batch = findFigure(m, { section: "batch", issues });
  const batchMs = batch?.spreads.ms?.median;
  const times = batch?.numbers.timesTheInput;
  rows.push({
    ...emptyRow,
    what: `\`add-batch\` of ${countText(issues)} issues`,
    target: "one frame, under 2 s, memory under 10 x the input",
    measured:
      batch === undefined
        ? "not measured"
        : `${batch.numbers.frames} frame, ${spreadText(batch.spreads.ms, " ms")}, memory ${shortNumber(times ?? Number.NaN)} x ${bytesText(batch.numbers.inputBytes ?? 0)}`,
    isMet:
      batchMs === undefined ? undefined : batchMs < 2000 && (times ?? 0) < 10 && batch?.numbers.frames === 1,
    limit: "parse, check and write each once",
    memory: batch?.numbers.peakKib === undefined ? "" : bytesText(batch.numbers.peakKib * 1024),
  });
  for (const [size, bound] of [
    [100, 12],
    [10_000, 20],
    [100_000, 32],
  ] as const)
    for (const variant of ["q", "batches of 80"]) {
      const written = findFigure(m, { section: "written", issues: size, variant });
      if (written === undefined && variant !== "q") continue;
      const { perLoggedByte, mostFrames, snapshots, deltas } = written?.numbers ?? {};
      rows.push({
        ...emptyRow,
        what: `bytes written for each byte logged, ${countText(size)} issues, a stream of ${variant === "q" ? "`q`" : variant}`,
        target: `<= ${bound}, at most 1,000 frames to replay`,
        measured:
          perLoggedByte === undefined
            ? "not measured"
            : `${shortNumber(perLoggedByte)}; ${mostFrames} frames; ${deltas} deltas and ${snapshots} snapshots in ${written?.numbers.calls} calls`,
        isMet: perLoggedByte === undefined ? undefined : perLoggedByte <= bound && (mostFrames ?? 0) <= 1000,
        limit: "every byte is written to the log and at least once more into a snapshot",
      });
    }
  return rows;
}

function memoryRows(m: Measurements): BudgetRow[] {
  const rows: BudgetRow[] = [];
  for (const name of ["q", "show", "list", "ready"])
    for (const issues of sizesOf(m, "memory"))
      rows.push(
        ratioRow(
          m,
          { section: "memory", name, issues, frames: 0 },
          `peak memory of \`${name}\` / of an empty script, ${countText(issues)} issues`,
          name === "q" ? 1.4 : undefined,
          undefined,
          "Bun itself, and libc's functions called through it",
        ),
      );
  return rows;
}

/** Of what is decided about an issue that there is. */
const writeLimit = "what every write takes beside its decision, stage by stage in start-up.md";

const startLimits: Readonly<Record<Form, string>> = {
  compiled: "one process, its modules, one sync",
  script: "the same; its first line alone costs what `start-up` says",
};

const emptyRow = { peers: "", memory: "", limit: "" } as const;

function ratioRow(
  m: Measurements,
  wanted: Wanted,
  what: string,
  target: number | undefined,
  peerCall: string | undefined,
  limit: string,
): BudgetRow {
  const ratio = findSpread(m, wanted, "ratio");
  const ms = findSpread(m, wanted, "ms");
  return {
    what,
    target: target === undefined ? "measured" : `<= ${target}`,
    measured: spreadText(ratio) + (ms === undefined ? "" : `, ${shortNumber(ms.median)} ms`),
    isMet: ratio === undefined || target === undefined ? undefined : ratio.median <= target,
    peers: peerCall === undefined ? "" : peerText(m, peerCall, wanted.issues ?? 0),
    limit,
    memory: memoryOf(m, wanted),
  };
}

/** What the same costs with others, as ratios to the same empty script. */
function peerText(m: Measurements, call: string, issues: number): string {
  const names = [...new Set((m.sections.peers?.figures ?? []).map(({ form }) => form))].filter(
    (form) => form !== "bz",
  );
  return names
    .map((form) => [form, findSpread(m, { section: "peers", name: call, form, issues }, "ratio")] as const)
    .flatMap(([form, ratio]) => (ratio === undefined ? [] : [`${form} ${shortNumber(ratio.median)}`]))
    .join(", ");
}

/** Measured of the executable alone. */
function memoryOf(m: Measurements, { name, form, issues, frames }: Wanted): string {
  if (name === undefined || issues === undefined || form === "script") return "";
  const kib = findSpread(m, { section: "memory", name, issues, frames: frames ?? 0 }, "peakKib")?.median;
  return kib === undefined ? "" : bytesText(kib * 1024);
}

function logText(frames: number): string {
  return frames === 0 ? "short log" : `${countText(frames)} frames`;
}
