import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, openSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chosenForms, type Form } from "../helpers/bz-forms";

const timeoutMs = 30_000;

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function newDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "bz-e2e-")));
  directories.push(directory);
  return directory;
}

interface Options {
  readonly stdin?: string;
  readonly stdout?: number;
  readonly env?: Readonly<Record<string, string>>;
}

async function run(
  form: Form,
  directory: string,
  words: readonly string[],
  { stdin, stdout, env }: Options = {},
) {
  const child = Bun.spawn([...form.command, ...words], {
    cwd: directory,
    env: { HOME: directory, PATH: process.env.PATH ?? "", BEADS_ACTOR: "tester", ...env },
    stdin: stdin === undefined ? "ignore" : new Blob([stdin]),
    stdout: stdout ?? "pipe",
    stderr: "pipe",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const output = child.stdout instanceof ReadableStream ? new Response(child.stdout).text() : "";
  const [answer, talk, exitCode] = await Promise.all([
    output,
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout: answer, stderr: talk };
}

describe.each(await chosenForms("scripts"))("the program ($name)", (form) => {
  const bz = (directory: string, words: readonly string[], options?: Options) =>
    run(form, directory, words, options);

  async function workspace(): Promise<string> {
    const directory = newDirectory();
    expect((await bz(directory, ["init"])).exitCode).toBe(0);
    return directory;
  }

  test("starts without having the engine compile anything", async () => {
    // The engine does so for a function that was called some thirty times, which costs more than it can save in the few milliseconds of a command.
    const report = { BUN_JSC_reportCompileTimes: "1" };
    const { stdout, stderr } = await bz(newDirectory(), ["version", "--json"], { env: report });
    expect(stderr).toBe("");
    expect(Object.keys(JSON.parse(stdout))).toContain("version");
  });

  test("makes a workspace, an issue, lists it, closes it and finds all well", async () => {
    const directory = await workspace();
    const { stdout } = await bz(directory, ["q", "First", "issue"]);
    const id = stdout.trim();
    expect((await bz(directory, ["list"])).stdout).toBe(`${id}  P2  open  task  First issue\n`);
    expect((await bz(directory, ["close", id, "-r", "-"], { stdin: "done\n" })).stdout).toBe(
      `Closed ${id}: First issue\n`,
    );
    expect(JSON.parse((await bz(directory, ["show", id, "--json"])).stdout)).toMatchObject({
      issues: [{ id, status: "closed", close_reason: "done", created_by: "tester" }],
    });
    expect((await bz(directory, ["doctor"])).exitCode).toBe(0);
  }, 60_000);

  test("can be started as a file, and without arguments explains itself", async () => {
    const child = Bun.spawn([form.file], {
      cwd: newDirectory(),
      env: { PATH: process.env.PATH ?? "" },
      stdout: "pipe",
      timeout: timeoutMs,
    });
    expect(await new Response(child.stdout).text()).toContain("USAGE");
    expect(await child.exited).toBe(0);
  }, 60_000);

  test("exits 1 for a request that cannot be done, with nothing on stdout", async () => {
    const directory = newDirectory();
    for (const words of [["list"], ["lst"], ["list", "--nope"]]) {
      const { exitCode, stdout, stderr } = await bz(directory, words);
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(stderr).toStartWith("error: ");
    }
  }, 60_000);

  test("prints long answers whole into a slow pipe", async () => {
    const directory = await workspace();
    const lines = Array.from({ length: 3000 }, (_, at) =>
      JSON.stringify({ id: `bd-${at}`, title: "x".repeat(200) }),
    );
    expect((await bz(directory, ["import", "-"], { stdin: lines.join("\n") })).exitCode).toBe(0);
    const { stdout } = await bz(directory, ["list", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ total: 3000, returned: 3000 });
  }, 60_000);

  test("is content when nobody reads to the end", async () => {
    const directory = await workspace();
    const lines = Array.from({ length: 3000 }, (_, at) =>
      JSON.stringify({ id: `bd-${at}`, title: "x".repeat(200) }),
    );
    await bz(directory, ["import", "-"], { stdin: lines.join("\n") });
    const child = Bun.spawn([...form.command, "list", "--json"], {
      cwd: directory,
      env: { HOME: directory, PATH: process.env.PATH ?? "" },
      stdout: "pipe",
      stderr: "pipe",
      timeout: timeoutMs,
    });
    const reader = child.stdout.getReader();
    await reader.read();
    await reader.cancel();
    expect(await child.exited).toBe(0);
    expect(await new Response(child.stderr).text()).toBe("");
  }, 60_000);

  test.skipIf(!existsSync("/dev/full"))(
    "says that it saved when it cannot say what",
    async () => {
      const directory = await workspace();
      const { exitCode, stderr } = await bz(directory, ["q", "Kept"], { stdout: openSync("/dev/full", "w") });
      expect(exitCode).toBe(2);
      expect(stderr).toContain("saved as bd-");
      expect((await bz(directory, ["list", "-q"])).stdout).toStartWith("bd-");
    },
    60_000,
  );

  test("refuses a standard input that cannot be read, and changes nothing", async () => {
    const directory = await workspace();
    const child = Bun.spawn(["bash", "-c", 'exec "$@" 0>/dev/null', "bash", ...form.command, "import", "-"], {
      cwd: directory,
      env: { HOME: directory, PATH: process.env.PATH ?? "" },
      stdout: "pipe",
      stderr: "pipe",
      timeout: timeoutMs,
    });
    expect(await child.exited).toBe(1);
    expect(await new Response(child.stderr).text()).toStartWith(
      "error: standard input cannot be read (EBADF)",
    );
    expect(await new Response(child.stdout).text()).toBe("");
  }, 60_000);

  test("finds its workspace from below, and not beyond the repository", async () => {
    const directory = await workspace();
    const inside = join(directory, "a/b");
    await Bun.write(join(inside, "file"), "");
    expect((await bz(inside, ["where"])).stdout).toBe(`${directory}/.beads\n`);
    await Bun.write(join(directory, "a/.git/HEAD"), "");
    expect((await bz(inside, ["where"])).exitCode).toBe(1);
  }, 60_000);
});
