import { BzError } from "../model/errors";
import type { JsonObject } from "../model/json";
import { escapeText } from "../output/escape";
import type { Result } from "../output/result";
import type { Screen, Style } from "../output/style";
import { hanging } from "../output/wrap";
import type { Store } from "../storage/store";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "doctor",
    description:
      "Checks every invariant of the store and of issues.jsonl; works on stores that other commands refuse. Changes nothing without --fix, which copies damaged files to quarantine before it repairs. Exit 1 when a check fails or a repair could not bring everything back.",
  },
  args: () => ({
    fix: { type: "boolean", description: "Repair what can be repaired, and say what is lost" },
  }),
  answer: "check-report",
  examples: ["bz doctor", "bz doctor --fix"],
  async run(context, args): Promise<Result> {
    await context.showProgress();
    if (args.fix !== true) {
      const report = await context.store.check();
      return {
        data: () => checkDocument(report),
        text: (screen) => findingLines(report, screen),
        ids: [],
        failures: failuresOf(report, hintFor(report)),
      };
    }
    const { actions, quarantine, losses, lostSequences, after } = await context.store.repair();
    const done = actions.length === 0 ? ["Nothing to repair"] : actions;
    return {
      data: () => ({
        actions: [...actions],
        ...(quarantine === undefined ? {} : { quarantine }),
        losses: [...losses],
        lost_sequences: [...lostSequences],
        ...checkDocument(after),
        ok: after.failures === 0 && losses.length === 0,
      }),
      text: (screen) =>
        done.map((action) => `${escapeText(action)}\n`).join("") + findingLines(after, screen),
      ids: [],
      failures: [
        ...lossesOf(losses, quarantine),
        ...failuresOf(
          after,
          "what is left cannot be repaired without losing something; nothing was thrown away",
        ),
      ],
    };
  },
});

/** What was acknowledged and is gone is no success, however well the store reads now. */
function lossesOf(losses: readonly string[], quarantine: string | undefined): BzError[] {
  if (losses.length === 0) return [];
  const copies = quarantine ?? "quarantine";
  return [
    new BzError("DOCTOR_FAILED", `the store works again, but not all of it came back: ${losses.join(" ")}`, {
      hint: `the damaged files are in ${copies}; another clone or a backup may still have what is missing`,
      context: { losses: [...losses], quarantine: copies },
    }),
  ];
}

type CheckReport = Awaited<ReturnType<Store["check"]>>;
type Finding = CheckReport["findings"][number];

function checkDocument({ findings, failures, warnings }: CheckReport): JsonObject {
  return {
    ok: failures === 0,
    checks: findings.map(({ check, status, message }) => ({ name: check, status, message })),
    failures,
    warnings,
  };
}

function findingLines({ findings, failures, warnings }: CheckReport, screen: Screen): string {
  const lines = findings.map(({ check, status, message }) => {
    const line = `${mark(status, screen.style)}  ${escapeText(check)}: ${escapeText(message)}`;
    return `${hanging(line, "FAIL  ".length, screen)}\n`;
  });
  return `${lines.join("")}${findings.length} checks, ${failures} failed, ${warnings} ${warnings === 1 ? "warning" : "warnings"}\n`;
}

function mark(status: Finding["status"], style: Style): string {
  if (status === "failure") return style.red("FAIL");
  if (status === "warning") return style.yellow("warn");
  return status === "note" ? style.dim("note") : style.green("ok  ");
}

/** Lines of the face are the user's: no repair touches them. */
function hintFor({ findings }: CheckReport): string {
  const isFaceAlone = findings.every(({ check, status }) => status !== "failure" || check.startsWith("face"));
  return isFaceAlone
    ? "correct issues.jsonl by hand, as the message above says; bz keeps what it cannot read"
    : "`bz doctor --fix` repairs what it can, after copying the damaged files to quarantine";
}

function failuresOf({ findings, failures }: CheckReport, hint: string): BzError[] {
  if (failures === 0) return [];
  const names = findings.filter((finding) => finding.status === "failure").map((finding) => finding.check);
  return [
    new BzError(
      "DOCTOR_FAILED",
      `${failures} ${failures === 1 ? "check" : "checks"} failed: ${names.join(", ")}`,
      {
        hint,
        context: { failed: names },
      },
    ),
  ];
}
