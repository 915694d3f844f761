import * as v from "valibot";
import type { Tracker } from "./bz";
import type { Finished, Started } from "./bz-process";

/** One command line of an agent, and how it went. */
export interface DayCall {
  readonly actor: string;
  readonly words: readonly string[];
  readonly ended: Finished;
}

export interface DayPlan {
  /** How many issues the agents may find while they work, all together. */
  readonly mostFound: number;
  /** A victim after so many claims each. */
  readonly claimsPerStrike: number;
}

const rowSchema = v.looseObject({ id: v.string(), parent: v.optional(v.string()) });
const closedSchema = v.looseObject({ claimed: v.nullable(rowSchema) });
type Row = v.InferOutput<typeof rowSchema>;

interface Agent {
  readonly actor: string;
  /** Some go on with `close --claim-next`, the others with `close` and `next --claim`. */
  readonly isQuick: boolean;
  running: Started | undefined;
  /** Its next command will be its last. */
  isDoomed: boolean;
  isDead: boolean;
}

/**
 * Agents at work on one tracker. Each takes what is ready, comments on it, writes down what it finds, closes it, and stops when there is nothing left to
 * take and nobody who could make something ready. Each command is a process; an agent that dies is killed in the midst of one.
 */
export class WorkingDay {
  readonly calls: DayCall[] = [];
  readonly dead = new Set<string>();
  readonly found: string[] = [];
  /** How many agents were to be killed so far. */
  struck = 0;
  readonly #busy = new Set<Agent>();
  #agents: readonly Agent[] = [];
  #claims = 0;
  /** How often somebody has begun to write down what was found. */
  #sought = 0;
  #strikesLeft = 0;
  /** Raised whenever something may have become ready. */
  #news = 0;
  #awaited = Promise.withResolvers<void>();

  constructor(
    readonly tracker: Tracker,
    readonly plan: DayPlan,
  ) {}

  /** Lets fresh agents work until they find nothing more. Some of them are killed with SIGKILL. */
  async shift(name: string, agentCount: number, strikes: number): Promise<void> {
    this.#strikesLeft = strikes;
    const agents = Array.from(
      { length: agentCount },
      (_, agent): Agent => ({
        actor: `${name}-agent-${agent}`,
        isQuick: agent % 2 === 0,
        running: undefined,
        isDoomed: false,
        isDead: false,
      }),
    );
    this.#agents = agents;
    await Promise.all(agents.map((agent) => this.#work(agent)));
    for (const { actor, isDead } of agents) if (isDead) this.dead.add(actor);
  }

  async #work(agent: Agent): Promise<void> {
    let row: Row | undefined;
    while (!agent.isDead) {
      const seen = this.#news;
      row ??= await this.#claim(agent);
      if (row !== undefined) {
        this.#busy.add(agent);
        await this.#strike(agent);
        row = await this.#finish(agent, row);
        this.#busy.delete(agent);
        this.#tell();
      } else if (seen === this.#news) {
        if (this.#busy.size === 0) return;
        await this.#awaited.promise;
      }
    }
  }

  async #claim(agent: Agent): Promise<Row | undefined> {
    const { code, stdout } = await this.#call(agent, [0, 5], "next", "--claim", "--json");
    return code === 0 ? v.parse(rowSchema, JSON.parse(stdout)) : undefined;
  }

  /** Does the work on one issue; the issue to go on with, where the agent has it already. */
  async #finish(agent: Agent, row: Row): Promise<Row | undefined> {
    const { id } = row;
    await this.#call(agent, [0], "comments", "add", id, `${agent.actor} worked on ${id}`);
    if (this.#sought < Math.min(this.plan.mostFound, this.#claims / 3)) await this.#find(agent, row);
    const last = agent.isQuick ? ["--claim-next"] : [];
    const { code, stdout } = await this.#call(
      agent,
      [0],
      "close",
      id,
      "-r",
      `Done by ${agent.actor}`,
      "--json",
      ...last,
    );
    if (code !== 0 || !agent.isQuick) return undefined;
    const { claimed } = v.parse(closedSchema, JSON.parse(stdout));
    if (claimed !== null) this.#claims += 1;
    return claimed ?? undefined;
  }

  /** A real tracker may name a parent that it does not hold. */
  async #isHere(agent: Agent, id: string | undefined): Promise<boolean> {
    return id !== undefined && (await this.#call(agent, [0, 1], "show", id, "-q")).code === 0;
  }

  /** Work that shows while other work is done: a part of the same whole, which waits for it, and is tangled up with what was found before. */
  async #find(agent: Agent, { id, parent }: Row): Promise<void> {
    this.#sought += 1;
    const before = this.found.at(-1);
    const within = (await this.#isHere(agent, parent)) ? ["--parent", String(parent)] : [];
    const words = ["create", `Found at ${id}`, "--silent", "--dep", `discovered-from:${id}`, ...within];
    const { code, stdout } = await this.#call(agent, [0], ...words);
    if (code !== 0) return;
    const found = stdout.trim();
    this.found.push(found);
    await this.#call(agent, [0], "dep", "add", found, id);
    if (before === undefined) return;
    const ends = this.found.length % 2 === 0 ? [found, before] : [before, found];
    // Two agents may have tied the two in both directions.
    await this.#call(agent, [0, 1], "dep", "add", ...ends);
  }

  /** A dead agent calls no more; a call in the midst of which it died has not been answered. */
  async #call(
    agent: Agent,
    codes: readonly number[],
    ...words: string[]
  ): Promise<{ code: number; stdout: string }> {
    if (agent.isDead) return nothing;
    agent.running = this.tracker.start(...words, "--actor", agent.actor, "--session", `of ${agent.actor}`);
    if (agent.isDoomed) await this.#kill(agent);
    const ended = await agent.running.finished;
    agent.running = undefined;
    if (ended.signal === "SIGKILL" && agent.isDead) return nothing;
    this.calls.push({ actor: agent.actor, words, ended });
    if (ended.code === null || !codes.includes(ended.code))
      throw new Error(`${words.join(" ")} ended with ${ended.signal ?? ended.code}: ${ended.stderr}`);
    if (ended.code === 0 && words[0] === "next") this.#claims += 1;
    return { code: ended.code, stdout: ended.stdout };
  }

  /** Every other time it hits the one that has just claimed something, and else anyone who is in the midst of a command. */
  async #strike(agent: Agent): Promise<void> {
    if (this.#strikesLeft === 0 || this.#claims < this.plan.claimsPerStrike * (this.struck + 1)) return;
    // Nobody dies twice.
    if (agent.isDoomed || agent.isDead) return;
    this.#strikesLeft -= 1;
    this.struck += 1;
    const running = this.#agents.filter(
      (other) => other.running !== undefined && !other.isDoomed && !other.isDead,
    );
    const victim = running[Math.floor(Math.random() * running.length)];
    if (this.struck % 2 === 1 || victim === undefined) agent.isDoomed = true;
    else await this.#kill(victim);
  }

  /** Somewhere between its start and its end. */
  async #kill(agent: Agent): Promise<void> {
    agent.isDead = true;
    const { running } = agent;
    await Bun.sleep(Math.random() * 20);
    running?.kill("SIGKILL");
  }

  #tell(): void {
    this.#news += 1;
    this.#awaited.resolve();
    this.#awaited = Promise.withResolvers();
  }
}

const nothing = { code: -1, stdout: "" };
