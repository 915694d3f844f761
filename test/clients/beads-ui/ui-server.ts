import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hardenedBun, root } from "../../helpers/bz-forms";

/** The server of beads-ui on a workspace, and a record of what it asks of bd. */
export interface UiServer {
  readonly url: string;
  /** The command lines so far. */
  calls(): string[];
  /** What it printed. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

export async function startUiServer(server: string, workspace: string, home: string): Promise<UiServer> {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, ".gitconfig"), "[user]\n\tname = Jo Doe\n");
  const record = join(home, "calls.log");
  const output = join(home, "server.log");
  const port = await freePort();
  const child = Bun.spawn(["node", server], {
    cwd: workspace,
    env: { PATH: process.env.PATH, HOME: home, PORT: String(port), BD_BIN: recordingBd(home, record) },
    stdin: "ignore",
    stdout: Bun.file(output),
    stderr: Bun.file(output),
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(url);
  return {
    url,
    calls: () => (existsSync(record) ? readFileSync(record, "utf8").trimEnd().split("\n") : []),
    log: () => Bun.file(output).text(),
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}

/** The entry for bd, with a note of each call in front of it. */
function recordingBd(home: string, record: string): string {
  const path = join(home, "bd");
  const program = [...hardenedBun, join(root, "commands/bd/bd.ts")].map((word) => `'${word}'`).join(" ");
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${record}'\nexec ${program} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function freePort(): Promise<number> {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    await Bun.sleep(100);
  }
  throw new Error(`beads-ui does not answer at ${url}`);
}
