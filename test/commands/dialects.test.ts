import { describe, expect, test } from "bun:test";
import { initialisedWorld, type TestWorld } from "./test-world";

/** Lines as each tool of the family writes them, of our own making. The export is what comes back, in the order of the ids. */
interface Dialect {
  readonly name: string;
  readonly lines: readonly string[];
  readonly exported: readonly string[];
  readonly skipped: Readonly<Record<string, number>>;
  /** Of `show` on the first issue. */
  readonly shown: object;
}

const bdFirst =
  '{"_type":"issue","id":"bd-1","title":"One","description":"d","spec_id":"S-1","status":"in_progress","priority":0,"issue_type":"feature","assignee":"ann","owner":"o@x","created_at":"2026-01-01T10:00:00.123456789+02:00","created_by":"ann","updated_at":"2026-01-02T10:00:00.987654321Z","started_at":"2026-01-01T11:00:00Z","external_ref":"gh-9","metadata":{"a":1.50,"b":[1,2]},"labels":["b","a"],"dependencies":[{"issue_id":"bd-1","depends_on_id":"bd-2","type":"blocks","created_at":"2026-01-01T10:00:00Z","created_by":"ann","metadata":"{\\"gate\\":\\"all\\"}","thread_id":"t1"},{"issue_id":"bd-1","depends_on_id":"bd-3","type":"parent-child","created_at":"2026-01-01T10:00:00Z"}],"comments":[{"id":"0195a2b0-1111-7000-8000-000000000001","issue_id":"bd-1","author":"bob","text":"hello","created_at":"2026-01-01T12:00:00Z"}],"dependency_count":2,"dependent_count":0,"comment_count":1,"await_type":"timer","timeout":3600000000000,"waiters":["x"]}';
const bdEpic =
  '{"_type":"issue","id":"bd-3","title":"Three","status":"pinned","priority":4,"issue_type":"epic","created_at":"2026-01-01T10:00:00Z","updated_at":"2026-01-01T10:00:00Z","ephemeral":false,"no_history":true,"dependency_count":0,"dependent_count":1,"comment_count":0}';
const brFirst =
  '{"id":"bd-1","title":"One","status":"open","priority":1,"issue_type":"docs","created_at":"2026-01-01T10:00:00.123456Z","created_by":"ann","updated_at":"2026-01-02T10:00:00Z","source_repo":".","compaction_level":0,"original_size":0,"labels":["x"],"dependencies":[{"issue_id":"bd-1","depends_on_id":"bd-2","type":"blocks","created_at":"2026-01-01T10:00:00Z","created_by":"ann","metadata":"{}","thread_id":""}],"comments":[{"id":7,"issue_id":"bd-1","author":"bob","text":"hello","created_at":"2026-01-01T12:00:00Z"}],"agent_context":{"x":1}}';
const brTombstone =
  '{"id":"bd-2","title":"Gone","status":"tombstone","priority":2,"issue_type":"task","created_at":"2026-01-01T10:00:00Z","updated_at":"2026-01-03T10:00:00Z","deleted_at":"2026-01-03T10:00:00Z","deleted_by":"ann","delete_reason":"delete","original_type":"bug","compaction_level":0,"original_size":0}';
const zigFirst =
  '{"id":"bd-1","content_hash":null,"title":"One","description":null,"design":null,"acceptance_criteria":null,"notes":null,"status":"open","priority":2,"issue_type":"task","assignee":null,"owner":null,"created_at":"2026-01-01T10:00:00Z","created_by":null,"updated_at":"2026-01-01T10:00:00Z","closed_at":null,"close_reason":null,"closed_by_session":null,"due_at":null,"defer_until":null,"estimated_minutes":null,"external_ref":null,"source_system":null,"pinned":false,"is_template":false,"ephemeral":false,"version":3,"labels":[],"dependencies":[{"issue_id":"bd-1","depends_on_id":"bd-2","dep_type":"conditional_blocks","created_at":1767261600,"created_by":null,"metadata":null,"thread_id":null}],"comments":[{"id":1767261601,"issue_id":"bd-1","author":"a","body":"text","created_at":1767261601}]}';
const zigCustom =
  '{"id":"bd-2","content_hash":"x","title":"Two","status":"qa","priority":0,"issue_type":"ritual","created_at":"2026-01-01T10:00:00Z","updated_at":"2026-01-01T10:00:00Z","version":1,"labels":["b","a"],"dependencies":[],"comments":[]}';
const oldFirst =
  '{"id":"bd-1","title":"One","status":"In-Progress","priority":1,"issue_type":"bug","created_at":1767261600,"updated_at":1767261600000000000,"due_date":1767261600123,"content_hash":"abc","dependencies":[{"issue_id":"bd-1","target_id":"bd-2","type":"Parent_Child"}],"comments":[{"id":1,"author":"a","text":"t","created_at":"2026-01-01T10:00:00Z"}]}';

