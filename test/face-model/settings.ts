/** Who takes part in the histories. */
export interface Setting {
  /** Fresh clones of old commits and copied directories join in. */
  readonly fresh: boolean;
  /** The first commits were made by a tool without stamps, before bz came. */
  readonly past?: boolean;
  readonly tools?: {
    /** How often they keep `_stamp`, 0 to 1. */
    readonly keep: number;
    readonly clock: "good" | "coarse" | "skewed";
    /** Whether they change labels, edges and comments, too. */
    readonly toggle: boolean;
    /** Whether they drop keys that they do not know, half of the time. */
    readonly forgets: boolean;
  };
}

const good = { clock: "good", toggle: false, forgets: false } as const;

export const settings: Readonly<Record<string, Setting>> = {
  alone: { fresh: false },
  "alone, fresh clones": { fresh: true },
  "alone, after a past without stamps": { fresh: true, past: true },
  "tools keep": { fresh: false, tools: { ...good, keep: 1 } },
  "tools keep, labels": { fresh: true, tools: { ...good, keep: 1, toggle: true } },
  "tools keep, labels, keys forgotten": {
    fresh: true,
    tools: { ...good, keep: 1, toggle: true, forgets: true },
  },
  "tools drop": { fresh: true, tools: { ...good, keep: 0 } },
  "tools drop, labels": { fresh: true, tools: { ...good, keep: 0, toggle: true } },
  "tools drop, labels, keys forgotten": {
    fresh: true,
    tools: { ...good, keep: 0, toggle: true, forgets: true },
  },
  "half of the tools keep, clocks skewed": { fresh: false, tools: { ...good, keep: 0.5, clock: "skewed" } },
  "half of the tools keep, clocks coarse": { fresh: false, tools: { ...good, keep: 0.5, clock: "coarse" } },
};
