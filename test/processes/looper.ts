import { runCommandLine } from "../../commands/command-line";
import { systemWorld } from "../../commands/world";
import { writeAllTo } from "../../native/process";
import type { ListedIssue } from "../helpers/bz-answers";

/**
 * `bun looper.ts write|read|compact NAME BEGIN_MS SECONDS`: a process that has everything loaded and gives one command in itself again and again, from a
 * moment that it shares with others. A line for each: when it began and ended, its code, and what it was told, in short (see `Turn`).
 */
export interface Turn {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly code: number;
  /** Of a writer: the new id. */
  readonly id?: string;
  /** Of a reader: how many issues it was shown, how many ids, and which, as `markOf` adds them up. */
  readonly total?: number;
  readonly ids?: number;
  readonly mark?: number;
}

const commands: Readonly<Record<string, (turn: number, name: string) => string[]>> = {
  write: (turn, name) => ["q", `Turn ${turn} of ${name}`],
  read: () => ["list", "--json", "--all"],
  compact: () => ["compact"],
};
/** Between two compactions. */
const pauseMs = 20;

/** The same for the same ids in any order. */
export function markOf(ids: Iterable<string>): number {
  let mark = 0;
  for (const id of ids) mark ^= Bun.hash.xxHash32(id);
  return mark;
}

if (import.meta.main) await loop();

async function loop(): Promise<void> {
  const [role = "", name = "", begin = "0", seconds = "0"] = process.argv.slice(2);
  const world = systemWorld();
  Bun.sleepSync(Math.max(0, Number(begin) - Date.now()));
  const endMs = Number(begin) + Number(seconds) * 1000;
  for (let turn = 0; Date.now() < endMs; turn += 1) {
    let printed = "";
    const beganMs = Date.now();
    const code = await runCommandLine(commands[role]?.(turn, name) ?? [], {
      ...world,
      write(_, text) {
        printed += text;
        return "written";
      },
    });
    const line: Turn = { beganMs, endedMs: Date.now(), code, ...told(role, printed) };
    writeAllTo(1, new TextEncoder().encode(`${JSON.stringify(line)}\n`));
    if (role === "compact") Bun.sleepSync(pauseMs);
  }
}

function told(role: string, printed: string): Partial<Turn> {
  if (role === "write") return { id: printed.trim() };
  if (role !== "read") return {};
  const { issues } = JSON.parse(printed) as { issues: ListedIssue[] };
  const ids = new Set(issues.map(({ id }) => id));
  return { total: issues.length, ids: ids.size, mark: markOf(ids) };
}