const dialects: readonly Dialect[] = [
  {
    name: "bd",
    lines: [
      '{"_schema":"beads-jsonl/1","_dolt_branch":"main","_dolt_commit":"abc","_sort":"id"}',
      bdFirst,
      '{"_type":"issue","id":"bd-2","title":"Two","status":"hooked","priority":2,"issue_type":"molecule","created_at":"2026-01-01T10:00:00Z","updated_at":"2026-01-01T10:00:00Z","wisp":true}',
      bdEpic,
      '{"_type":"memory","key":"k","value":"v"}',
      '{"_type":"strange","key":"x"}',
    ],
    exported: [bdFirst, bdEpic],
    skipped: { "not an issue (header)": 1, 'not an issue ("strange")': 1 },
    shown: {
      status: "in_progress",
      parent: "bd-3",
      labels: ["a", "b"],
      created_at: "2026-01-01T10:00:00.123456789+02:00",
      metadata: { a: 1.5, b: [1, 2] },
      dependency_count: 1,
      comments: [{ id: "0195a2b0-1111-7000-8000-000000000001", author: "bob", text: "hello" }],
      dependencies: [
        { id: "bd-2", status: "hooked" },
        { id: "bd-3", dependency_type: "parent-child" },
      ],
    },
  },
  {
    name: "br",
    lines: [brFirst, brTombstone],
    exported: [brFirst, brTombstone],
    skipped: {},
    shown: {
      issue_type: "docs",
      comments: [{ id: "7", text: "hello" }],
      dependencies: [{ id: "bd-2", status: "tombstone", dependency_type: "blocks" }],
    },
  },
  {
    name: "beads_zig",
    lines: [`\uFEFF${zigFirst}`, "", zigCustom],
    exported: [zigFirst, zigCustom],
    skipped: {},
    shown: {
      dependencies: [{ id: "bd-2", status: "qa", dependency_type: "conditional-blocks" }],
      comments: [{ id: "1767261601", text: "text", created_at: "2026-01-01T10:00:01.000Z" }],
    },
  },
  {
    name: "an old bd",
    lines: [oldFirst, '{"id":"bd-2","title":"Two"}'],
    exported: [oldFirst, '{"id":"bd-2","title":"Two"}'],
    skipped: {},
    shown: {
      status: "in_progress",
      parent: "bd-2",
      created_at: "2026-01-01T10:00:00.000Z",
      updated_at: "2026-01-01T10:00:00.000Z",
      due_at: "2026-01-01T10:00:00.123Z",
    },
  },
];

async function importing(world: TestWorld, lines: readonly string[], ...words: string[]) {
  world.stdin = lines.join("\r\n");
  return world.json("import", "-", ...words);
}

describe.each(dialects.map((dialect) => [dialect.name, dialect] as const))(
  "the lines of %s",
  (_, dialect) => {
    const { lines, exported, skipped, shown } = dialect;
    const issues = lines.filter((line) => line.includes('"title"')).length;
    const memories = lines.filter((line) => line.includes('"memory"')).length;

    test("come in, are read as they are meant, and go out as the bytes they were", async () => {
      const world = await initialisedWorld();
      expect(await importing(world, lines, "--dry-run")).toMatchObject({ dry_run: true, added: issues });
      expect(await importing(world, lines)).toMatchObject({ added: issues, updated: 0, reasons: skipped });
      expect(await world.json("show", "bd-1")).toMatchObject({ issues: [shown] });
      const { stdout } = await world.bz("export");
      expect(
        stdout
          .trimEnd()
          .split("\n")
          .filter((line) => line.includes('"title"')),
      ).toEqual([...exported]);
    });

    test("change nothing a second time, merged or not", async () => {
      const world = await initialisedWorld();
      await importing(world, lines);
      expect(await importing(world, lines)).toMatchObject({
        added: 0,
        updated: 0,
        reasons: { unchanged: issues + memories },
      });
      expect(await importing(world, lines, "--merge")).toMatchObject({ added: 0, updated: 0 });
    });

    test("keep what bz changes in them, and give up none of the rest", async () => {
      const world = await initialisedWorld();
      await importing(world, lines);
      await world.bz("update", "bd-1", "--title", "Changed", "--add-label", "new");
      await world.bz("comment", "bd-1", "said");
      expect(await importing(world, lines, "--merge")).toMatchObject({ added: 0, updated: 0 });
      const { stdout } = await world.bz("export");
      const before = JSON.parse(exported[0] ?? "");
      const { _stamp, ...after } = JSON.parse(stdout.split("\n")[0] ?? "");
      expect(after).toEqual({
        ...before,
        title: "Changed",
        updated_at: expect.any(String),
        labels: expect.arrayContaining(["new", ...(before.labels ?? [])]),
        comments: [...before.comments, expect.objectContaining({ text: "said" })],
      });
    });

    test("get this workspace's prefix when that is asked for, edges and all", async () => {
      const world = await initialisedWorld();
      const foreign = lines.map((line) => line.replaceAll('"bd-', '"my-app-'));
      expect(await importing(world, foreign, "--rename-prefix")).toMatchObject({ added: issues });
      expect(await world.json("show", "bd-1")).toMatchObject({ issues: [shown] });
      expect(await importing(world, foreign, "--rename-prefix")).toMatchObject({ added: 0 });
    });

    test("with a damaged one among them are refused, all of them, by its number", async () => {
      const world = await initialisedWorld();
      for (const damaged of [
        '{"id":"bd-9","title":"cut o',
        '{"id":"bd-9","title":["T"]}',
        '{"id":"bd-9","title":"T","dependencies":[{"type":"blocks"}]}',
      ]) {
        world.stdin = [...lines, damaged].join("\n");
        const { exitCode, stderr } = await world.bz("import", "-", "--json");
        expect([exitCode, JSON.parse(stderr).error.code]).toEqual([1, "INVALID"]);
        expect(stderr).toContain(`line ${lines.length + 1}: `);
      }
      expect(await world.json("list", "--all")).toMatchObject({ total: 0 });
    });
  },
);
