import { existsSync } from "node:fs";
import { runCommandLine } from "../../commands/command-line";
import { systemWorld } from "../../commands/world";
import { writeAllTo } from "../../native/process";

/**
 * `bun barrier-writer.ts NAME ROUNDS`: a process that has everything loaded, is held at the file `barrier.<round>`, and runs `bz q` in
 * itself as soon as the file is there. It says `ready` before each round and one JSON line after it.
 */
const [name = "", rounds = "0"] = process.argv.slice(2);
const world = systemWorld();

for (let round = 0; round < Number(rounds); round += 1) {
  say("ready");
  while (!existsSync(`barrier.${round}`)) Bun.sleepSync(0.2);
  let printed = "";
  const startMs = performance.now();
  const code = await runCommandLine(["q", `Round ${round} by ${name}`], {
    ...world,
    write(_, text) {
      printed += text;
      return "written";
    },
  });
  say(JSON.stringify({ code, printed, elapsedMs: performance.now() - startMs }));
}

function say(line: string): void {
  writeAllTo(1, new TextEncoder().encode(`${line}\n`));
}
