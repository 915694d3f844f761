import { closeSync, openSync, readFileSync, renameSync, statSync, writeFileSync, writeSync } from "node:fs";
import * as v from "valibot";

/** An issue that somebody has written into the face by hand. */
export interface ForeignIssue {
  readonly id: string;
  readonly title: string;
}

/**
 * Those who write the face without asking bz: an editor that saves what it had read a while ago, by a new file or into the one that stands, and a tool of the
 * family that parses every line and writes it again in its own way, without the keys that it does not know. Every save brings one issue that is in no
 * other.
 */
export class ForeignHands {
  readonly brought: ForeignIssue[] = [];
  /** What the tool has called its own issue last. */
  toolTitle = "";
  #saves = 0;

  constructor(
    readonly facePath: string,
    readonly old: string,
    readonly toolIssue: string,
  ) {}

  /** One save after the other, each when bz has replaced the one before: whom bz has not heard yet must not be talked over by others. */
  async runWhile(isWorking: () => boolean): Promise<void> {
    const saves = [
      () => this.#saveByRename(this.#withNewIssue(this.old)),
      () => this.#toolRewrites(),
      () => this.#saveInPlace(),
      () => this.#saveStale(),
    ];
    for (let turn = 0; turn < saves.length || isWorking(); turn += 1) {
      await saves[turn % saves.length]?.();
      const { ino } = statSync(this.facePath);
      for (let waits = 0; waits < 200 && statSync(this.facePath).ino === ino; waits += 1) {
        if (!isWorking()) return;
        await Bun.sleep(10);
      }
    }
  }

  async #saveStale(): Promise<void> {
    const text = this.#read();
    await Bun.sleep(150);
    this.#saveByRename(this.#withNewIssue(text));
  }

  /** As editors do that keep the file: it is empty for a moment and then half there. */
  async #saveInPlace(): Promise<void> {
    const text = this.#withNewIssue(this.#read());
    const half = Math.floor(text.length / 2);
    const file = openSync(this.facePath, "w");
    writeSync(file, text.slice(0, half));
    await Bun.sleep(150);
    writeSync(file, text.slice(half));
    closeSync(file);
  }

  #toolRewrites(): void {
    this.toolTitle = `The tool's, save ${this.#saves}`;
    const rewritten = this.#read()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const { _stamp, ...issue } = v.parse(v.looseObject({ id: v.string() }), JSON.parse(line));
        if (issue.id !== this.toolIssue) return JSON.stringify(issue);
        return JSON.stringify({ ...issue, title: this.toolTitle, updated_at: new Date().toISOString() });
      });
    this.#saveByRename(this.#withNewIssue(rewritten.map((line) => `${line}\n`).join("")));
  }

  #withNewIssue(text: string): string {
    this.#saves += 1;
    const issue = { id: `bd-hand${this.#saves}`, title: `Save ${this.#saves}` };
    this.brought.push(issue);
    const time = new Date().toISOString();
    const rest = { status: "open", priority: 1, issue_type: "task", created_at: time, updated_at: time };
    return `${text}${JSON.stringify({ ...issue, ...rest })}\n`;
  }

  #read(): string {
    return readFileSync(this.facePath, "utf8");
  }

  #saveByRename(text: string): void {
    writeFileSync(`${this.facePath}~`, text);
    renameSync(`${this.facePath}~`, this.facePath);
  }
}
