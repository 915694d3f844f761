import type { Call } from "./bz-agents";
import type { FaceIssue } from "./repository";

/** What an issue must hold after what an agent was told had succeeded. */
export interface Wanted {
  readonly id: string;
  title: string;
  status: string;
  priority: number;
  readonly labels: Set<string>;
  readonly comments: Set<string>;
}

/**
 * The calls of one agent: in every round an issue of its own, that it edits, labels, comments, and closes or renames; now and then it labels one of the
 * issues that all agents share.
 */
export function planDay(agent: number, rounds: number, shared: readonly string[]): string[][] {
  return Array.from({ length: rounds }, (_, round) => planRound(agent, round, shared)).flat();
}

function planRound(agent: number, round: number, shared: readonly string[]): string[][] {
  const name = `Agent ${agent}, issue ${round}`;
  const common = shared[(agent + round) % shared.length];
  return [
    ["q", name, "-p", "2"],
    ["update", "@last", "--priority", String(round % 5), "--add-label", `agent-${agent}`],
    ["comments", "add", "@last", `Said of ${name}`],
    round % 2 === 0
      ? ["close", "@last", "-r", `Done with ${name}`]
      : ["update", "@last", "--title", `${name}, renamed`],
    ...(common === undefined || round % 3 !== 0 ? [] : [["update", common, "--add-label", `by-${agent}`]]),
  ];
}

/** What the calls of one agent that ended with 0 have promised, by issue; those that began before `sinceMs` promise nothing. */
export function promisesOf(calls: readonly Call[], sinceMs = 0): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  let last = "";
  for (const { words, code, stdout, startedAtMs } of calls) {
    if (words[0] === "q") last = code === 0 ? stdout.trim() : "";
    if (code !== 0) continue;
    const id = words[0] === "q" ? last : issueOf(words, last);
    if (words[0] === "q" && startedAtMs >= sinceMs)
      wanted.set(id, {
        id,
        title: words[1] ?? "",
        status: "open",
        priority: 2,
        labels: new Set(),
        comments: new Set(),
      });
    const issue = wanted.get(id);
    if (issue !== undefined) apply(issue, words);
  }
  return wanted;
}

/** Labels that agents were told an issue of all has. */
export function sharedLabels(calls: readonly Call[], shared: readonly string[]): Map<string, Set<string>> {
  const labels = new Map<string, Set<string>>();
  for (const { words, code } of calls) {
    const [, id = "", flag, label = ""] = words;
    if (code !== 0 || flag !== "--add-label" || !shared.includes(id)) continue;
    labels.set(id, (labels.get(id) ?? new Set()).add(label));
  }
  return labels;
}

/** Sentences about whatever was promised and is not so. */
export function brokenPromises(wanted: Iterable<Wanted>, issues: ReadonlyMap<string, FaceIssue>): string[] {
  const broken: string[] = [];
  for (const { id, title, status, priority, labels, comments } of wanted) {
    const found = issues.get(id);
    if (found === undefined) {
      broken.push(`${id} (${title}) is lost`);
      continue;
    }
    const said = found.comments.map(({ text }) => text);
    if (found.title !== title) broken.push(`${id} is called "${found.title}", not "${title}"`);
    if (found.status !== status) broken.push(`${id} is ${found.status}, not ${status}`);
    if (found.priority !== priority) broken.push(`${id} has priority ${found.priority}, not ${priority}`);
    for (const label of labels) if (!found.labels.includes(label)) broken.push(`${id} has lost ${label}`);
    for (const text of comments)
      if (said.filter((each) => each === text).length !== 1)
        broken.push(`${id} has ${said.length} comments and not once "${text}"`);
  }
  return broken;
}

function issueOf(words: readonly string[], last: string): string {
  const word = words[0] === "comments" ? words[2] : words[1];
  // The agent says what it ran: the id stands where the plan said `@last`.
  return word === undefined || word === "@last" ? last : word;
}

function apply(issue: Wanted, words: readonly string[]): void {
  const [verb] = words;
  if (verb === "close") issue.status = "closed";
  if (verb === "comments") issue.comments.add(words[3] ?? "");
  if (verb !== "update") return;
  for (let at = 2; at < words.length; at += 2) {
    const value = words[at + 1] ?? "";
    if (words[at] === "--priority") issue.priority = Number(value);
    if (words[at] === "--title") issue.title = value;
    if (words[at] === "--add-label") issue.labels.add(value);
  }
}
