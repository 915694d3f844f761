import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { makeImage, type Rig, run, unmount } from "./rig";

export interface Medium {
  readonly name: string;
  readonly format: readonly string[];
  readonly size: string;
  /** For `mount`, all of them with `loop`. */
  readonly options: string;
  /**
   * What of the writes that were not flushed a cut takes away: none, or those that the cache of a drive would hold. There the image lies on another file system, and it
   * is the image of that one that is copied.
   */
  readonly cache: "write-through" | "volatile";
}

const ext4 = ["mkfs.ext4", "-q", "-F", "-b", "4096"];
const formats = {
  ext4: { format: ext4, size: "96m", options: "" },
  "ext4 commit=1000": { format: ext4, size: "96m", options: "commit=1000" },
  "ext4 data=writeback": { format: ext4, size: "96m", options: "data=writeback,commit=1000" },
  "ext4 noauto_da_alloc": { format: ext4, size: "96m", options: "noauto_da_alloc,commit=1000" },
  "ext4 nobarrier": { format: ext4, size: "96m", options: "nobarrier" },
  "ext4 all of these": {
    format: ext4,
    size: "96m",
    options: "data=writeback,noauto_da_alloc,nobarrier,commit=1000",
  },
  "ext4 data=journal": { format: ext4, size: "96m", options: "data=journal" },
  "ext4 1 KiB blocks": { format: ["mkfs.ext4", "-q", "-F", "-b", "1024"], size: "96m", options: "" },
  xfs: { format: ["mkfs.xfs", "-q"], size: "320m", options: "nouuid" },
  btrfs: { format: ["mkfs.btrfs", "-q"], size: "256m", options: "commit=300" },
} as const;

/** Every file system behind every cache. Without barriers nothing is flushed, so a volatile cache would be a lie: that is another case. */
export const media: readonly Medium[] = Object.entries(formats).flatMap(([name, format]) => {
  const through: Medium = { name, ...format, cache: "write-through" };
  const isLie = format.options.includes("nobarrier");
  return isLie ? [through] : [through, { ...through, name: `${name}, volatile cache`, cache: "volatile" }];
});

export function mediumCalled(name: string): Medium {
  const medium = media.find((each) => each.name === name);
  if (medium === undefined) throw new Error(`no medium is called ${name}`);
  return medium;
}

/** A mounted file system in an image. */
export class Disk {
  private constructor(
    readonly rig: Rig,
    readonly medium: Medium,
    /** What a cut copies. */
    readonly image: string,
    readonly mountPoint: string,
    /** Where the image of the inner file system lies, if there are two. */
    readonly outer: string | undefined,
  ) {}

  static make(rig: Rig, medium: Medium): Disk {
    const image = newImage(rig);
    if (medium.cache === "write-through") {
      makeImage(image, medium.size, medium.format);
      return Disk.#mount(rig, medium, image, rig.newDirectory("mnt"));
    }
    makeImage(image, "640m", ["mkfs.xfs", "-q"]);
    const outer = rig.newDirectory("outer");
    run("mount", "-o", "loop,nouuid", image, outer);
    makeImage(join(outer, "inner.img"), medium.size, medium.format);
    run("sync", "--file-system", outer);
    unmount(outer);
    return Disk.#mount(rig, medium, image, rig.newDirectory("mnt"));
  }

  static #mount(rig: Rig, medium: Medium, image: string, mountPoint: string): Disk {
    const options = ["loop", medium.options].filter((each) => each !== "").join();
    if (medium.cache === "write-through") {
      run("mount", "-o", options, image, mountPoint);
      return new Disk(rig, medium, image, mountPoint, undefined);
    }
    const outer = rig.newDirectory("outer");
    run("mount", "-o", "loop,nouuid", image, outer);
    run("mount", "-o", options, join(outer, "inner.img"), mountPoint);
    return new Disk(rig, medium, image, mountPoint, outer);
  }

  /** What a power cut at this moment would leave. The disk goes on. */
  copyImage(): string {
    const copy = newImage(this.rig);
    run("cp", "--reflink=always", this.image, copy);
    return copy;
  }

  /** The disk after a power cut that left `image`: of the same file system, in another boot. */
  startAgain(image: string): Disk {
    this.close();
    this.rig.startBoot();
    return Disk.#mount(this.rig, this.medium, image, this.mountPoint);
  }

  /** The same image mounted again without a boot in between. */
  remount(): Disk {
    unmount(this.mountPoint);
    if (this.outer !== undefined) unmount(this.outer);
    return Disk.#mount(this.rig, this.medium, this.image, this.mountPoint);
  }

  close(): void {
    unmount(this.mountPoint);
    if (this.outer !== undefined) unmount(this.outer);
    rmSync(this.image, { force: true });
  }
}

function newImage(rig: Rig): string {
  return join(rig.directory, "images", basename(rig.newName("disk")));
}
