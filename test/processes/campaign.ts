import { report } from "../helpers/bz-report";
import type { Random } from "../protocol-model/random";
import { Scene } from "./scene";

/** What the parts of the campaign share, and where they say what they found. */
export class Campaign {
  readonly cases: Record<string, number> = {};
  readonly skipped: string[] = [];
  wrong = 0;

  constructor(
    readonly seed: number,
    readonly random: Random,
    /** False when the time is up. */
    readonly hasTime: () => boolean,
    /** Short runs try the same with smaller crowds. */
    readonly isLong: boolean,
  ) {}

  count(kind: string, cases = 1): void {
    this.cases[kind] = (this.cases[kind] ?? 0) + cases;
  }

  accuse(part: string, what: readonly string[]): void {
    if (what.length > 0) this.wrong += 1;
    for (const each of what.slice(0, 20))
      process.stdout.write(`WRONG ${part}, repeat with --only ${part} --seed ${this.seed}: ${each}\n`);
    if (what.length > 20) process.stdout.write(`WRONG ${part}: and ${what.length - 20} more\n`);
  }

  skip(why: string): void {
    this.skipped.push(why);
    report(`SKIPPED: ${why}`);
  }

  /** Runs a part in a tracker of its own, whatever becomes of it. */
  async in(part: string, action: (scene: Scene) => Promise<void>): Promise<void> {
    const scene = await Scene.open(part);
    try {
      await action(scene);
    } catch (error) {
      scene.accuse(error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      this.accuse(part, scene.wrong);
      scene.close();
    }
  }
}

export type Part = (campaign: Campaign) => Promise<void>;
