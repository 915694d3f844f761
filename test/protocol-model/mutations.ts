import { asDescribed, type Choices, product, type SettingName } from "./settings.ts";
import type { Step } from "./steps.ts";
import type { Violation } from "./world.ts";

/** A way to break the protocol, and a world in which that soon shows. */
export interface Mutation {
  readonly without: readonly Step[];
  readonly setting: SettingName;
  /** The first seed to try, near a rare schedule. A change of the model moves the schedules: search again from 0. */
  readonly from?: number;
  readonly choices?: Choices;
  /** The way in which it has to show. Absent: any. */
  readonly shows?: Violation;
}

const overSegment: Choices = { ...product, tripWire: "segment" };
const bySync: Choices = { ...product, lostPage: "sync everything" };

/** Take one of these away and the model fails. */
export const needed: readonly Mutation[] = [
  { without: ["sync before acknowledging"], setting: "calm" },
  { without: ["new segment is synced before it is published"], setting: "calm" },
  { without: ["a failed sync is never retried"], setting: "failures" },
  { without: ["a sealed segment is never appended to"], setting: "births" },
  { without: ["append only where size is confirmed"], setting: "many failures" },
  { without: ["append only behind valid frames"], setting: "kills" },
  { without: ["segment is still linked behind the sync"], setting: "clean" },
  { without: ["status page before the acknowledgement"], setting: "failures" },
  { without: ["status page behind the sync"], setting: "kills", shows: "RECOVERY REFUSED" },
  { without: ["old segment is sealed before a rotation"], setting: "births" },
  { without: ["directory is synced behind a rotation"], setting: "calm" },
  { without: ["segment is chosen under the lock"], setting: "calm" },
  { without: ["catch up under the lock"], setting: "calm" },
  { without: ["remembered position is compared by its sum"], setting: "leftovers", from: 940 },
  { without: ["a frame made before the lock counts only under the page that was read"], setting: "calm" },
  { without: ["store id is compared under the lock"], setting: "clean contents" },
  { without: ["store id of a segment is checked"], setting: "clean contents", from: 1310 },
  { without: ["no segment stands behind the end of the log"], setting: "ruins", from: 11330 },
  { without: ["salt in the frame's sum"], setting: "clean and failures", from: 2330 },
  { without: ["new store id at each birth"], setting: "clean contents" },
  { without: ["reads stop at confirmed"], setting: "many failures" },
  { without: ["reader looks at the status page again"], setting: "page loss", from: 1440 },
  { without: ["a page of another boot is not believed"], setting: "kills" },
  {
    without: ["a log below what any page of its store says is refused"],
    setting: "lying disks",
    shows: "LOST IN SILENCE",
  },
  { without: ["a page promises its segment, too"], setting: "lying disks", shows: "LOST IN SILENCE" },
  {
    without: ["an unproven page promises one frame less"],
    setting: "leftovers",
    shows: "RECOVERY REFUSED",
  },
  { without: ["directory is synced after a lost page"], setting: "leftovers" },
  { without: ["last frame is copied after a lost page"], setting: "page loss and failures" },
  { without: ["a compaction rotates until the segment is empty"], setting: "kills", from: 100 },
  {
    without: ["lock file is looked at again behind the trip-wire"],
    setting: "lock replaced and failures",
    from: 4800,
  },
  { without: ["trip-wire"], setting: "lock replaced" },
  { without: ["busy trip-wire is waited for"], setting: "kills" },
  { without: ["snapshot is synced before it is published"], setting: "calm" },
  { without: ["published snapshot is still the one that was read"], setting: "lock replaced", from: 1690 },
  { without: ["a delta counts only over the base that it names"], setting: "calm" },
  { without: ["a new delta holds what the one before it held"], setting: "calm" },
  { without: ["delta is synced before it is published"], setting: "calm" },
  { without: ["directory is synced before the delta of another base is removed"], setting: "two levels" },
  {
    without: ["delta is looked at again under the lock before it is removed"],
    setting: "lock replaced",
    from: 288_400,
  },
  { without: ["directory is synced before segments are moved"], setting: "calm" },
  { without: ["segment that the snapshot needs stays"], setting: "calm" },
  { without: ["birth clears the status page"], setting: "clean contents", from: 67810 },
  { without: ["parent directory is synced at birth"], setting: "calm" },
  { without: ["files are synced before they are published at birth"], setting: "calm" },
  { without: ["directory is synced at birth"], setting: "births" },
  { without: ["snapshot is published last at birth"], setting: "births" },
  // Steps that only the ways we did not choose need.
  {
    without: ["trip-wire moves on with a rotation"],
    setting: "lock of an old store replaced",
    choices: overSegment,
  },
  {
    without: ["log is read again behind the trip-wire"],
    setting: "lock of an old store replaced",
    choices: overSegment,
    from: 355,
  },
  { without: ["sync everything after a lost page"], setting: "births", choices: bySync, from: 2020 },
  { without: ["rotate after a lost page"], setting: "page loss and failures", choices: bySync },
];

