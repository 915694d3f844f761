import { decideLines } from "../../commands/batch-run";
import { type DraftFormat, draftFormats, readDrafts } from "../../commands/draft-input";
import { createIssue } from "../../model/create-issue";
import { planDrafts } from "../../model/draft";
import { BzError } from "../../model/errors";
import { emptySource } from "../../model/issue-source";
import type { Operation } from "../../model/operation";
import { autoFlushSetting, customStatusSetting, lockTimeoutSetting } from "../../model/setting";
import { State } from "../../model/state";
import { lookup, parseYaml } from "../../storage/config";
import { editSettings } from "../../storage/config-edit";
import { claim, claimEqual, damaged, type Target, unlessRefused, unlessRefusedLater } from "./target";

const nowMs = Date.UTC(2026, 0, 15, 12);
const customStatuses = () => ["review"];

function stateBefore(): State {
  const state = new State(emptySource);
  for (const id of ["bd-a1", "bd-b2"])
    state.apply(createIssue({ title: id }, { id, nowMs, actor: "ann" }), 1);
  return state;
}

let count = 0;
function random(length: number): Uint8Array {
  count += 1;
  return new Uint8Array(Bun.SHA256.hash(String(count)).buffer).slice(0, length);
}

function claimReadable(state: State, operations: readonly Operation[]): void {
  const before = state.count;
  for (const operation of operations) state.apply(operation, 2);
  claim(state.count >= before, "issues are gone");
  for (const id of state.ids()) claimEqual(state.issue(id)?.id, id, "an issue stands under another id");
}

const draftSamples: Record<DraftFormat, readonly string[]> = {
  titles: ["First\n  Second  \n\nThird\r\n", "\ufeffOne"],
  jsonl: [
    '{"title":"A","key":"a","priority":"P1","type":"bug","labels":["x","y"]}\n{"title":"B","depends_on":["a","related:bd-a1"],"parent":"$a","due":"+2d","estimate":"1h30m"}\n',
    '{"title":"A","id":"bd-c3","metadata":{"n":1},"blocks":"bd-b2","status":"review","description":"long\\n","assignee":"ann"}',
  ],
  json: [
    '{"nodes":[{"key":"a","title":"A"},{"key":"b","title":"B","depends_on":["a"]}],"edges":[{"from":"b","to":"a","type":"related"}]}',
    '[{"title":"A","key":"k"},{"title":"B","parent":"k"}]',
  ],
  md: [
    "# Plan\n\n## First\n\nText\n\n### Priority\n1\n\n### Labels\nx, y\n\n### Dependencies\n- blocks: bd-a1\n\n## Second\n\n```\n## no heading\n```\n",
    "## One\n### Type\nbug\n### Acceptance Criteria\n- [ ] done\n### Estimate\n1h\n",
  ],
};
const draftPieces = [
  "## ",
  "### ",
  "title",
  "key",
  "id",
  '"depends_on":',
  "parent",
  "$a",
  "bd-a1",
  "edges",
  "nodes",
  "blocks",
  "related:",
  "P9",
  "+2d",
  "[]",
  "{}",
  "\n## X\n",
  "\n### Priority\n",
];

const draftTargets = draftFormats.map(
  (format): Target => ({
    name: `add-batch ${format}`,
    inputs: damaged(draftSamples[format], draftPieces),
    async check(text) {
      const drafts = await unlessRefusedLater(() =>
        readDrafts({ bytes: new TextEncoder().encode(text), source: "fuzz" }, format, {
          nowMs,
          customStatuses,
        }),
      );
      if (drafts === undefined) return;
      const state = stateBefore();
      const context = { state, prefix: "bd", sequence: 1, nowMs, actor: "ann", random };
      const plan = unlessRefused(() => planDrafts(drafts, context));
      if (plan === undefined) return;
      claim(new Set(plan.ids).size === drafts.length, "a draft has no id of its own");
      claimReadable(state, [...plan.creations, ...plan.operations]);
      claim(state.count === 2 + drafts.length, "there are more or fewer issues than drafts");
    },
  }),
);

