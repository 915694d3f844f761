/**
 * Everything in which the supported platforms differ, in one place: names, numbers and layouts, taken from the C headers. The macOS
 * columns are read from Apple's headers and could not be run where they were written.
 */
export interface Platform {
  readonly family: "linux" | "darwin";
  /** Tried in order. A name without a slash must be one that every such system has: Bun looks for others in the current directory. */
  readonly libraries: readonly string[];
  readonly errnoLocation: "__errno_location" | "__error";
  /** Apple x64 keeps the 32-bit-inode functions under the plain names. */
  readonly inode64Suffix: "" | "$INODE64";
  /**
   * How many empty arguments stand before the mode of `openat`. Apple arm64 passes variadic arguments on the stack, others in the
   * registers; five more fill the eight registers there, so that the ninth argument lands where `openat` looks for its mode.
   */
  readonly modePadding: 0 | 5;
  readonly open: OpenFlags;
  /** AT_SYMLINK_NOFOLLOW. */
  readonly atNoFollow: number;
  /** The flag that makes a rename swap both names: RENAME_EXCHANGE of renameat2, RENAME_SWAP of renameatx_np; both are 2. */
  readonly exchangeFlag: 2;
  /** TIOCGWINSZ of `ioctl`; undefined where that cannot be called. */
  readonly windowSizeRequest: number | undefined;
  /** Offset of the name in `struct dirent`, and in `struct linux_dirent64`. */
  readonly direntName: number;
  /** Size of `struct sigaction`. The handler stands at 0 everywhere; zeros behind it mean no flags and an empty mask. */
  readonly signalActionSize: number;
}

interface OpenFlags {
  readonly readWrite: number;
  readonly create: number;
  readonly exclusive: number;
  readonly append: number;
  readonly nonBlocking: number;
  readonly directory: number;
  readonly noFollow: number;
  readonly closeOnExec: number;
}

/** Thrown by the first native call where libc is none of those we know. */
export class UnsupportedPlatformError extends Error {
  override readonly name = "UnsupportedPlatformError";
}

/** AT_FDCWD: names are looked up from the working directory. */
export const currentDirectory = process.platform === "darwin" ? -2 : -100;

/** Throws UnsupportedPlatformError. */
export function currentPlatform(): Platform {
  const key = `${process.platform}-${process.arch}`;
  const platform = platforms[key]?.();
  if (platform === undefined) {
    const advice = process.platform === "win32" ? " On Windows, run it inside WSL." : "";
    throw new UnsupportedPlatformError(
      `bz runs on Linux and macOS, x64 and arm64, and not on ${key}.${advice}`,
    );
  }
  return platform;
}

/** In one piece: each call of bz makes it. */
const linux = (directory: number, noFollow: number): Platform => ({
  family: "linux",
  // musl answers to this name, too.
  libraries: ["libc.so.6"],
  errnoLocation: "__errno_location",
  inode64Suffix: "",
  modePadding: 0,
  open: {
    readWrite: 0o2,
    create: 0o100,
    exclusive: 0o200,
    append: 0o2000,
    nonBlocking: 0o4000,
    directory,
    noFollow,
    closeOnExec: 0o2000000,
  },
  atNoFollow: 0x100,
  exchangeFlag: 2,
  windowSizeRequest: 0x5413,
  direntName: 19,
  signalActionSize: 152,
});

const darwin = () =>
  ({
    family: "darwin",
    libraries: ["/usr/lib/libSystem.B.dylib"],
    errnoLocation: "__error",
    open: {
      readWrite: 0x2,
      create: 0x200,
      exclusive: 0x800,
      append: 0x8,
      nonBlocking: 0x4,
      directory: 0x100000,
      noFollow: 0x100,
      closeOnExec: 0x1000000,
    },
    atNoFollow: 0x20,
    exchangeFlag: 2,
    direntName: 21,
    signalActionSize: 16,
  }) as const;

const platforms: Readonly<Record<string, () => Platform>> = {
  "linux-x64": () => linux(0o200000, 0o400000),
  "linux-arm64": () => linux(0o40000, 0o100000),
  "darwin-x64": () => ({
    ...darwin(),
    inode64Suffix: "$INODE64",
    modePadding: 0,
    windowSizeRequest: 0x40087468,
  }),
  "darwin-arm64": () => ({ ...darwin(), inode64Suffix: "", modePadding: 5, windowSizeRequest: undefined }),
};
