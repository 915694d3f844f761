import { heapStats } from "bun:jsc";
import { expect, test } from "bun:test";
import { collectGarbage, GarbageMeter } from "../../native/memory";

test("what nobody holds any more is given back once so much was worked on", () => {
  const before = objects();
  leaveBehind();
  const meter = new GarbageMeter();
  for (let each = 0; each < 17; each += 1) meter.add(1 << 20);
  expect(objects()).toBeLessThan(before + left / 2);
});

test("the result of what was awaited is given back", async () => {
  const before = objects();
  await awaitMuch();
  await collectGarbage();
  expect(objects()).toBeLessThan(before + left / 2);
});

const left = 100_000;

function leaveBehind(): number {
  return Array.from({ length: left }, (_, at) => ({ at })).length;
}

async function awaitMuch(): Promise<number> {
  const much = await Promise.resolve(Array.from({ length: left }, (_, at) => ({ at })));
  return much.length;
}

function objects(): number {
  return heapStats().objectTypeCounts.Object ?? 0;
}