export interface Redundant {
  readonly step: Step;
  readonly because: string;
  /** The step goes and these go with it: now the model fails. Absent: nothing we know of needs the step. */
  readonly with?: readonly Step[];
  readonly setting: SettingName;
  readonly from?: number;
}

/** Take one of these away and nothing happens: something else stands behind it. */
export const redundant: readonly Redundant[] = [
  {
    step: "a failed sync seals the segment",
    because:
      "the frame of the failed sync stays, so the size is not the confirmed one and the next writer rotates",
    with: ["append only where size is confirmed"],
    setting: "many failures",
  },
  {
    step: "size is checked behind the write",
    // Without the trip-wire the model fails as often with this check as without it, so no pair can be shown.
    because: "only a second writer could change the size, and the trip-wire keeps him out",
    setting: "lock replaced",
  },
  {
    step: "lock file is still the published one",
    because:
      "it is looked at again behind the trip-wire; the first look only saves a useless wait, and is taken where there would be one",
    with: ["lock file is looked at again behind the trip-wire"],
    setting: "lock replaced",
  },
  {
    step: "lock file is still the published one behind the sync",
    because:
      "a rotation that a clean overtook publishes into a directory without a snapshot, which is refused by everyone; " +
      "with the look it says 'not saved' instead of acknowledging into ruins",
    setting: "clean contents",
  },
  {
    step: "base of a segment is compared by its sum",
    because: "no segment may stand behind the end of the log, so no segment of another past is ever reached",
    with: ["no segment stands behind the end of the log"],
    setting: "ruins",
    from: 8540,
  },
  {
    step: "a read reaches the confirmed segment",
    because: "a reader that loses its way looks at the snapshot again, and finds another one",
    with: ["reader looks at the snapshot again"],
    setting: "calm",
    from: 7830,
  },
  {
    step: "reader looks at the snapshot again",
    because:
      "a read that misses moved segments does not reach the confirmed one, or finds segments behind its end",
    with: ["a read reaches the confirmed segment"],
    setting: "calm",
    from: 7830,
  },
  {
    step: "reader reads a sealed segment again",
    because: "a sealed segment that is short of its successor's base is a gap, and the read starts over",
    with: ["reader checks for gaps", "base of a segment is compared by its sum"],
    setting: "slow readers",
    from: 2380,
  },
  {
    step: "reader checks for gaps",
    because: "sealed segments are read again, and the base is compared by its sum",
    with: ["reader reads a sealed segment again", "base of a segment is compared by its sum"],
    setting: "slow readers",
    from: 2380,
  },
  {
    step: "page names the inode of its segment",
    because: "the page names its store, and a birth clears it",
    with: ["page names its store", "birth clears the status page"],
    setting: "clean contents",
    from: 1740,
  },
  {
    step: "page names its store",
    because: "the page names the inode of its segment, and a birth clears it",
    with: ["birth clears the status page"],
    setting: "clean contents",
    from: 11080,
  },
  {
    step: "one compactor at a time",
    because:
      "a second one finds that the snapshot is no longer the one it read; the lock only saves double work",
    with: ["published snapshot is still the one that was read"],
    setting: "calm",
  },
  {
    step: "store id is compared at publication",
    because: "the published snapshot is the very inode that was read, held open, so it is of the same store",
    setting: "clean contents",
  },
  {
    step: "reader looks at the delta again",
    because: "a read behind an older delta does not reach the confirmed segment: those before it have moved",
    with: ["a read reaches the confirmed segment"],
    setting: "calm",
    from: 1760,
  },
  {
    step: "published delta is still the one that was read",
    because: "there is one compactor at a time; where its lock was replaced this look is all there is",
    with: ["one compactor at a time"],
    setting: "calm",
  },
  {
    step: "directory is synced before the delta of another base is replaced",
    // That pair would prove nothing: without the other one everything fails.
    because: "the rotation that every compaction begins with has synced the directory behind the base before",
    setting: "two levels",
  },
  {
    step: "oldest segment is moved first",
    because: "a snapshot that is durable needs none of them, and a reader of the old one starts over",
    setting: "slow readers",
  },
];

/** Ways that we did not take: each of them fails. */
export const ways: readonly (Mutation & { readonly title: string })[] = [
  {
    title: "a trip-wire on the segment lets two births pass",
    without: [],
    setting: "lock replaced",
    choices: overSegment,
  },
  {
    title: "a sync behind a failed one lies",
    without: [],
    setting: "page loss and failures",
    choices: bySync,
  },
  {
    title: "a birth that dies before its parent is synced",
    without: [],
    setting: "births",
    choices: { ...product, parentSync: "last" },
  },
  {
    title: "the protocol as first described",
    without: [],
    setting: "kills",
    choices: asDescribed,
    from: 1690,
  },
];
