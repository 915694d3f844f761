import { type NativeFunction, openLibrary, signature } from "./libc";
import { currentPlatform } from "./platform";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * How large the terminal behind a descriptor is; undefined for what is none, does not know, or cannot be asked on this system. `ioctl` is
 * variadic, which is safe wherever such arguments travel in the same registers as others: not on Apple arm64, where `tcgetwinsize` does it.
 */
export function terminalSize(fd: number): TerminalSize | undefined {
  const answer = new Uint8Array(winsizeLength);
  if (askSize(fd, answer) !== 0) return undefined;
  const view = new DataView(answer.buffer);
  const rows = view.getUint16(0, true);
  const columns = view.getUint16(2, true);
  return columns > 0 && rows > 0 ? { columns, rows } : undefined;
}

/** `struct winsize`: rows, columns, and both in pixels, 16 bits each. */
const winsizeLength = 8;

/** In a table of its own: a system that lacks the function lacks nothing else. */
function askSize(fd: number, answer: Uint8Array): unknown {
  const { libraries, windowSizeRequest: request } = currentPlatform();
  try {
    if (request === undefined) {
      const { tcgetwinsize } = openLibrary(libraries, { tcgetwinsize: signature("i32", "i32", "ptr") });
      return tcgetwinsize?.(fd, answer);
    }
    const { ioctl }: Record<string, NativeFunction> = openLibrary(libraries, {
      ioctl: signature("i32", "i32", "u64", "ptr"),
    });
    return ioctl?.(fd, request, answer);
  } catch {
    return undefined;
  }
}
