import { join } from "node:path";
import * as v from "valibot";
import { hardenedBun } from "./bz-forms";

/** One command line of an agent, and how it went. */
export interface Call {
  readonly words: readonly string[];
  /** Null when it was killed at its deadline. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** By the clock that all processes share. */
  readonly startedAtMs: number;
  readonly elapsedMs: number;
}

export interface AgentsRun {
  /** By agent, in the order of its calls. */
  readonly calls: readonly (readonly Call[])[];
  /** From the signal to begin to the end of the last agent. */
  readonly elapsedMs: number;
}

export interface AgentsRequest {
  /** What stands before the words of each call. */
  readonly command: readonly string[];
  /** By agent: its calls. */
  readonly work: readonly (readonly (readonly string[])[])[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

const callSchema = v.object({
  words: v.array(v.string()),
  code: v.nullable(v.number()),
  stdout: v.string(),
  stderr: v.string(),
  startedAtMs: v.number(),
  elapsedMs: v.number(),
});

/** Longer than any single call may take. */
const callDeadlineMs = 60_000;

/**
 * Starts one process for each agent, lets them begin together when all of them stand ready, and reads what they say while they run. Throws when an agent
 * cannot be started, does not end by the deadline, or says less than one line for each call.
 */
export async function runAgents(request: AgentsRequest): Promise<AgentsRun> {
  const { cwd, env, deadlineMs = 150_000 } = request;
  const children = request.work.map((calls) => {
    const specification = JSON.stringify({ command: request.command, calls, deadlineMs: callDeadlineMs });
    return Bun.spawn([...hardenedBun, join(import.meta.dir, "bz-agent.ts"), specification], {
      cwd,
      env,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
  });
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  const deadline = setTimeout(
    () => reject(new Error(`the agents are not done after ${deadlineMs} ms`)),
    deadlineMs,
  );
  try {
    const outputs = children.map(({ stdout }) => lines(stdout));
    const errors = children.map(({ stderr }) => new Response(stderr).text());
    const greetings = await Promise.race([Promise.all(outputs.map((output) => output.next())), overdue]);
    const ready = greetings.filter(({ value }) => value === "ready").length;
    if (ready !== request.work.length)
      throw new Error(`${ready} of ${request.work.length} agents came up: ${await Promise.race(errors)}`);
    const startMs = performance.now();
    for (const { stdin } of children) stdin.end();
    const calls = await Promise.race([Promise.all(outputs.map(collectCalls)), overdue]);
    const codes = await Promise.race([Promise.all(children.map(({ exited }) => exited)), overdue]);
    const elapsedMs = performance.now() - startMs;
    if (codes.some((code) => code !== 0))
      throw new Error(`agents ended with ${codes}: ${await Promise.all(errors)}`);
    for (const [agent, made] of calls.entries()) {
      const asked = request.work[agent]?.length;
      if (made.length !== asked) throw new Error(`agent ${agent} made ${made.length} of ${asked} calls`);
    }
    return { calls, elapsedMs };
  } finally {
    clearTimeout(deadline);
    for (const child of children) child.kill("SIGKILL");
  }
}

async function collectCalls(output: AsyncGenerator<string>): Promise<Call[]> {
  const calls: Call[] = [];
  for await (const line of output) calls.push(v.parse(callSchema, JSON.parse(line)));
  return calls;
}

/** The lines of a stream, each as soon as it is complete. */
export async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}
