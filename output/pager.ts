type Environment = Readonly<Record<string, string | undefined>>;

/** The command that shows long text; undefined when the user wants none. What a repository says is nobody's wish. */
export function pagerCommand(env: Environment): string | undefined {
  const wanted = (env.BZ_PAGER ?? env.PAGER ?? usualPager).trim();
  return wanted === "" || wanted === "cat" || env.TERM === "dumb" ? undefined : wanted;
}

const usualPager = "less";

/** Whether text fills more than the screen, the prompt that follows included. */
export function isLongerThan(text: string, { columns, rows }: { columns: number; rows: number }): boolean {
  const lines = text.split("\n").slice(0, -1);
  if (lines.length >= rows) return true;
  let used = 0;
  for (const line of lines) used += Math.max(1, Math.ceil(Bun.stringWidth(line) / columns));
  return used >= rows;
}

/**
 * Shows text in the user's pager, and is back when that has ended, however far they have read. "unavailable": there is no such program,
 * and nothing was shown.
 */
export async function showInPager(
  command: string,
  text: string,
  env: Environment,
): Promise<"shown" | "unavailable"> {
  if (command === usualPager && Bun.which(usualPager, { PATH: env.PATH ?? "" }) === null)
    return "unavailable";
  // Ctrl-C is for the pager; without us the terminal would be left to two programs.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    const pager = Bun.spawn(["/bin/sh", "-c", command], {
      stdin: new TextEncoder().encode(text),
      stdout: "inherit",
      stderr: "inherit",
      env: { ...env, LESS: env.LESS ?? "FRX", LV: env.LV ?? "-c" },
    });
    return notFoundCodes.has(await pager.exited) ? "unavailable" : "shown";
  } catch {
    return "unavailable";
  } finally {
    process.off("SIGINT", ignore);
  }
}

/** What a shell answers when a program cannot be started, and when there is none. */
const notFoundCodes: ReadonlySet<number> = new Set([126, 127]);
