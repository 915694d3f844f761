import { expect, test } from "bun:test";
import type { Operation } from "../../model/operation";
import { storeWithWrites } from "../helpers/moments";
import { attempt, codeOf } from "../helpers/simulated-world";
import { line } from "../helpers/story";

test("a write that would leave an issue nobody can read afterwards is refused, and nothing is written", () => {
  const { world, story } = storeWithWrites(1);
  const nested = `${"[".repeat(80)}${"]".repeat(80)}`;
  const unreadable: Operation = {
    op: "put",
    id: "t-new",
    line: line("t-new", "New").replace(/\}$/, `,"metadata":{"deep":${nested}}}`),
  };
  const info = { timeMs: 1, actor: "tester", command: "test" };
  const store = world.start().store();
  const outcome = attempt(() => store.write(info, () => ({ operations: [unreadable], result: undefined })));
  expect(codeOf(outcome)).toBe("INTERNAL");
  expect(story.check(world)).toEqual([1]);
});
