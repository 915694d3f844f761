import { describe, expect, test } from "bun:test";
import { realisticLines } from "../../bench/realistic-lines";

describe("the issues that are measured with", () => {
  const lines = [...realisticLines(2000)];
  const issues = lines.map((line) => JSON.parse(line));

  test("are as many as were asked for, with ids of their own, and the same each time", () => {
    expect(new Set(issues.map(({ id }) => id)).size).toBe(2000);
    expect([...realisticLines(2000)]).toEqual(lines);
  });

  test("depend on others of them and never in a circle", () => {
    const places = new Map(issues.map(({ id }, at) => [id, at]));
    const edges = issues.flatMap(({ dependencies }, at) =>
      dependencies.map(({ depends_on_id }: { depends_on_id: string }) => [at, places.get(depends_on_id)]),
    );
    expect(edges.length).toBeGreaterThan(2000);
    // The named ones among the first hundred may point at each other.
    expect(edges.filter(([from, to]) => from > 100 && !(to < from))).toEqual([]);
  });

  test("are half closed, and hold words of which some are rare", () => {
    const closed = issues.filter(({ status }) => status === "closed").length;
    expect(closed).toBeGreaterThan(900);
    expect(closed).toBeLessThan(1100);
    const words = lines.join(" ").match(/[a-z]{8}/g) ?? [];
    expect(new Set(words).size).toBeGreaterThan(2000);
  });

  test("are from the past however many they are", () => {
    const years = new Set<string>();
    let seen = 0;
    for (const line of realisticLines(40_000)) {
      if (seen++ % 2000 === 0) years.add(JSON.parse(line).created_at.slice(0, 4));
    }
    expect([...years]).toEqual(["2024", "2025"]);
  });

  test("are 1 to 2 KB long, and half of that where there are so many that a face could not hold them", () => {
    const bytes = lines.join("\n").length / lines.length;
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(2000);
    const many = realisticLines(1_000_000);
    let total = 0;
    for (let at = 0; at < 2000; at += 1) total += many.next().value?.length ?? 0;
    expect(total / 2000).toBeLessThan(900);
  });
});
