import { cut } from "./table";
import { standardError } from "./writer";

/** One line at the bottom of a person's terminal that says what takes so long, and is gone when there is an answer. */
export interface Progress {
  report(step: string, done?: number, total?: number): void;
  clear(): void;
}

export interface ProgressWorld {
  nowMs(): number;
  terminalSize(descriptor: number): { readonly columns: number } | undefined;
  write(descriptor: number, text: string): unknown;
}

/** Nothing is said of work that is done before anybody wonders. */
const patienceMs = 300;
const pauseMs = 100;

export async function openProgress(world: ProgressWorld): Promise<Progress> {
  const { createConsola } = await import("consola/core");
  const say = (text: string) => void world.write(standardError, `\r\u001b[K${text}`);
  const consola = createConsola({
    level: 3,
    throttle: 0,
    reporters: [{ log: ({ args }) => say(args.join(" ")) }],
  });
  const wonderMs = world.nowMs() + patienceMs;
  let dueMs = wonderMs;
  let shownStep = "";
  let isShown = false;
  return {
    report(step, done, total) {
      const nowMs = world.nowMs();
      // What begins may go on for long without a word.
      if (nowMs < wonderMs || (nowMs < dueMs && step === shownStep)) return;
      dueMs = nowMs + pauseMs;
      isShown = true;
      shownStep = step;
      const columns = world.terminalSize(standardError)?.columns ?? 80;
      consola.info(cut(sentence(step, done, total), columns - 1));
    },
    clear() {
      if (isShown) say("");
      isShown = false;
    },
  };
}

function sentence(step: string, done: number | undefined, total: number | undefined): string {
  if (done === undefined || !total) return `${step} ...`;
  return `${step}: ${done} of ${total} (${Math.floor((100 * done) / total)} %)`;
}
