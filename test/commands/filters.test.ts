import { beforeAll, describe, expect, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

let world: TestWorld;

/** The world's clock stands on 15 January 2026, a Thursday. */
const issues = [
  { id: "bd-epic", issue_type: "epic", priority: 0, labels: ["ui"], title: "The Great Page" },
  { id: "bd-part", priority: 1, labels: ["ui", "api"], assignee: "tester", parent: "bd-epic" },
  { id: "bd-deep", assignee: "ann", parent: "bd-part", description: "ask Ann", notes: "see PR" },
  { id: "bd-done", status: "closed", closed_at: "2026-01-10T00:00:00Z", parent: "bd-epic" },
  { id: "bd-late", priority: 3, due_at: "2026-01-14T00:00:00Z", labels: ["api"], external_ref: "gh-7" },
  { id: "bd-soon", priority: 3, due_at: "2026-01-20T00:00:00Z", created_at: "2026-01-05T00:00:00Z" },
  { id: "bd-wait", priority: 4, status: "deferred", defer_until: "2026-02-01T00:00:00Z" },
  { id: "bd-back", priority: 4, status: "deferred", defer_until: "2026-01-14T00:00:00Z" },
  { id: "bd-pins", priority: 4, pinned: true, updated_at: "2026-01-12T00:00:00Z" },
  {
    id: "bd-odds",
    priority: 4,
    status: "triage",
    issue_type: "riddle",
    metadata: { team: "x", a: { b: 1 } },
  },
];

beforeAll(async () => {
  world = await initialisedWorld();
  world.stdin = issues
    .map(({ parent, ...issue }) =>
      JSON.stringify({
        title: issue.id,
        status: "open",
        priority: 2,
        issue_type: "task",
        created_at: "2026-01-01T00:00:00Z",
        updated_at: "2026-01-02T00:00:00Z",
        ...issue,
        ...(parent === undefined
          ? {}
          : { dependencies: [{ issue_id: issue.id, depends_on_id: parent, type: "parent-child" }] }),
      }),
    )
    .join("\n");
  const { exitCode, stderr } = await world.bz("import", "-");
  if (exitCode !== 0) throw new Error(stderr);
});

async function list(words: string, command = "list"): Promise<string> {
  const { stdout, stderr } = await world.bz(command, "-q", ...words.split(" ").filter((word) => word !== ""));
  if (stderr !== "") throw new Error(stderr);
  return stdout.trimEnd().replaceAll("bd-", "").replaceAll("\n", " ");
}

describe("a filter of list keeps what it says", () => {
  test.each([
    ["", "epic part deep late soon back odds pins wait"],
    ["--all", "epic part deep done late soon back odds pins wait"],
    ["--status closed", "done"],
    ["-s open,in_progress", "epic part deep late soon back pins"],
    ["-s deferred", "wait"],
    ["-s triage", "odds"],
    ["-t riddle", "odds"],
    ["-t epic -t riddle", "epic odds"],
    ["--priority-min 3 --due-after 2000-01-01", "late soon"],
    ["--priority-max high", "epic part"],
    ["--priority-min P1 --priority-max P2", "part deep"],
    ["-a ann", "deep"],
    ["--mine", "part"],
    ["--mine --actor ann", "deep"],
    ["--unassigned -p 0", "epic"],
    ["-l ui,api", "part"],
    ["-l ui -l api", "part"],
    ["--label-any ui,api", "epic part late"],
    ["--no-labels -p 3", "soon"],
    ["--id epic,bd-late", "epic late"],
    ["--id done", ""],
    ["--id done --all", "done"],
    ["--title-contains GREAT", "epic"],
    ["--desc-contains ann", "deep"],
    ["--notes-contains pr", "deep"],
    ["--created-after 2026-01-02", "soon"],
    ["--created-before 2026-01-02 -p 3", "late"],
    ["--updated-after 2026-01-02T00:00:01Z", "pins"],
    ["--updated-before 2026-01-02", ""],
    ["--all --closed-after=-7d", "done"],
    ["--closed-after=-7d", "done"],
    ["--closed-before 2026-01-10T00:00:01Z", "done"],
    ["--closed-after=-7d -s open", ""],
    ["--all --closed-before 2026-01-10T00:00:00Z", ""],
    ["--all --closed-before 2026-01-10T00:00:01Z", "done"],
    ["--due-before tomorrow", "late"],
    ["--due-after yesterday", "late soon"],
    ["--due-after 2026-01-15 --due-before 2026-01-21", "soon"],
    ["--overdue", "late"],
    ["--deferred", "wait"],
    ["--pinned", "pins"],
    ["--parent epic", "part"],
    ["--parent epic --all", "part done"],
    ["--parent epic -r", "part deep"],
    ["--parent epic -r -a ann", "deep"],
    ["--external-ref gh-7", "late"],
    ["--exclude-type epic,task", "odds"],
    ["--exclude-label ui", "deep late soon back odds pins wait"],
    ["--label-pattern u*", "epic part"],
    ["--label-pattern u? --label-pattern *p*", "part"],
    ["--no-assignee -p 0", "epic"],
    ["--empty-description -p 2", ""],
    ["--empty-description -p 1", "part"],
    ["--defer-before 2026-02-02", "back wait"],
    ["--defer-after today", "wait"],
    ["--no-parent -p 0,1,2", "epic"],
    ["--has-metadata-key a.b", "odds"],
    ["--has-metadata-key team,other", ""],
    ["--metadata-field team=x", "odds"],
    ["--metadata-field a.b=1 --metadata-field team=x", "odds"],
    ["--metadata-field team=y", ""],
    ["--no-pinned -p 4", "back odds wait"],
    ["--no-overdue -p 3", "soon"],
    ["--no-deferred -p 4", "back odds pins"],
    ["--state closed", "done"],
    ["--filter-parent epic", "part"],
    ["--title great", "epic"],
    ["--sort due -n 2", "late soon"],
    ["--sort type -n 2", "epic odds"],
    ["--sort updated_at --reverse -n 1", "pins"],
    ["--sort created --reverse -n 1", "soon"],
    ["--sort status -n 2 --offset 1", "back deep"],
  ])("%s", async (words, ids) => {
    expect(await list(words)).toBe(ids);
  });
});

test("ready and blocked take the same filters", async () => {
  expect(await list("", "ready")).toBe("part deep late soon back");
  expect(await list("-s open --unassigned --priority-max 3", "ready")).toBe("late soon");
  expect(await list("--parent epic -r --sort title", "ready")).toBe("deep part");
  expect(await list("--overdue", "ready")).toBe("late");
  expect(await list("--overdue", "blocked")).toBe("");
});

describe("a filter that makes no sense is refused, with what to write instead", () => {
  test.each([
    ["-a=", "USAGE", "--unassigned"],
    ["--id=", "USAGE", "leave --id out"],
    ["-l=", "USAGE", "--no-labels"],
    ["--title-contains=", "USAGE", "leave --title-contains out"],
    ["--mine --unassigned", "USAGE", "but one"],
    ["-a ann --mine", "USAGE", "but one"],
    ["--no-labels --label-any x", "USAGE", "but one"],
    ["-r", "USAGE", "--reverse"],
    ["--no-parent --parent epic", "USAGE", "but one"],
    ["--empty-description --desc-contains x", "USAGE", "but one"],
    ["--metadata-field team", "USAGE", "KEY=VALUE"],
    ["--exclude-type ridle", "INVALID", "did you mean riddle?"],
    ["--priority-min 3 --priority-max 1", "USAGE", "0 is the most urgent"],
    ["--priority-min 7", "INVALID", "0 to 4"],
    ["--created-after neverday", "INVALID", "2026-03-31"],
    ["--due-before 2026-02-30", "INVALID", "2026-03-31"],
    ["-s xyzzy", "INVALID", "triage"],
    ["-s opne", "INVALID", "did you mean open?"],
    ["-t xyzzy", "INVALID", "riddle"],
    ["-t ridle", "INVALID", "did you mean riddle?"],
    ["--id nobody", "NOT_FOUND", "bz list --all"],
    ["--parent bd-", "AMBIGUOUS_ID", "write more"],
    ["-n many", "USAGE", "whole number"],
    ["--offset=-1", "USAGE", "whole number"],
    ["--sort size", "USAGE", "priority"],
    ["--overdu", "USAGE", "--overdue"],
  ])("%s", async (words, code, hint) => {
    for (const command of ["list", "ready", "blocked"]) {
      const { exitCode, stdout, stderr } = await world.bz(command, "--json", ...words.split(" "));
      expect([exitCode, stdout]).toEqual([1, ""]);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code, hint: expect.stringContaining(hint) } });
    }
  });
});
