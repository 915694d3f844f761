import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { editIssue } from "../../model/change";
import { planImport } from "../../model/import";
import { parseIssue } from "../../model/issue-json";
import { emptySource } from "../../model/issue-source";
import { readMembers } from "../../model/json-members";
import { kindOfLine } from "../../model/line-kind";
import { recencyOf } from "../../model/recency";
import { State } from "../../model/state";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

/** Trackers that other tools wrote; they lie beside the checkout and are no part of it. */
const folder = join(import.meta.dir, "../../../shared/data");
const nowMs = Date.UTC(2026, 6, 1);

describe.each(["beads_rust", "beads_viewer", "beads_zig"])("%s", (name) => {
  const path = join(folder, `${name}.jsonl`);
  const lines = existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];

  test.skipIf(lines.length === 0)("every line is an issue and comes in as it is", () => {
    const state = new State(emptySource);
    const plan = planImport(state, lines.join("\n"), {
      prefix: "bd",
      random: (length) => new Uint8Array(length),
      nowMs: 0,
      actor: "ann",
    });
    expect([plan.added, plan.skipped.length]).toEqual([lines.length, 0]);
    for (const operation of plan.operations) state.apply(operation, 1);
    for (const line of lines) {
      expect(kindOfLine(line)).toBe("issue");
      expect(state.line(parseIssue(line).id)).toBe(line);
    }
  });

  test.skipIf(lines.length === 0)(
    "a touched line differs only in what was asked, updated_at and the stamp",
    () => {
      for (const line of lines) {
        const issue = parseIssue(line);
        if (issue.status === "tombstone") continue;
        const state = new State(emptySource);
        state.apply({ op: "put", id: issue.id, line }, 1);
        const edits = { add_labels: ["touched"], owner: "somebody else" };
        const change = editIssue(issue, edits, { recency: recencyOf(line), nowMs, actor: "me" });
        if (change === undefined) throw new Error("nothing changed");
        state.apply(change, 2);
        const asked = new Set(["labels", "owner", "updated_at", "_stamp"]);
        const rest = (text: string) =>
          readMembers(text)
            .filter((member) => !asked.has(member.key))
            .sort((left, right) => (left.key < right.key ? -1 : 1));
        const touched = state.line(issue.id) ?? "";
        expect(rest(touched)).toEqual(rest(line));
        expect(state.issue(issue.id)?.labels).toContain("touched");
        expect(touched.length - touched.indexOf(',"_stamp"')).toBeLessThanOrEqual(75);
      }
    },
  );
});
