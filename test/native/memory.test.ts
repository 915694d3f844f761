import { heapStats } from "bun:jsc";
import { expect, test } from "bun:test";
import { collectGarbage, GarbageMeter, YoungGarbageMeter } from "../../native/memory";

test.each([GarbageMeter, YoungGarbageMeter])(
  "what nobody holds any more is given back once so much was worked on (%p)",
  (Meter) => {
    const before = objects();
    const left = leaveBehind();
    const meter = new Meter();
    for (let each = 0; each < 20; each += 1) meter.add(1 << 20);
    expect(objects()).toBeLessThan(before + left / 2);
  },
);

test("the event loop turns before garbage is looked for, as what was awaited is held until then", async () => {
  let hasTurned = false;
  setTimeout(() => {
    hasTurned = true;
  }, 0);
  await collectGarbage();
  expect(hasTurned).toBe(true);
});

/** In parts: what the engine still finds on its stack holds one of them at most. How many there were. */
function leaveBehind(): number {
  let count = 0;
  for (let part = 0; part < 100; part += 1) count += Array.from({ length: 1000 }, (_, at) => ({ at })).length;
  return count;
}

function objects(): number {
  return heapStats().objectTypeCounts.Object ?? 0;
}
