import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../protocol-model/random";
import type { Step } from "./actions";
import { Comparison } from "./comparison";
import type { PlainIssue, Tracker } from "./model";
import { Play } from "./play";
import { randomScript } from "./script";
import { wrongInMerged } from "./three-way";

/** What was done in two clones between two meetings, and how their faces then came together. */
export interface Meeting {
  readonly left: readonly Step[];
  readonly right: readonly Step[];
  readonly way: "union" | "carried" | "imported";
}

const ways = ["union", "carried", "imported"] as const;

export function randomMeetings(random: Random, count: number, length: number): Meeting[] {
  return Array.from({ length: count }, (_, at) => ({
    left: calm(randomScript(random, length)),
    // In the beginning there is one clone.
    right: at === 0 ? [] : calm(randomScript(random, length)).map((step) => elsewhere(step, random)),
    way: ways[random.between(0, ways.length - 1)] ?? "union",
  }));
}

/** Backups stay in their clone, and a purge takes its past from the record. */
function calm(script: readonly Step[]): Step[] {
  return script
    .filter(({ deed }) => !["backup", "restore", "remember", "forget"].includes(deed.do))
    .map(({ by, deed }) => ({ by, deed }));
}

const creations = ["create", "add-batch", "import", "batch"];

/** What is made on the right has ids of its own, as two clones never draw the same; of the others both sides speak. */
function elsewhere(step: Step, random: Random): Step {
  if (!creations.includes(step.deed.do) && random.chance(0.5)) return step;
  return JSON.parse(JSON.stringify(step).replace(/bd-([acegik])[acegik]{3}/g, "bd-$1bbb")) as Step;
}

/** Two clones of one repository, with nothing between them but the faces that somebody carries. */
export class Clones {
  readonly left = new Play();
  readonly right = new Play();
  readonly lines: string[] = [];
  #issues: ReadonlyMap<string, PlainIssue> = new Map();

  async run(meetings: readonly Meeting[]): Promise<void> {
    await this.left.bz(["init", "--here", "--prefix", "bd"]);
    for (const [at, { left, right, way }] of meetings.entries()) {
      await this.#play("left", this.left, left);
      if (at === 0) await this.#clone();
      else await this.#play("right", this.right, right);
      await this.#meet(way);
    }
  }

  end(): void {
    this.left.end();
    this.right.end();
  }

  async #play(name: string, play: Play, script: readonly Step[]): Promise<void> {
    this.lines.push(`# in the clone on the ${name}`);
    const start = play.lines.length;
    try {
      await play.takeAll(script);
      await play.compareAll(true);
    } finally {
      this.lines.push(...play.lines.slice(start));
    }
  }

  async #clone(): Promise<void> {
    await this.left.bz(["sync"]);
    this.lines.push("# git clone");
    mkdirSync(join(this.right.world.directory, ".beads"));
    copyFileSync(faceOf(this.left), faceOf(this.right));
    this.right.world.timeMs = this.left.world.timeMs;
    this.right.model = { ...this.right.model, nowMs: this.left.model.nowMs };
  }

  async #meet(way: Meeting["way"]): Promise<void> {
    const { left, right } = this;
    this.lines.push(`# both meet: ${way}`);
    for (const play of [left, right]) await this.#do(play, ["sync"]);
    if (way === "union") {
      const lines = new Set([left, right].flatMap((play) => linesIn(play)));
      for (const play of [left, right])
        writeFileSync(faceOf(play), [...lines].map((line) => `${line}\n`).join(""));
    } else if (way === "carried") {
      copyFileSync(faceOf(left), faceOf(right));
      await this.#do(right, ["sync"]);
      copyFileSync(faceOf(right), faceOf(left));
    } else {
      const [one, other] = [left, right].map((play) => readFileSync(faceOf(play), "utf8"));
      await this.#do(left, ["import", "-", "--merge"], other);
      await this.#do(right, ["import", "-", "--merge"], one);
    }
    for (const play of [left, right]) await this.#do(play, ["sync"]);
    const [one = "", other = ""] = [left, right].map((play) => readFileSync(faceOf(play), "utf8"));
    if (one !== other) throw new Error(`two clones that met are not the same:\n${difference(one, other)}`);
    const issues = new Map(
      one
        .split("\n")
        .filter(Boolean)
        .map((line) => [JSON.parse(line).id as string, issueOf(line)]),
    );
    this.#refuseLosses(issues);
    this.#issues = issues;
    for (const play of [left, right]) await adopt(play, issues);
  }

  #refuseLosses(issues: ReadonlyMap<string, PlainIssue>): void {
    const models = [this.left.model, this.right.model] as const;
    for (const id of new Set(models.flatMap(({ tracker }) => [...tracker.issues.keys()]))) {
      const merged = issues.get(id);
      const wrong =
        merged === undefined
          ? ["is gone"]
          : wrongInMerged(id, merged, this.#issues.get(id), [models[0], models[1]]);
      if (wrong.length > 0) throw new Error(`after the two met, ${id}: ${wrong.join("; ")}`);
    }
  }

  async #do(play: Play, words: readonly string[], stdin?: string): Promise<void> {
    play.world.stdin = stdin ?? "";
    const { exitCode, stderr } = await play.world.bz(...words);
    if (exitCode !== 0) throw new Error(`${words.join(" ")} ended with ${exitCode}: ${stderr}`);
  }
}

