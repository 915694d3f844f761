import type { Random } from "../protocol-model/random";
import { media, mediumCalled } from "./disk";
import {
  failingSyncs,
  fewDescriptors,
  lockForAll,
  lyingDisk,
  oddFileSystem,
  readOnly,
  shortWrites,
} from "./failing";
import { fullDisk, fullInCompaction, places } from "./full";
import { type Outcome, powerCuts } from "./power-cut";
import type { Rig } from "./rig";
import { shutdowns } from "./shutdown";
import { stepCuts, stepwise } from "./step-cuts";

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
  ...["ext4", "ext4 data=writeback", "xfs"].map(mediumCalled).map((medium) => ({
    name: `shutdowns, ${medium.name}`,
    attempt: (rig: Rig, random: Random) => shutdowns(rig, medium, random),
    needs: medium.format.slice(0, 1),
  })),
  ...stepwise.flatMap((kind) =>
    ["ext4 all of these", "ext4, volatile cache", "xfs", "btrfs"].map(mediumCalled).map((medium) => ({
      name: `power cuts at each step, ${kind}, ${medium.name}`,
      attempt: (rig: Rig, random: Random) => stepCuts(rig, medium, kind, random),
      needs: medium.format.slice(0, 1),
    })),
  ),
  ...places.flatMap((place) => [
    {
      name: `full disk, ${place.name}`,
      attempt: (rig: Rig, random: Random) => fullDisk(rig, place, random),
      needs: place.needs ?? [],
    },
    {
      name: `full disk in a compaction, ${place.name}`,
      attempt: (rig: Rig, random: Random) => fullInCompaction(rig, place, random),
      needs: place.needs ?? [],
    },
  ]),
  { name: "failing syncs", attempt: failingSyncs },
  { name: "short writes", attempt: shortWrites },
  { name: "few descriptors", attempt: fewDescriptors },
  { name: "read-only", attempt: readOnly },
  { name: "a disk that lies", attempt: lyingDisk },
  { name: "odd file systems, overlayfs", attempt: (rig, random) => oddFileSystem(rig, "overlayfs", random) },
  { name: "odd file systems, tmpfs", attempt: (rig, random) => oddFileSystem(rig, "tmpfs", random) },
  {
    name: "odd file systems, FUSE",
    attempt: (rig, random) => oddFileSystem(rig, "FUSE", random),
    needs: ["bindfs"],
  },
  { name: "a lock that everybody gets", attempt: lockForAll },
];
