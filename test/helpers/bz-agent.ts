import { readSync } from "node:fs";
import * as v from "valibot";
import { writeAllTo } from "../../native/process";

/**
 * An agent in a process of its own, as `bz-agents.ts` starts it: `bun bz-agent.ts SPECIFICATION`. Says `ready`, waits for the signal to
 * begin, runs its calls one after another and says one JSON line about each. The word `@last` stands for the id that the latest `q` printed.
 */
const specification = v.parse(
  v.object({
    command: v.array(v.string()),
    calls: v.array(v.array(v.string())),
    deadlineMs: v.number(),
  }),
  JSON.parse(process.argv[2] ?? ""),
);

say("ready");
// Returns when the parent closes the pipe, which it does for all agents at once.
readSync(0, new Uint8Array(1));

let lastId = "";
for (const call of specification.calls) {
  const words = call.map((word) => (word === "@last" ? lastId : word));
  const startedAtMs = Date.now();
  const startMs = performance.now();
  const { exitCode, signalCode, stdout, stderr } = Bun.spawnSync([...specification.command, ...words], {
    env: process.env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: specification.deadlineMs,
    killSignal: "SIGKILL",
  });
  const elapsedMs = performance.now() - startMs;
  if (words[0] === "q") lastId = stdout.toString().trim();
  const said = { stdout: stdout.toString(), stderr: stderr.toString() };
  say(JSON.stringify({ words, code: exitCode, signal: signalCode ?? null, ...said, startedAtMs, elapsedMs }));
}

function say(line: string): void {
  writeAllTo(1, new TextEncoder().encode(`${line}\n`));
}