function difference(one: string, other: string): string {
  const [left, right] = [one, other].map((text) => text.split("\n")) as [string[], string[]];
  const only = (lines: string[], others: string[]) =>
    lines.filter((line) => !others.includes(line)).join("\n");
  return `${only(left, right)}\n${only(right, left)}`;
}

function faceOf({ world }: Play): string {
  return join(world.directory, ".beads", "issues.jsonl");
}

function linesIn(play: Play): string[] {
  return readFileSync(faceOf(play), "utf8").split("\n").filter(Boolean);
}

/** From here on the model of a clone begins with what both came to. */
async function adopt(play: Play, issues: ReadonlyMap<string, PlainIssue>): Promise<void> {
  const tracker: Tracker = {
    issues: structuredClone(new Map(issues)),
    memories: play.model.tracker.memories,
  };
  const { store } = (await play.world.json("info")) as { store: { sequence: number } };
  for (const words of [["--all"], ["-s", "tombstone"]]) {
    const page = (await play.world.json("list", ...words)) as { issues: { id: string; version: number }[] };
    for (const { id, version } of page.issues) {
      const issue = tracker.issues.get(id);
      if (issue !== undefined) issue.version = version;
    }
  }
  play.model = { ...play.model, tracker, log: [], base: store.sequence };
  await new Comparison(play.world, play.model).lists();
}

interface Line {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly priority: number;
  readonly issue_type: string;
  readonly created_at: string;
  readonly labels?: string[];
  readonly dependencies?: { depends_on_id: string; target_id?: string; type?: string; dep_type?: string }[];
  readonly comments?: { author: string; text: string }[];
  readonly [key: string]: unknown;
}

function issueOf(text: string): PlainIssue {
  const line = JSON.parse(text) as Line;
  const edges = (line.dependencies ?? []).map((edge) => ({
    on: edge.depends_on_id ?? edge.target_id ?? "",
    type: edge.type ?? edge.dep_type ?? "",
  }));
  const textOf = (key: string) => (line[key] ?? undefined) as string | undefined;
  return {
    ...{
      id: line.id,
      title: line.title,
      status: line.status,
      priority: line.priority,
      type: line.issue_type,
    },
    labels: [...(line.labels ?? [])].sort(),
    edges: edges.filter(({ type }) => type !== "parent-child"),
    parent: edges.find(({ type }) => type === "parent-child")?.on,
    comments: (line.comments ?? []).map(({ author, text: said }) => ({ author, text: said })),
    assignee: textOf("assignee"),
    session: textOf("claim_session"),
    isStarted: line.started_at !== undefined,
    until: textOf("defer_until"),
    reason: textOf("close_reason"),
    notes: textOf("notes"),
    statusBefore: line.status === "tombstone" ? (textOf("original_status") ?? "open") : undefined,
    isPurged: line.status === "tombstone" && line.title === "(purged)",
    version: 0,
    born: Date.parse(new Date(line.created_at).toISOString()),
  };
}
