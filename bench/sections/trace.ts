/** System calls that write bytes to a file. What is written through a mapping is not seen: of bz that are the counters in `store/lock`. */
export const writingCalls = "write,writev,pwrite64,pwritev,pwritev2,copy_file_range,sendfile";

/** Bytes written below a directory, by the path within it, from a trace that `strace -f -y` wrote of the writing calls. */
export function bytesWrittenIn(trace: string, directory: string): Map<string, number> {
  const bytes = new Map<string, number>();
  /** Of calls that another thread's line interrupted, by thread. */
  const begun = new Map<string, string>();
  for (const line of trace.split("\n")) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const isResumed = rest.startsWith("<... ");
    const path = isResumed ? begun.get(thread) : targetOf(rest);
    if (path === undefined || !path.startsWith(`${directory}/`)) continue;
    if (rest.endsWith("<unfinished ...>")) begun.set(thread, path);
    else {
      begun.delete(thread);
      const count = Number(/ = (\d+)$/.exec(rest)?.[1] ?? 0);
      const name = path.slice(directory.length + 1);
      bytes.set(name, (bytes.get(name) ?? 0) + count);
    }
  }
  return bytes;
}

/** The file that is written to: of two, the second one for copy_file_range, and else the first. */
function targetOf(call: string): string | undefined {
  const files = [...call.matchAll(/\d+<([^>]*)>/g)].map(([, path]) => path);
  return call.startsWith("copy_file_range") ? files[1] : files[0];
}
