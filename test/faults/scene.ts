import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiled } from "../helpers/bz-forms";
import { type Finished, type Started, startProcess } from "../helpers/bz-process";
import { type Disturbed, describePoint, disturb, type Point, pointsOf, rehearse } from "./point";

interface Issue {
  readonly id: string;
  readonly title: string;
  readonly status: string;
}

export interface Verdict {
  /** What is wrong, in words; empty when nothing is. */
  readonly wrong: readonly string[];
  readonly isHit: boolean;
  /** How the disturbed process ended. */
  readonly ending: string;
}

/** `export` is a `q` that exports by itself after it has answered. */
export const commands = ["q", "export", "update", "close", "compact", "sync", "list"];

/** A tracker of its own, and every change that was acknowledged in it. */
export class Scene {
  readonly #directory = mkdtempSync(join(tmpdir(), "bz-faults-"));
  readonly #acknowledged = new Map<string, Issue>();
  #count = 0;

  static async open(command: string): Promise<Scene> {
    const scene = new Scene();
    await scene.#succeed("init", "--here");
    await scene.#succeed("config", "set", "sync.auto_flush", command === "export" ? "true" : "false");
    for (let count = 0; count < 3; count += 1) await scene.#quick(`The ${count}th`);
    return scene;
  }

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** All that can be done to a command. */
  async points(command: string): Promise<Point[]> {
    const words = await this.#prepare(command, "Rehearsal");
    const seen = await rehearse(this.#tracePath, (wrapper) => this.#start(wrapper, ...words));
    this.#adopt(await this.#list());
    return pointsOf(command, seen);
  }

  /** Runs a command with a fault, and everything that has to be true after it. */
  async judge(point: Point): Promise<Verdict> {
    this.#count += 1;
    const title = `Disturbed ${this.#count}`;
    const words = await this.#prepare(point.command, title);
    const result = await disturb(point, this.#tracePath, (wrapper) => this.#start(wrapper, ...words));
    const ending = result.signal ?? `${result.code} ${codeIn(result.stderr)}`.trim();
    const wrong = wrongAnswer(point, result);
    try {
      const issues = await this.#list();
      wrong.push(...this.#wrongState(point, words, result, issues));
      if (point.command === "list" && result.code === 0) wrong.push(...wrongListing(result.stdout, issues));
      this.#adopt(issues);
      await this.#quick(`After ${this.#count}`);
      wrong.push(...(await this.#ailments()));
    } catch (error) {
      wrong.push(`the next command: ${error instanceof Error ? error.message : String(error)}`);
    }
    const where = `${describePoint(point)}, which was ${result.hit[0]}`;
    return {
      wrong: wrong.map((each) => `${where}: ${ending}: ${each}`),
      isHit: result.hit.length > 0,
      ending,
    };
  }

  async #prepare(command: string, title: string): Promise<string[]> {
    if (command === "export") this.#allowExport();
    if (command === "q" || command === "export") return ["q", title, "--json"];
    if (command === "compact" || command === "sync" || command === "list") {
      await this.#quick(`Before ${title}`);
      return command === "list" ? ["list", "--all", "--json"] : [command, "--json"];
    }
    const id = await this.#quick(`To ${command}`);
    return command === "update"
      ? ["update", id, "--title", title, "--json"]
      : ["close", id, "--reason", title, "--json"];
  }

  /** What was acknowledged is there; the disturbed change is there whole or not at all, and as its answer says. */
  #wrongState(
    point: Point,
    words: readonly string[],
    result: Finished,
    issues: Map<string, Issue>,
  ): string[] {
    const wrong: string[] = [];
    const changed: Issue[] = [];
    for (const issue of issues.values()) {
      const before = this.#acknowledged.get(issue.id);
      if (before === undefined || !isSame(before, issue)) changed.push(issue);
    }
    for (const { id, title } of this.#acknowledged.values())
      if (!issues.has(id)) wrong.push(`${id} "${title}" is lost`);
    const isWanted = (issue: Issue): boolean =>
      (words[0] === "q" && issue.title === words[1] && issue.status === "open") ||
      (point.command === "update" &&
        issue.id === words[1] &&
        issue.title === words[3] &&
        issue.status === "open") ||
      (point.command === "close" && issue.id === words[1] && issue.status === "closed");
    for (const issue of changed)
      if (!isWanted(issue)) wrong.push(`${JSON.stringify(issue)} is nobody's wish`);
    const isWrite = ["q", "update", "close"].includes(words[0] ?? "");
    const isAnswered = result.code === 0 || (result.code === null && result.stdout.endsWith("\n"));
    if (isWrite && isAnswered && changed.length === 0) wrong.push("acknowledged, but not there");
    if (changed.length > 1) wrong.push("saved more than once");
    if (changed.length > 0 && /nothing was saved/i.test(result.stderr))
      wrong.push(`it is there, though: ${result.stderr}`);
    return wrong;
  }

  /** Automatic exports may cost a share of the time, which calls in such a row would have spent. */
  #allowExport(): void {
    const store = join(this.#directory, ".beads/store");
    for (const name of readdirSync(store)) {
      if (!/^face\.[0-9a-f]+$/.test(name)) continue;
      const text = readFileSync(join(store, name), "utf8");
      writeFileSync(join(store, name), text.replace(/"(minute|spentMs|previousMs)":[\d.]+/g, '"$1":0'));
    }
  }

  #adopt(issues: Map<string, Issue>): void {
    for (const issue of issues.values()) this.#acknowledged.set(issue.id, issue);
  }

  async #quick(title: string): Promise<string> {
    const id = (await this.#succeed("q", title)).trim();
    this.#acknowledged.set(id, { id, title, status: "open" });
    return id;
  }

  async #list(): Promise<Map<string, Issue>> {
    return issuesIn(await this.#succeed("list", "--all", "--json"));
  }

  async #ailments(): Promise<string[]> {
    const { code, stdout, stderr } = await this.#start([], "doctor", "--json").finished;
    if (stdout === "") return [`doctor ended with ${code}: ${stderr}`];
    const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; message: string }[] };
    return checks
      .filter(({ status }) => status === "failure")
      .map(({ name, message }) => `doctor: ${name}: ${message}`);
  }

