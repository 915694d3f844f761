import * as v from "valibot";

/** What a campaign asked of one issue, all agents together. */
export interface Asked {
  /** The keys that may differ afterwards. */
  readonly keys: Set<string>;
  /** Those with one value that was asked for last. */
  readonly values: Map<string, string | number>;
  /** Labels that were added. */
  readonly labels: Set<string>;
}

export interface Campaign {
  /** By agent: its calls. */
  readonly work: string[][][];
  readonly asked: Map<string, Asked>;
}

const issueSchema = v.looseObject({ id: v.string(), status: v.string() });
type Issue = v.InferOutput<typeof issueSchema>;

/** Issues that all agents touch, with changes that do not depend on their order. */
const commonCount = 3;

/**
 * A mixture of `q`, `create`, `update`, `close`, `show` and `list`, the same for the same lines. But for a few issues that all of them label, every
 * agent has issues of its own, so that what stands in a line afterwards is known; and a third of them nobody touches.
 */
export function planWork(lines: readonly string[], agentCount: number, callsEach: number): Campaign {
  const issues = lines
    .map((line) => v.parse(issueSchema, JSON.parse(line)))
    .filter(({ status }) => status !== "tombstone");
  const asked = new Map<string, Asked>();
  const common = issues.slice(0, commonCount);
  const touchable = issues.slice(commonCount).filter((_, place) => place % 3 !== 0);
  const work = Array.from({ length: agentCount }, (_, agent) => {
    const own = touchable.filter((_, place) => place % agentCount === agent);
    const planner = new Planner(agent, own, common, asked);
    return Array.from({ length: callsEach }, (_, call) => planner.next(call));
  });
  return { work, asked };
}

class Planner {
  readonly #open: Issue[];
  #seed: number;
  /** Whether the issue that the agent made last can still be closed. */
  #hasFresh = false;

  constructor(
    readonly agent: number,
    readonly own: readonly Issue[],
    readonly common: readonly Issue[],
    readonly asked: Map<string, Asked>,
  ) {
    this.#seed = agent + 1;
    this.#open = own.filter(({ status }) => status !== "closed");
  }

  next(call: number): string[] {
    const name = `agent ${this.agent}, call ${call}`;
    const dice = this.#random(10);
    if (dice < 2) {
      this.#hasFresh = true;
      return ["q", `Quick by ${name}`, "-p", String(this.#random(5))];
    }
    if (dice === 2) return this.#create(name);
    if (dice === 3) return this.#close(name);
    if (dice === 4) return ["show", this.#pick(this.own).id, "--json"];
    if (dice === 5) return ["list", "--json", "--all"];
    if (dice === 6) return this.#label(this.#pick(this.common), `by-${this.agent}`);
    return this.#update(this.#pick(this.own), name);
  }

  #create(name: string): string[] {
    const text = ["-d", `"Quoted" \\ and\ttabbed, by ${name}`, "-l", "campaign", "-t", "bug"];
    return ["create", `Created by ${name}`, ...text, "--dep", this.#pick(this.own).id, "--silent"];
  }

  #close(name: string): string[] {
    const reason = `Closed by ${name}`;
    const issue = this.#open.pop();
    if (issue !== undefined) {
      const request = this.#ask(issue);
      for (const key of ["status", "closed_at", "close_reason", "closed_by_session"]) request.keys.add(key);
      request.values.set("status", "closed").set("close_reason", reason);
      return ["close", issue.id, "-r", reason, "-f"];
    }
    if (!this.#hasFresh) return this.#label(this.#pick(this.own), "nothing-to-close");
    this.#hasFresh = false;
    return ["close", "@last", "-r", reason];
  }

  #label(issue: Issue, label: string): string[] {
    const request = this.#ask(issue);
    request.keys.add("labels");
    request.labels.add(label);
    return ["update", issue.id, "--add-label", label];
  }

  #update(issue: Issue, name: string): string[] {
    const text = `${name}: "ü", \\ and a line\nbreak`;
    const edits: [flag: string, key: string, value: string | number][] = [
      ["--title", "title", `Renamed by ${name}`],
      ["--priority", "priority", this.#random(5)],
      ["--notes", "notes", text],
      ["--description", "description", text],
      ["--assignee", "assignee", `agent-${this.agent}`],
      ["--type", "issue_type", this.#pick(["bug", "chore", "task"])],
    ];
    const dice = this.#random(edits.length + 1);
    if (dice === edits.length) return this.#label(issue, `label-${this.#random(4)}`);
    const request = this.#ask(issue);
    const chosen = new Set([edits[dice], edits[this.#random(edits.length)]]);
    const words = ["update", issue.id];
    for (const [flag, key, value] of [...chosen].filter((edit) => edit !== undefined)) {
      request.keys.add(key);
      // Who holds an issue, in which session and since when, is one thing.
      if (key === "assignee") for (const each of ["claim_session", "started_at"]) request.keys.add(each);
      request.values.set(key, value);
      words.push(`${flag}=${value}`);
    }
    return words;
  }

  #ask({ id }: Issue): Asked {
    const known = this.asked.get(id) ?? { keys: new Set(), values: new Map(), labels: new Set() };
    this.asked.set(id, known);
    return known;
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[this.#random(from.length)];
    if (picked === undefined) throw new Error("there is nothing to choose from");
    return picked;
  }

  /** A whole number under `limit`, the same in every run (a linear congruential generator). */
  #random(limit: number): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * limit);
  }
}
