import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finished, Started } from "../helpers/bz-process";
import type { Random } from "../protocol-model/random";
import type { Ledger } from "./ledger";
import { brief, type DiskTracker, errorCode, idIn } from "./tracker";

interface Own {
  readonly title: string;
  readonly id: string;
  readonly description: string;
}

/** What a process said that did not end with 0. */
export interface Refusal {
  readonly words: string;
  readonly code: string;
  readonly stderr: string;
}

/**
 * Agents that use a store at the same time, each calling one process after another: new issues, short and long, changes, closes, batches, `sync` and
 * `compact`. Everything is in the ledger before it is asked for, and again when its process has ended with 0.
 */
export class Agents {
  readonly refusals: Refusal[] = [];
  readonly #running = new Set<Started>();
  #stopping = false;
  #calls = 0;

  constructor(
    readonly tracker: DiskTracker,
    readonly ledger: Ledger,
    /** Part of every title, so that no two runs on one disk share one. */
    readonly name: string,
    readonly random: Random,
  ) {}

  get calls(): number {
    return this.#calls;
  }

  /** Begins with `count` of them; the promise is kept when all have stopped. */
  async work(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, index) => this.#agent(`${this.name}-${index}`)));
  }

  /** No further call begins, and those that run are killed. */
  kill(): void {
    this.#stopping = true;
    for (const process of this.#running) process.kill("SIGKILL");
  }

  /** No further call begins. */
  stop(): void {
    this.#stopping = true;
  }

  async #agent(name: string): Promise<void> {
    const own: Own[] = [];
    for (let number = 1; !this.#stopping; number += 1) {
      const title = `${name}-${number}`;
      const dice = this.random.next();
      const known = this.random.pick(own);
      if (dice < 0.04) await this.#compact();
      else if (dice < 0.1) await this.#sync();
      else if (dice < 0.16) await this.#batch(title);
      else if (known === undefined || dice < 0.65) await this.#create(title, own);
      else if (dice < 0.88) await this.#update(known, `${title} ${this.#filler()}`, own);
      else await this.#close(known, own);
    }
  }

  async #create(title: string, own: Own[]): Promise<void> {
    const description = this.random.chance(0.3) ? `${title} ${this.#filler()}` : "";
    const acknowledge = this.ledger.attempt(title, { status: "open", description });
    const words = description === "" ? ["q", title] : ["q", title, "--description", description];
    const { code, stdout } = await this.#call(words);
    if (code !== 0) return;
    acknowledge();
    own.push({ title, id: idIn(stdout), description });
  }

  async #update(issue: Own, description: string, own: Own[]): Promise<void> {
    const acknowledge = this.ledger.attempt(issue.title, { status: "open", description });
    own.splice(own.indexOf(issue), 1);
    const { code } = await this.#call(["update", issue.id, "--description", description]);
    // What became of a change that failed is not known, so nothing is asked of that issue any more.
    if (code !== 0) return;
    acknowledge();
    own.push({ ...issue, description });
  }

  async #close(issue: Own, own: Own[]): Promise<void> {
    own.splice(own.indexOf(issue), 1);
    const { description } = issue;
    const acknowledge = this.ledger.attempt(issue.title, { status: "closed", description });
    if ((await this.#call(["close", issue.id])).code === 0) acknowledge();
  }

  async #batch(name: string): Promise<void> {
    const titles = [1, 2, 3].map((number) => `${name}.${number}`);
    const path = join(this.tracker.home, `${name}.titles`);
    writeFileSync(path, titles.join("\n"));
    const acknowledge = titles.map((title) =>
      this.ledger.attempt(title, { status: "open", description: "" }, name),
    );
    if ((await this.#call(["add-batch", path, "--format", "titles"])).code === 0)
      for (const each of acknowledge) each();
  }

  async #sync(): Promise<void> {
    const acknowledge = this.ledger.attemptSync();
    if ((await this.#call(["sync"])).code === 0) acknowledge();
  }

  async #compact(): Promise<void> {
    await this.#call(["compact"]);
  }

  async #call(words: readonly string[]): Promise<Finished> {
    this.#calls += 1;
    const process = this.tracker.start([], ...words, "--json");
    this.#running.add(process);
    const finished = await process.finished;
    this.#running.delete(process);
    const { code, signal, stderr } = finished;
    if (code !== 0 && !this.#stopping)
      this.refusals.push({ words: brief(words), code: errorCode(finished) || `${signal ?? code}`, stderr });
    return finished;
  }

  #filler(): string {
    const length = this.random.chance(0.3)
      ? this.random.between(4_000, 90_000)
      : this.random.between(10, 600);
    return "0123456789abcdef".repeat(Math.ceil(length / 16)).slice(0, length);
  }
}
