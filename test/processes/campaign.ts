import { report } from "../helpers/bz-report";
import type { Random } from "../protocol-model/random";
import { Scene } from "./scene";

/** What the parts of the campaign share, and where they say what they found. */
export class Campaign {
  readonly cases: Record<string, number> = {};
  readonly skipped: string[] = [];
  readonly wrong: string[] = [];

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
    this.wrong.push(
      ...what.map((each) => `${part}, repeat with --only ${part} --seed ${this.seed}: ${each}`),
    );
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
