import { expect } from "bun:test";
import * as v from "valibot";
import type { Tracker } from "./bz";

const issueList = v.looseObject({
  issues: v.array(
    v.looseObject({ id: v.string(), title: v.string(), status: v.string(), version: v.number() }),
  ),
  total: v.number(),
  returned: v.number(),
  truncated: v.literal(false),
});

const distribution = v.object({
  count: v.number(),
  p50: v.number(),
  p90: v.number(),
  p99: v.number(),
  max: v.number(),
});
const lockMetrics = v.looseObject({
  acquisitions: v.number(),
  contended: v.number(),
  timeouts: v.number(),
  waiting: v.number(),
  wait_us: distribution,
  hold_us: distribution,
});

const storeInfo = v.looseObject({
  issues: v.number(),
  store: v.looseObject({ sequence: v.number(), generation: v.number(), pending_frames: v.number() }),
});

const doctorReport = v.looseObject({
  ok: v.boolean(),
  checks: v.array(v.looseObject({ name: v.string(), status: v.string(), message: v.string() })),
  failures: v.number(),
});

const failureDocument = v.object({
  error: v.looseObject({
    code: v.string(),
    message: v.string(),
    retryable: v.boolean(),
    context: v.record(v.string(), v.unknown()),
  }),
});

export type LockMetrics = v.InferOutput<typeof lockMetrics>;
export type Failure = v.InferOutput<typeof failureDocument>["error"];
export type ListedIssue = v.InferOutput<typeof issueList>["issues"][number];

/** Every issue that is not deleted, closed ones too. Throws when an id comes twice. */
export async function listAll(tracker: Tracker): Promise<Map<string, ListedIssue>> {
  return readList(await tracker.succeed("list", "--json", "--all"));
}

export function readList(text: string): Map<string, ListedIssue> {
  const { issues, total, returned } = v.parse(issueList, JSON.parse(text));
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  if (byId.size !== issues.length || total !== issues.length || returned !== issues.length)
    throw new Error(`${issues.length} issues with ${byId.size} ids, called ${returned} of ${total}`);
  return byId;
}

export async function readMetrics(tracker: Tracker): Promise<LockMetrics> {
  return v.parse(lockMetrics, await tracker.json("metrics"));
}

export async function readInfo(tracker: Tracker): Promise<v.InferOutput<typeof storeInfo>> {
  return v.parse(storeInfo, await tracker.json("info"));
}

/** Fails the test when `bz doctor` finds anything wrong, but for warnings of the checks that are named. */
export async function expectHealthy(tracker: Tracker, ...mayWarn: string[]): Promise<void> {
  const { code, stdout, stderr } = await tracker.run("doctor", "--json");
  const report = v.parse(doctorReport, JSON.parse(stdout));
  const isWrong = ({ name, status }: { name: string; status: string }): boolean =>
    status === "failure" || (status === "warning" && !mayWarn.includes(name));
  expect(report.checks.filter(isWrong)).toEqual([]);
  expect({ ok: report.ok, failures: report.failures, code, stderr }).toEqual({
    ok: true,
    failures: 0,
    code: 0,
    stderr: "",
  });
}

/** The one JSON document that stderr holds after a refusal. */
export function readFailure(stderr: string): Failure {
  return v.parse(failureDocument, JSON.parse(stderr)).error;
}
