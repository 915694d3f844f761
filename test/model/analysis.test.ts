import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Analysis } from "../../model/analysis";
import { emptySource } from "../../model/issue-source";
import { Readiness } from "../../model/readiness";
import { State } from "../../model/state";
import { isLive } from "../../model/status";
import { anyTracker, closing, stateOf, type Tracker } from "./any-tracker";
import { trackerOf } from "./graph-samples";
import { day, plainLine } from "./samples";

function analysisOf(text: string): Analysis {
  return new Analysis(trackerOf(text), day);
}

/** Phases as words, then what has none: `a b | c | x:deferred y:waits(x)`. */
function planned(text: string): string {
  const { phases, unplanned } = analysisOf(text).plan();
  const rest = unplanned.map(
    ({ issue, reason, because }) => `${issue.id}:${reason}${because === undefined ? "" : `(${because})`}`,
  );
  return [...phases.map((phase) => phase.map(({ id }) => id).join(" ")), rest.join(" ")].join(" | ");
}

function chain(text: string): string {
  return analysisOf(text)
    .criticalPath()
    .issues.map((issue) => issue.id)
    .join(" ");
}

/** `id direct/total`, with a star on the critical path. */
function bottlenecks(text: string): string {
  return analysisOf(text)
    .bottlenecks()
    .map(
      ({ issue, direct, total, isOnCriticalPath }) =>
        `${issue.id} ${direct}/${total}${isOnCriticalPath ? "*" : ""}`,
    )
    .join(", ");
}

describe("a plan", () => {
  test("puts an issue one phase behind the last one that it waits for", () => {
    expect(planned("a>b b>c d>c e")).toBe("c e | b d | a | ");
    expect(planned("")).toBe("");
  });

  test("orders the first phase as `ready` would, and the others by priority and age", () => {
    expect(planned("a b:P0 c>d e>b e:P3")).toBe("b d a | c e | ");
  });

  test("holds the parts of an epic back with it, and the epic until they are done", () => {
    expect(planned("e:epic a^e b^e e>x")).toBe("x | a b | e | ");
    expect(planned("e:epic a^e b^e e>a")).toBe("a b | e | ");
    expect(planned("t a^t b^a t>x")).toBe("x | a b t | ");
  });

  test("leaves what is done out, and waits for nothing that is", () => {
    expect(planned("a>b b:closed c>d d:tombstone f^g g:closed g>x x")).toBe("a c f x | ");
  });

  test("counts work that has begun as its first phase, whatever it waits for", () => {
    expect(planned("a>b a:in_progress")).toBe("a b | ");
  });

  test("says what nobody can plan, and what waits for that", () => {
    expect(planned("a:deferred b>a c>b d:pinned! e:triage f:blocked g^a")).toBe(
      "a:deferred b:waits(a) c:waits(a) d:pinned e:status f:status g:deferred(a)",
    );
  });

  test("names a cycle and goes on with the rest", () => {
    expect(planned("a>b b>a c>a d")).toBe("d | a:cycle b:cycle c:waits(a)");
    expect(analysisOf("b>c c>d d>b a>a").cycles()).toEqual([["a"], ["b", "c", "d"]]);
    expect(analysisOf("e:epic x^e e>y y>x").cycles()).toEqual([["x", "y"]]);
  });

  test("takes two that are parts of each other for what they are: nobody waits", () => {
    expect(planned("a^b b^a c^a")).toBe("a b c | ");
  });
});

describe("the critical path", () => {
  test("is the longest chain, first things first", () => {
    expect(chain("a>b b>c d>e x")).toBe("c b a");
    expect(chain("e:epic a^e b^e b>a e>x")).toBe("x a b e");
    expect(chain("")).toBe("");
  });

  test("of equally long ones is the one with the most time in it, and its estimates are summed", () => {
    const state = trackerOf("a>b c>d");
    const line = (id: string, minutes: number, more: string) =>
      plainLine(id, `,"estimated_minutes":${minutes}${more}`);
    state.apply({ op: "put", id: "d", line: line("d", 90, "") }, 2);
    const path = new Analysis(state, day).criticalPath();
    expect(path.issues.map(({ id }) => id)).toEqual(["d", "c"]);
    expect([path.estimatedMinutes, path.withoutEstimate]).toEqual([90, 1]);
  });

  test("of equal ones is always the same", () => {
    expect(chain("a>b a>c d>b")).toBe("b a");
  });

  test("goes around what is in a cycle", () => {
    expect(chain("a>b b>a a>c c>d")).toBe("d c");
  });
});

describe("bottlenecks", () => {
  test("are counted by who waits directly and who waits at all", () => {
    expect(bottlenecks("a>b b>c d>c")).toBe("c 2/3*, b 1/1*");
    expect(bottlenecks("a b~a")).toBe("");
  });

  test("count what waits through an epic", () => {
    expect(bottlenecks("e:epic a^e b^e e>x")).toBe("x 3/3*, a 1/1*, b 1/1");
  });

  test("in a cycle hold each other up, but not themselves", () => {
    expect(bottlenecks("a>b b>a c>b a>a")).toBe("b 2/2, a 1/2");
  });
});

