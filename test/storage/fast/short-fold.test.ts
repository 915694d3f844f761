import { afterEach, expect, spyOn, test } from "bun:test";
import { prepareFold } from "../../../storage/fast/short-fold";

const asked = spyOn(Bun.unsafe as { setJITPolicy(scale: number): void }, "setJITPolicy").mockImplementation(
  () => {},
);

afterEach(() => {
  asked.mockClear();
});

const log = { pendingFrames: 501, pendingBytes: 200_000, deltaBytes: 0 };
type Rest = Parameters<typeof prepareFold>[0];
const rest = (parts: Partial<typeof log>, isCompactionDue = true): Rest =>
  ({ isCompactionDue, log: { ...log, ...parts } }) as Rest;

test("before a fold of some hundred frames the engine is told to compile less than ever", () => {
  prepareFold(rest({}));
  expect(asked).toHaveBeenCalledTimes(1);
});

test("before a fold of much, or none, it is not", () => {
  prepareFold(rest({ deltaBytes: 2_000_000 }));
  prepareFold(rest({ pendingBytes: 2_000_000 }));
  prepareFold(rest({}, false));
  expect(asked).not.toHaveBeenCalled();
});
