import type { Figure, Measurements } from "../figures";
import { findFigures, findSpread, sizesOf } from "./lookup";
import { countText, shortNumber, tableText } from "./text";

/** What the same costs with others, and what they kept of what ten agents at once had been told was created. */
export function peersText(measurements: Measurements): string {
  const section = measurements.sections.peers;
  if (section === undefined) return "";
  const figures = findFigures(measurements, { section: "peers" });
  const names = [...new Set(figures.map(({ form }) => form))];
  const parts = [
    "## Others, on the same machine",
    "Each with as many issues, set up as its own manual says is quick; bz with everything that it does by itself. Ratios to the same empty script, and the milliseconds.",
    callsTable(measurements, names),
    "Ten agents at once, each of which creates one issue after another. _Acknowledged_: the call ended well; _there_: its title is there afterwards; _ids_: how many different ones the calls were told (those of `task` are places in its list, which others move).",
    agentsTable(figures.filter(({ name }) => name === "10 agents")),
    section.notes.map((note) => `- ${note}`).join("\n"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function callsTable(measurements: Measurements, names: readonly string[]): string {
  const rows: string[][] = [];
  for (const call of ["create", "show", "list", "ready"])
    for (const issues of sizesOf(measurements, "peers")) {
      const cells = names.map((form) => {
        const wanted = { section: "peers", name: call, form, issues };
        const [ratio, ms] = ["ratio", "ms"].map((key) => findSpread(measurements, wanted, key));
        if (ratio === undefined || ms === undefined) return "-";
        return `${shortNumber(ratio.median)} (${shortNumber(ms.median)} ms)`;
      });
      if (cells.some((cell) => cell !== "-")) rows.push([call, countText(issues), ...cells]);
    }
  return tableText(["call", "issues", ...names], rows);
}

function agentsTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ form, numbers }) => {
    const { ms = Number.NaN, asked = 0, acknowledged = 0, kept = 0, differentIds = 0 } = numbers;
    const lost = acknowledged - kept;
    return [
      form,
      `${shortNumber(ms / 1000)} s`,
      ...[asked, acknowledged, kept].map(countText),
      lost === 0 ? "0" : `**${countText(lost)}**`,
      countText(differentIds),
    ];
  });
  return rows.length === 0
    ? ""
    : tableText(["who", "time", "asked", "acknowledged", "there", "lost", "ids"], rows);
}
