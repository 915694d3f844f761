import { parseArgs } from "node:util";
import { chosenForms, compiled, ensureBuilt, packaged, root, sources } from "../test/helpers/bz-forms";
import { type Bench, callEmpty, makeEmptyScript } from "./bench";
import { usingCache } from "./cache";
import { type Figure, readMeasurements, type Section, writeMeasurements } from "./figures";
import { describeMachine, loadNow } from "./machine";
import { fromCopies, writeCopies } from "./programs";
import { writeReport } from "./report";
import { type SectionEntry, sections } from "./sections";

/** `bun run bench`; README.md says what it measures and what the options mean. */
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    form: { type: "string" },
    json: { type: "string", default: `${root}/dist/figures.json` },
    record: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    peers: { type: "boolean", default: false },
    sizes: { type: "string" },
    pairs: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  const [about = ""] = (await Bun.file(`${import.meta.dir}/README.md`).text()).split("\n## ");
  process.stdout.write(about);
  process.exit();
}

const path = values.record ? `${root}/docs/benchmarks/figures.json` : values.json;
const begunMs = performance.now();
let failureCount = 0;

await usingCache(async () => {
  const bench = await prepare();
  for (const section of chosenSections()) await measure(bench, section);
});
if (values.record) writeReport(`${root}/docs/benchmarks`);
say(`${path} has the figures; ${failureCount} failures`);
if (failureCount > 0) process.exitCode = 1;

type Settings = Omit<Bench, "record" | "note" | "attempt">;

async function prepare(): Promise<Settings> {
  if (values.form !== undefined) process.env.BZ_FORM = values.form === "script" ? "packaged" : values.form;
  await ensureBuilt();
  const chosen = process.env.BZ_FORM === undefined ? [compiled, packaged] : await chosenForms();
  const forms = chosen.map(fromCopies);
  const sizes = values.quick
    ? [100, 10_000]
    : [100, 1000, 10_000, 100_000, ...(values.large ? [1_000_000] : [])];
  const emptyScript = makeEmptyScript();
  return {
    forms,
    form: forms.find(({ name }) => name === compiled.name) ?? forms[0] ?? fromCopies(sources),
    sizes: values.sizes?.split(",").map(Number) ?? sizes,
    limits: {
      pairs: Number(values.pairs ?? (values.quick ? 7 : 25)),
      budgetMs: values.quick ? 1000 : 4000,
      fewest: values.quick ? 3 : 5,
    },
    isQuick: values.quick,
    emptyScript,
    empty: () => callEmpty(emptyScript),
  };
}

function chosenSections(): readonly SectionEntry[] {
  if (values.only === undefined) return sections.filter(({ isOfPeers }) => values.peers || !isOfPeers);
  const names = values.only.split(",");
  const known = sections.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no section ${unknown.join(", ")}; there are ${known.join(", ")}`);
  return sections.filter(({ name }) => names.includes(name));
}

/** Whatever fails is written down, and what was measured before and after it is kept. */
async function measure(
  settings: Settings,
  { name, title, measure: measureSection }: SectionEntry,
): Promise<void> {
  const startMs = performance.now();
  const section: Section = {
    measuredAt: new Date().toISOString(),
    seconds: 0,
    load: [loadNow()],
    failures: [],
    notes: [],
    figures: [],
  };
  const attempt = async (what: string, work: () => void | Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failureCount += 1;
      const message = error instanceof Error ? error.message : String(error);
      section.failures.push(`${what}: ${message}`);
      say(`FAILED ${what}: ${message}`);
    }
  };
  say(`-- ${name}: ${title}`);
  writeCopies();
  await attempt(name, () =>
    measureSection({
      ...settings,
      attempt,
      note: (text) => section.notes.push(text),
      record(figure) {
        section.figures.push({ spreads: {}, numbers: {}, ...figure });
        say(describe({ spreads: {}, numbers: {}, ...figure }));
      },
    }),
  );
  section.load.push(loadNow());
  section.seconds = Math.round((performance.now() - startMs) / 1000);
  // Read again each time: what another run has written meanwhile is not to be lost.
  const known = readMeasurements(path);
  writeMeasurements(path, {
    machine: describeMachine(),
    sections: { ...known.sections, [name]: section },
  });
}

function describe({ name, form, issues, frames, variant, spreads, numbers }: Figure): string {
  const circumstances = [
    ...(issues === undefined ? [] : [`${issues} issues`]),
    ...(frames === undefined ? [] : [`${frames} frames`]),
    ...(variant === undefined ? [] : [variant]),
  ];
  const measured = [
    ...Object.entries(spreads).map(
      ([key, { median, lower, upper }]) => `${key} ${median} (${lower}..${upper})`,
    ),
    ...Object.entries(numbers).map(([key, value]) => `${key} ${value}`),
  ];
  return `${form} ${name} [${circumstances.join(", ")}] ${measured.join(", ")}`;
}

function say(text: string): void {
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(0).padStart(5);
  process.stderr.write(`${seconds} s  ${text}\n`);
}
