/** Ids that the examples of the help name; they exist in the tracker, so that every example can be run. */
const namedIds: ReadonlyMap<number, string> = new Map([
  [43, "bd-x1y2"],
  [44, "bd-a3b4"],
  [60, "bd-epic"],
]);

/** A comment of the first of them; the examples name it by how it begins. */
const namedComment = 4_530_988_123_456_789;

/** From here on texts are half as long, or a million issues would be more than the GiB that a face may have. */
const shortFrom = 500_000;

/**
 * So many issues as a project of several years has: epics with parts and parts of parts, chains of blockers, links, labels, assignees,
 * comments, long texts; half of them closed, some deferred, deleted, claimed. The same number gives the same lines, all of them from the years 2024 and 2025.
 */
export function* realisticLines(count: number): Generator<string> {
  const draw = generator(count);
  const stepMs = Math.floor(Math.min(97 * 60_000, (700 * 86_400_000) / count));
  for (let at = 0; at < count; at++) {
    const bornMs = Date.UTC(2024, 0, 1) + at * stepMs;
    yield JSON.stringify(recordAt(at, draw, bornMs, count >= shortFrom));
  }
}

type Draw = (below: number) => number;

function recordAt(at: number, draw: Draw, bornMs: number, isShort: boolean): Record<string, unknown> {
  const id = idAt(at);
  const changedMs = bornMs + draw(90) * 86_400_000;
  return {
    id,
    title: `${words(draw, 4 + draw(6))} (${at})`,
    description: paragraphs(draw, isShort ? 1 : 1 + draw(4)),
    ...(draw(4) === 0 && !isShort ? { design: paragraphs(draw, 1) } : {}),
    ...(draw(5) === 0 && !isShort ? { notes: paragraphs(draw, 1) } : {}),
    priority: draw(5),
    issue_type: isEpic(at) ? "epic" : (["task", "bug", "feature", "chore"][draw(4)] ?? "task"),
    ...workAt(at, draw, changedMs),
    ...(draw(3) === 0 && !namedIds.has(at) ? { assignee: people[draw(people.length)] } : {}),
    ...(draw(6) === 0 ? { estimated_minutes: 30 * (1 + draw(16)) } : {}),
    created_at: time(bornMs),
    created_by: people[draw(people.length)],
    updated_at: time(changedMs),
    labels: Array.from({ length: draw(4) }, () => areas[draw(areas.length)]),
    dependencies: edgesAt(at, id, draw, bornMs),
    comments: commentsAt(at, id, draw, bornMs, isShort ? 1 : 5),
  };
}

/** The named ones stand in the middle: before and behind them are others that depend on them, and on which they depend. */
export function idAt(at: number): string {
  return namedIds.get(at) ?? `bd-${(at + 36 ** 3).toString(36)}`;
}

function isEpic(at: number): boolean {
  return at % 20 === 0;
}

function workAt(at: number, draw: Draw, changedMs: number): Record<string, unknown> {
  const dice = namedIds.has(at) ? 99 : draw(100);
  if (dice < 50) return { status: "closed", closed_at: time(changedMs), close_reason: words(draw, 5) };
  if (dice < 52)
    return {
      status: "tombstone",
      deleted_at: time(changedMs),
      delete_reason: "duplicate",
      original_type: "task",
    };
  if (dice < 55) return { status: "deferred", defer_until: "2099-01-01T00:00:00.000Z" };
  if (dice < 58) return { status: "in_progress", started_at: time(changedMs) };
  return { status: "open" };
}

/** To earlier issues only, so that nothing goes in a circle. */
function edgesAt(at: number, id: string, draw: Draw, bornMs: number): object[] {
  const edge = (target: number, type: string) => ({
    issue_id: id,
    depends_on_id: idAt(target),
    type,
    created_at: time(bornMs),
  });
  const edges: object[] = [];
  if (at % 20 !== 0) edges.push(edge(at - (at % 20) + (at % 20 > 10 ? 10 : 0), "parent-child"));
  if (at % 20 === 10) edges[0] = edge(at - 10, "parent-child");
  // What the examples claim and delete waits for nothing, nor do its parents, and nothing waits for it.
  for (let count = draw(3); count > 0 && at > 80; count--) {
    const target = at - 21 - draw(Math.min(at - 21, 200));
    if (!namedIds.has(target)) edges.push(edge(target, draw(5) === 0 ? "related" : "blocks"));
  }
  if (id === "bd-a3b4") edges.push(edge(40, "related"));
  return edges;
}

function commentsAt(at: number, id: string, draw: Draw, bornMs: number, most: number): object[] {
  const count = id === "bd-x1y2" ? 3 : draw(3) === 0 ? 1 + draw(most) : 0;
  return Array.from({ length: count }, (_, place) => ({
    id: id === "bd-x1y2" && place === 0 ? namedComment : 1_000_000 + at * 10 + place,
    issue_id: id,
    author: people[draw(people.length)],
    text: paragraphs(draw, 1),
    created_at: time(bornMs + (place + 1) * 3_600_000),
  }));
}

function paragraphs(draw: Draw, count: number): string {
  return Array.from({ length: count }, () => `${words(draw, 15 + draw(30))}.`).join("\n\n");
}

function words(draw: Draw, count: number): string {
  return Array.from({ length: count }, () => word(draw)).join(" ");
}

/** Every third word is a rare one, some of them much rarer than others. */
function word(draw: Draw): string {
  return draw(3) === 0 ? rareWord(draw(1 + draw(rareWords))) : (vocabulary[draw(vocabulary.length)] ?? "");
}

const rareWords = 20_000;

/** The rarest have the greatest numbers: of all rare words, 1 in 20,000 x ln(20,000 / number). */
export function rareWord(number: number): string {
  const letters = Array.from({ length: 4 }, (_, place) => {
    const digit = Math.floor(number / 12 ** place) % 12;
    return `${"bdfgklmnprst"[digit]}${"aeiou"[(digit + place) % 5]}`;
  });
  return letters.join("");
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

/** Numbers that look like chance and are the same for the same seed. */
function generator(seed: number): Draw {
  let state = seed + 0x9e3779b9;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const people = ["ann", "ben", "cleo", "dan", "agent-1", "agent-2"];
const areas = ["parser", "web", "login", "backend", "urgent", "docs", "cli", "storage"];
const vocabulary =
  "the login page fails on Safari when status page timeout parser drops last line of an issue cache migrations before tests after release certificate server client long list sort order wrong value database index query result empty crash memory slow start write read lock file sync merge conflict export import label comment".split(
    " ",
  );
