import fc from "fast-check";
import { changeLine } from "../../model/change-line";
import { formatMembers, readMembers } from "../../model/json-members";
import type { ChangeIssue } from "../../model/operation";
import { formatTime } from "../../model/time";
import { day, rawTexts } from "./samples";

/** Few values and few moments, so that ties are common. */
const moment = fc.integer({ min: 0, max: 6 }).map((step) => day + step);
const word = fc.constantFrom("a", "b", "é", "");

/** Of the issue `i`. */
export const anyChange: fc.Arbitrary<ChangeIssue> = fc
  .record(
    {
      at: moment,
      set: fc.dictionary(
        fc.constantFrom("title", "notes", "owner", "due_at", "source_repo", "__proto__"),
        word,
      ),
      work: fc.record({
        reopens: fc.nat(1),
        status: fc.constantFrom("open", "closed", "in_progress", "tombstone", "custom"),
      }),
      claim: fc.record({ assignee: word.map((text) => `w${text}`) }),
      parent: fc.record({
        id: fc.constantFrom("p", "q", null),
        created_at: moment.map(formatTime),
      }),
      labels: fc.dictionary(fc.constantFrom("x", "y", "z=1"), fc.boolean(), { minKeys: 1 }),
      edges: fc.array(
        fc.record({
          depends_on_id: fc.constantFrom("d", "e"),
          type: fc.constantFrom("blocks", "related"),
          present: fc.boolean(),
        }),
        { minLength: 1, maxLength: 2 },
      ),
      comments: fc.array(
        fc.record({
          id: fc.constantFrom("1", "2"),
          created_at: fc.constant(formatTime(day)),
          present: fc.boolean(),
          text: word.map((text) => `said ${text}`),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    },
    { requiredKeys: ["at"] },
  )
  .map((fields) => ({ op: "change", id: "i", ...fields }));

const oddMembers: fc.Arbitrary<[string, string]> = fc.oneof(
  fc.tuple(fc.constantFrom("content_hash", "x y", "metadata"), fc.constantFrom(...rawTexts)),
  fc.constantFrom<[string, string]>(
    ["labels", '["x", "\\u0078","y",1]'],
    ["labels", "[]"],
    ["labels", "null"],
    [
      "dependencies",
      '[{"target_id":"d","dep_type":"Blocks","thread":1}, {"depends_on_id":"d","type":"blocks","extra":[ ]}]',
    ],
    [
      "dependencies",
      '[{"depends_on_id":"p","type":"parent_child"},{"depends_on_id":"q","type":"parent-child"}]',
    ],
    [
      "dependencies",
      '[{"depends_on_id":"d","type":"blocks","created_at":"2026-01-02T03:04:05Z","created_by":"x"}]',
    ],
    [
      "comments",
      '[{"id":1,"body":"said b","likes":3,"created_at":"2026-01-02T03:04:05.678Z"},{"text":"no id"},{"text":"none"}]',
    ],
    ["comments", '[{"id":"1","text":"said a","created_at":"2026-01-02T03:04:05.678Z"}]'],
    ["created_by", '"ann"'],
    ["due_date", '"2026-02-02"'],
    ["closed_at", "1767323045"],
    ["status", '"In-Progress"'],
    ["status", '"Closed"'],
    ["_type", '"issue"'],
    ["created_at", '"2026-01-02T03:04:05.677Z"'],
    ["updated_at", '"2999-01-01T00:00:00Z"'],
    ["updated_at", '"2026-01-02T03:04:05.680999Z"'],
    ["updated_at", '"2026-01-02T04:04:05.680+01:00"'],
    ["_stamp", '"nonsense"'],
    ["_stamp", '"t=5 #1"'],
    ["_stamp", '"l:x=3 .gone=4 #abc"'],
  ),
);

const plainMembers: fc.Arbitrary<[string, string][]> = fc
  .subarray<[string, string]>([
    ["title", '"T"'],
    ["status", '"open"'],
    ["priority", "2"],
    ["issue_type", '"task"'],
    ["created_at", JSON.stringify(formatTime(day))],
    ["updated_at", JSON.stringify(formatTime(day + 2))],
  ])
  .chain((members) => fc.array(oddMembers, { maxLength: 4 }).map((odd) => [...members, ...odd]));

/** Any line of the issue `i`: of any dialect, with or without stamps, changed by us or by others, its keys in any order. */
export const anyLine: fc.Arbitrary<string> = fc
  .tuple(
    plainMembers,
    fc.array(anyChange, { maxLength: 4 }),
    fc.array(oddMembers, { maxLength: 1 }),
    fc.nat(3),
    fc.nat(9),
  )
  .map(([members, changes, edits, order, spaces]) => {
    const plain = formatMembers([["id", '"i"'], ...members].map(([key = "", raw = ""]) => ({ key, raw })));
    const changed = readMembers(changes.reduce(changeLine, plain));
    const edited = [...changed, ...edits.map(([key, raw]) => ({ key, raw }))];
    const ordered = order === 0 ? edited.reverse() : edited;
    const line = formatMembers(ordered);
    return spaces === 0 ? line.replace("{", "{ ").replaceAll('":', '": ') : line;
  });

/** Lines of one history, so that they have more in common than any two. */
export const relatedLines: fc.Arbitrary<[string, string, string]> = fc
  .tuple(anyLine, fc.tuple(...[0, 1, 2].map(() => fc.array(anyChange, { maxLength: 3 }))))
  .map(([line, histories]) => {
    const [one = [], two = [], three = []] = histories;
    return [one.reduce(changeLine, line), two.reduce(changeLine, line), three.reduce(changeLine, line)];
  });