describe("in any tracker", () => {
  const holds = (law: (analysis: Analysis, needs: Needs, tracker: Tracker) => void) =>
    fc.assert(
      fc.property(anyTracker, (tracker) => {
        const state = stateOf(tracker);
        law(new Analysis(state, day), plainNeeds(state), tracker);
      }),
      { numRuns: Number(process.env.BZ_RUNS ?? 400) },
    );

  test("every live issue is in one phase or named as unplanned, and phases follow what waits for what", () => {
    holds((analysis, needs) => {
      const { phases, unplanned } = analysis.plan();
      const phaseOf = new Map(phases.flatMap((phase, at) => phase.map(({ id }) => [id, at] as const)));
      expect([...phaseOf.keys(), ...unplanned.map(({ issue }) => issue.id)].toSorted()).toEqual(
        [...needs.keys()].toSorted(),
      );
      for (const [id, phase] of phaseOf) {
        const before = (needs.get(id) ?? []).map((other) => phaseOf.get(other) ?? Infinity);
        expect(Math.max(-1, ...before)).toBe(phase - 1);
      }
    });
  });

  test("when all phases before are closed a phase can be worked on", () => {
    holds((analysis, _, tracker) => {
      const done: string[] = [];
      for (const phase of analysis.plan().phases) {
        const readiness = new Readiness(stateOf(closing(tracker, done)), day);
        for (const { id } of phase)
          expect(["ready", "in_progress"]).toContain(readiness.verdict(id)?.class ?? "");
        done.push(...phase.map(({ id }) => id));
      }
    });
  });

  test("what is unplanned is so by itself or waits for one that is", () => {
    holds((analysis, needs) => {
      const { unplanned } = analysis.plan();
      for (const { issue, reason, because } of unplanned) {
        expect(reason === "cycle").toBe(reachable(needs, issue.id).has(issue.id));
        if (reason !== "waits") continue;
        expect(reachable(needs, issue.id)).toContain(because ?? "");
        expect(unplanned.find((other) => other.issue.id === because)?.reason).not.toBe("waits");
      }
      for (const cycle of analysis.cycles()) {
        cycle.forEach((id, at) => {
          expect(needs.get(id)).toContain(cycle[at + 1] ?? cycle[0] ?? "");
        });
      }
    });
  });

  test("the critical path is a path, and none is longer", () => {
    holds((analysis, needs, tracker) => {
      const { issues, estimatedMinutes } = analysis.criticalPath();
      issues.forEach((issue, at) => {
        const before = issues[at - 1];
        if (before !== undefined) expect(needs.get(issue.id)).toContain(before.id);
      });
      const minutesOf = (id: string) => tracker.get(id)?.estimated_minutes ?? 0;
      expect([issues.length, estimatedMinutes]).toEqual(longestChain(needs, minutesOf));
    });
  });

  test("bottlenecks count exactly those that wait", () => {
    holds((analysis, needs) => {
      const found = new Map(analysis.bottlenecks().map((row) => [row.issue.id, [row.direct, row.total]]));
      for (const id of needs.keys()) {
        const others = [...needs.keys()].filter((other) => other !== id);
        const direct = others.filter((other) => needs.get(other)?.includes(id)).length;
        const total = others.filter((other) => reachable(needs, other).has(id)).length;
        expect(found.get(id) ?? [0, 0]).toEqual([direct, total]);
      }
    });
  });
});

test("a large tracker is analysed although everything hangs together", () => {
  const state = new State(emptySource);
  const size = 3000;
  for (let at = 0; at < size; at++) {
    const targets = at === 0 ? [] : [at - 1, Math.floor(at / 2)];
    const edges = [...new Set(targets)].map((to) => `{"depends_on_id":"n${to}","type":"blocks"}`);
    state.apply({ op: "put", id: `n${at}`, line: plainLine(`n${at}`, `,"dependencies":[${edges}]`) }, 1);
  }
  const analysis = new Analysis(state, day);
  expect(analysis.plan().phases.length).toBe(size);
  expect(analysis.criticalPath().issues.length).toBe(size);
  expect(analysis.bottlenecks()[0]).toMatchObject({ issue: { id: "n0" }, total: size - 1 });
});

/** What each live issue waits for directly. */
type Needs = ReadonlyMap<string, readonly string[]>;

function plainNeeds(state: State): Needs {
  const readiness = new Readiness(state, day);
  const live = [...state.issues()].filter((issue) => isLive(issue.status));
  return new Map(live.map(({ id }) => [id, readiness.waitsFor(id)]));
}

function reachable(needs: Needs, id: string): Set<string> {
  const found = new Set<string>();
  const open = [...(needs.get(id) ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    open.push(...(needs.get(at) ?? []));
  }
  return found;
}

/** By trying every way. */
function longestChain(needs: Needs, minutesOf: (id: string) => number): [number, number] {
  const isFree = (id: string) => !reachable(needs, id).has(id);
  const endingAt = (id: string): [number, number] => {
    const before = (needs.get(id) ?? []).filter(isFree).map(endingAt);
    const [count, minutes] = best(before);
    return [count + 1, minutes + minutesOf(id)];
  };
  return best([...needs.keys()].filter(isFree).map(endingAt));
}

function best(ways: readonly [number, number][]): [number, number] {
  return ways.reduce((one, other) => ((other[0] - one[0] || other[1] - one[1]) > 0 ? other : one), [0, 0]);
}
