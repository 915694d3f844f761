/**
 * All of them, or every so many:
 *   bun test/damage/run.ts [flip] [cut] [shape] [--every N] [--offset N] [--file PART] [--page NAME]
 * Prints for each kind and file how many there were, how many `doctor` reported, and why the others are harmless. To see one again give the numbers that are
 * printed with it. The page is `current` or `earlier boot`.
 */
import { parseArgs } from "node:util";
import { cuts, flips, shapes } from "./damages.ts";
import { makeSpecimen, type Page, pages } from "./specimen.ts";
import { judge } from "./verdict.ts";

const { values, positionals } = parseArgs({
  args: Bun.argv.slice(2),
  allowPositionals: true,
  options: {
    every: { type: "string", default: "1" },
    offset: { type: "string", default: "0" },
    file: { type: "string", default: "" },
    page: { type: "string", default: "current" },
  },
});
const every = Number(values.every);
const offset = Number(values.offset);
const specimen = makeSpecimen(pageCalled(values.page));
const kinds = { flip: flips, cut: cuts, shape: shapes };
let violationCount = 0;
for (const [kind, damages] of Object.entries(kinds)) {
  if (positionals.length > 0 && !positionals.includes(kind)) continue;
  const counts = new Map<string, { total: number; reported: number; harmless: Map<string, number> }>();
  let number = -1;
  for (const damage of damages(specimen)) {
    number += 1;
    if (number % every !== offset % every || !damage.file.includes(values.file)) continue;
    const { isReported, harmless, violations } = await judge(specimen, damage);
    const count = counts.get(damage.file) ?? { total: 0, reported: 0, harmless: new Map() };
    counts.set(damage.file, count);
    count.total += 1;
    if (isReported) count.reported += 1;
    else count.harmless.set(harmless ?? "NONE", (count.harmless.get(harmless ?? "NONE") ?? 0) + 1);
    violationCount += violations.length;
    for (const violation of violations) process.stdout.write(`${kind} ${number}: ${violation}\n`);
  }
  for (const [file, { total, reported, harmless }] of counts) {
    const reasons = [...harmless].map(([reason, count]) => `; ${count} harmless: ${reason}`).join("");
    process.stdout.write(`${kind} ${file}: ${total}, reported ${reported}${reasons}\n`);
  }
}
process.stdout.write(violationCount === 0 ? "no violation\n" : `${violationCount} violations\n`);
process.exitCode = violationCount > 0 ? 1 : 0;

function pageCalled(name: string): Page {
  const page = pages.find((each) => each === name);
  if (page === undefined) throw new Error(`no page is called "${name}": ${pages.join(", ")}`);
  return page;
}
