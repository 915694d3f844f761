import type { Place } from "../call";

/** Another way to keep issues, and how it is told to do what bz does. */
export interface Peer {
  readonly name: string;
  /** How it was set up, and what is to be known when its figures are read. */
  readonly setting: string;
  /** Where its program is; undefined when it is not here. */
  find(): readonly string[] | undefined;
  /** What says its version. */
  readonly versionWords: readonly string[];
  /** What its processes find in the environment, besides a path and a home. */
  environment?(directory: string): Readonly<Record<string, string>>;
  /** Makes a tracker with so many issues in it, in the quickest way that it has. */
  fill(program: readonly string[], place: Place, issues: readonly PeerIssue[]): void;
  create(title: string): readonly string[];
  show(place: number): readonly string[];
  readonly list: readonly string[];
  readonly ready?: readonly string[];
  /** What prints the title of every issue. */
  readonly titles: readonly string[];
  /** Finds in what a creation says the id that it gave. */
  readonly createdId: RegExp;
}

export interface PeerIssue {
  readonly title: string;
  readonly description: string;
}
