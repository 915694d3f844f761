import type { Random } from "../protocol-model/random";
import { media } from "./disk";
import { type Outcome, powerCuts } from "./power-cut";
import type { Rig } from "./rig";

/** One thing that a disk can do. The name says what, and on what. */
export interface Case {
  readonly name: string;
  readonly attempt: (rig: Rig, random: Random) => Promise<Outcome>;
  /** Programs without which it is skipped. */
  readonly needs?: readonly string[];
}

export const cases: readonly Case[] = [
  ...media.map((medium) => ({
    name: `power cuts, ${medium.name}`,
    attempt: (rig: Rig, random: Random) => powerCuts(rig, medium, random),
    needs: medium.format.slice(0, 1),
  })),
];