  async #succeed(...words: string[]): Promise<string> {
    const { code, signal, stdout, stderr } = await this.#start([], ...words).finished;
    if (code !== 0) throw new Error(`bz ${words.join(" ")} ended with ${signal ?? code}: ${stderr}`);
    return stdout;
  }

  #start(wrapper: readonly string[], ...words: string[]): Started {
    const env = { PATH: process.env.PATH ?? "", HOME: this.#directory };
    const command = [...wrapper, ...compiled.command, ...words];
    return startProcess(command, { cwd: this.#directory, env, deadlineMs: 45_000 });
  }

  get #tracePath(): string {
    return join(this.#directory, "calls");
  }
}

/** Whether the process ended as it may after such a fault. */
function wrongAnswer({ fault, call }: Point, { code, signal, stdout, stderr, hit }: Disturbed): string[] {
  const wrong: string[] = [];
  if (fault === "SIGKILL") {
    if (signal !== null && signal !== "SIGKILL") wrong.push("died of something else");
    return wrong;
  }
  if (signal !== null) wrong.push(`killed by ${signal}`);
  if (/\n\s+at |TypeError|RangeError|SystemCallError|undefined|\[object/.test(stderr))
    wrong.push(`says ${stderr}`);
  // Where nothing can be written any more, nothing can be said either.
  const isMute = call === "write" && fault.isLasting;
  if (code === 0) {
    if (stdout === "") wrong.push("0 without an answer");
    if (hit.some((line) => /^(fdatasync|fsync)\(/.test(line))) wrong.push("0, though a sync failed");
    return wrong;
  }
  // Settings that this user may not read are for the user to put right.
  const isRequest = code === 1 && fault.errno === "EACCES" && hit[0]?.includes("config.yaml") === true;
  if (code !== 2 && code !== 3 && !isRequest) wrong.push(`neither 0, 2 nor 3: ${stderr}`);
  if (!isMute && codeIn(stderr) === "") wrong.push(`no error document: ${stderr}`);
  return wrong;
}

/** A reader that met an error shows everything or says so. */
function wrongListing(stdout: string, issues: Map<string, Issue>): string[] {
  const shown = issuesIn(stdout);
  const isWhole = shown.size === issues.size && [...issues.keys()].every((id) => shown.has(id));
  return isWhole ? [] : [`it shows ${shown.size} of ${issues.size} issues`];
}

function issuesIn(text: string): Map<string, Issue> {
  const { issues } = JSON.parse(text) as { issues: Issue[] };
  return new Map(issues.map(({ id, title, status }) => [id, { id, title, status }]));
}

function isSame(one: Issue, other: Issue): boolean {
  return one.title === other.title && one.status === other.status;
}

/** The code of the error that stderr holds, "" when it holds none with a message. */
function codeIn(stderr: string): string {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  try {
    const { error } = JSON.parse(last) as { error: { code: string; message: string } };
    return error.message.length > 10 ? error.code : "";
  } catch {
    return "";
  }
}