const batches = [
  '{"cmd":"create","title":"A","key":"a","labels":["x"]}\n{"cmd":"dep add","id":"$a","on":"bd-a1","type":"tracks"}\n{"cmd":"close","id":["$a","bd-b2"],"reason":"done","force":true}',
  '{"cmd":"update","id":"a1","title":"New","priority":0,"due":"+2d","metadata":{"k":1}}\n{"cmd":"claim","id":"bd-a1","session":"s"}\n{"cmd":"release","id":"bd-a1"}\n{"cmd":"reopen","id":"bd-b2"}',
  '{"cmd":"defer","id":"bd-a1","until":"+2d"}\n{"cmd":"undefer","id":"bd-a1"}\n{"cmd":"note","id":"b2","text":"t"}\n{"cmd":"comment","id":"b2","text":"said"}',
  '{"cmd":"label add","ids":["a1","b2"],"labels":"u,v"}\n{"cmd":"label remove","id":"a1","label":"u"}\n{"cmd":"dep remove","id":"a1","on":"b2"}\n{"cmd":"delete","id":"a1"}\n{"cmd":"undelete","id":"a1"}',
];
const batchPieces = [
  "create",
  "update",
  "close",
  "delete",
  "dep add",
  "label add",
  '"id":',
  '"ids":',
  '"title":',
  '"parent":',
  '"assignee":',
  "$a",
  "bd-a1",
  "b2",
  '""',
  "[]",
  "{}",
  "null",
  "1.5",
];

const batchTarget: Target = {
  name: "batch",
  inputs: damaged(batches, batchPieces),
  check(text) {
    const lines = text.split("\n").map((line, at) => ({ number: at + 1, text: line.trim() }));
    const state = stateBefore();
    const caller = { nowMs, session: undefined, bySession: false, customStatuses };
    const view = { state, prefix: "bd", sequence: 1 };
    const info = { timeMs: nowMs, actor: "ann", command: "batch" };
    const options = { caller, random, isAtomic: false };
    const { operations, result } = decideLines(lines, view, info, options);
    claim(result.results.length === lines.length, "a line has no answer");
    for (const failure of result.failures)
      claim(
        failure instanceof BzError && failure.code !== "INTERNAL",
        `a line is refused with ${failure.code}: ${failure.message}`,
      );
    claimReadable(state, operations);
    const atomic = unlessRefusedOrTaken(() =>
      decideLines(lines, { ...view, state: stateBefore() }, info, { ...options, isAtomic: true }),
    );
    claim(
      (atomic !== undefined) === (result.failures.length === 0),
      "all or none is decided otherwise than line by line",
    );
  },
};

/** A line can also lose against somebody else's claim. */
function unlessRefusedOrTaken<T>(decide: () => T): T | undefined {
  try {
    return decide();
  } catch (error) {
    if (error instanceof BzError && (error.kind === "request" || error.kind === "taken")) return undefined;
    throw error;
  }
}

const configs = [
  "# head\nlock:\n  timeout_ms: 5000 # wait\nstatus.custom: [a, b]\nother: &x {a: 1}\nagain: *x\n",
  'sync.auto_flush: true\nissue-prefix: "bd"\nlist:\n- a\n- |\n  text\n  more\n',
  "lock.timeout_ms: 1\nlock: {timeout_ms: 2}\n---\n...\n",
  "",
];
const configPieces = [
  "lock.timeout_ms: ",
  "lock:",
  "  timeout_ms: ",
  "status.custom:",
  "- ",
  "&a ",
  "*a",
  "!!map ",
  "<<: ",
  "? ",
  "|",
  ">",
  "%YAML 1.2\n",
  "---\n",
  "{a: ",
  "\n\t",
];

const configTarget: Target = {
  name: "config.yaml",
  inputs: damaged(configs, configPieces),
  check(text) {
    const document = unlessRefused(() => parseYaml(text, "config.yaml"));
    for (const { key } of [lockTimeoutSetting, customStatusSetting, autoFlushSetting]) lookup(document, key);
    const edited = unlessRefused(() => editSettings(text, lockTimeoutSetting, 7, "config.yaml"));
    if (edited === undefined) return;
    claimEqual(lookup(parseYaml(edited, "config.yaml"), lockTimeoutSetting.key), 7, "a setting was not set");
    const unset = unlessRefused(() => editSettings(edited, lockTimeoutSetting, undefined, "config.yaml"));
    if (unset !== undefined)
      claimEqual(
        lookup(parseYaml(unset, "config.yaml"), lockTimeoutSetting.key),
        undefined,
        "a setting was not taken out",
      );
  },
};

export const documentTargets: readonly Target[] = [...draftTargets, batchTarget, configTarget];
