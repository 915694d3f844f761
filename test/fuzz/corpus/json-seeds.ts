import type { Seed, SeedKind } from "./seed";

/** What no reader of JSON may take for JSON. */
const noJson = [
  " ",
  "{",
  "}",
  "[",
  "]",
  "{]",
  "[}",
  "[1",
  "[1,",
  "[1,]",
  "[,1]",
  "[1,,2]",
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  "{,}",
  '{"a":1 "b":2}',
  "{a:1}",
  "{'a':1}",
  "{1:1}",
  '{"a":1}}',
  "[1]]",
  "[1] x",
  "[1][2]",
  '"',
  '"abc',
  "'abc'",
  String.raw`"\x41"`,
  String.raw`"\u12"`,
  String.raw`"\u12g4"`,
  String.raw`"\"`,
  '"\t"',
  '"\0"',
  '"\u0001"',
  '"\u001f"',
  "nul",
  "nulll",
  "NULL",
  "True",
  "tru",
  "FALSE",
  "undefined",
  "NaN",
  "-NaN",
  "Infinity",
  "-Infinity",
  "inf",
  "+1",
  "01",
  "-01",
  "00",
  "1.",
  ".5",
  "-.5",
  "1e",
  "1e+",
  "1e5.5",
  "0x1F",
  "0b1",
  "0o7",
  "1_000",
  "1,000",
  "--1",
  "-",
  "1 2",
  "1/2",
  "// c",
  "/* c */1",
  "1 // c",
  "\u00a01",
  "1\u00a0",
  "\u000b1",
  "\u000c1",
  "\u20281",
  "<a/>",
  "a",
  "=1",
  "`1`",
  '"a" "b"',
  '["a" "b"]',
  '{"a":1;"b":2}',
  "(1)",
  "[1;2]",
  '{"a":1',
  '{"a":[1}',
  '[{"a":1]',
  "\ud800",
  '["a",\n',
].filter((text) => !text.includes("\n"));

/** JSON that would not be kept as it was written. */
const lost = [
  "1e400",
  "-1e999",
  "12345678901234567890",
  "[0.12345678901234567890123]",
  '{"n":9007199254740993}',
  '{"a":1,"a":2}',
  '{"k":{"a":1,"a":1}}',
  '[{"a":1,"\\u0061":2}]',
  "false",
  "[]",
  "[ ]",
];

const kept = [
  "0",
  "-0",
  "1",
  "-1.5e3",
  "true",
  '"x"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u2028"',
  "{}",
  "[null]",
  "[[]]",
  '{"":""}',
  ' { "a" : 1 } ',
  "\t1",
  '"\u007f"',
  '"\u009b31m"',
  '{"a":{}}',
  "1E2",
  "9007199254740991",
];

const readers: readonly ((value: string) => Omit<Seed, "verdict">)[] = [
  (value) => ({ words: ["create", "T", "--metadata", "-"], stdin: value, names: "metadata" }),
  (value) => ({
    words: ["add-batch", "--format", "jsonl"],
    stdin: `{"title":"T","metadata":${value}}`,
    names: "line 1",
  }),
  (value) => ({ words: ["add-batch", "--format", "json"], stdin: `[{"title":"T","metadata":${value}}]` }),
  (value) => ({
    words: ["batch", "--atomic"],
    stdin: `{"cmd":"create","title":"T","metadata":${value}}`,
    names: "line 1",
  }),
];

export const jsonSyntax: SeedKind = {
  name: "JSON syntax",
  seeds: readers.flatMap((read) => [
    ...[...noJson, ...lost].map((value): Seed => ({ ...read(value), verdict: "INVALID" })),
    ...kept.map((value): Seed => ({ ...read(value), verdict: "accept" })),
  ]),
};

const wrongValues = [
  "1",
  "-1",
  "1.5",
  "1e300",
  "true",
  "false",
  "[]",
  "{}",
  "[1]",
  "[[]]",
  '{"a":1}',
  "[null]",
  "[{}]",
  "null",
];
const fields =
  "title description design acceptance_criteria notes status priority issue_type assignee owner due_at defer_until estimated_minutes external_ref pinned ephemeral labels parent depends_on blocks key id".split(
    " ",
  );
/** What may stand there although it is no text. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  priority: ["1"],
  estimated_minutes: ["1"],
  pinned: ["true", "false"],
  ephemeral: ["true", "false"],
  labels: ["[]"],
  depends_on: ["[]"],
  blocks: ["[]"],
};

const wrongTypes = fields.flatMap((field) =>
  wrongValues.map((value): Seed => {
    const isAllowed = value === "null" ? field !== "title" : allowed[field]?.includes(value) === true;
    const title = field === "title" ? "" : '"title":"T",';
    return {
      words: ["add-batch", "--format", "jsonl"],
      stdin: `{${title}"${field}":${value}}`,
      verdict: isAllowed ? "accept" : "INVALID",
      ...(isAllowed ? {} : { names: "line 1" }),
    };
  }),
);

const depths = [10, 62, 63, 64, 65, 100, 1000, 10_000, 100_000].flatMap((depth) =>
  [
    ["[", "]"],
    ['{"a":', "}"],
  ].map(([open = "", close = ""]): Seed => {
    const value = open.repeat(depth) + (open === "[" ? "" : "1") + close.repeat(depth);
    const verdict = depth <= 63 ? "accept" : "INVALID";
    return { words: ["create", "T", "--metadata", "-"], stdin: value, verdict };
  }),
);

const large: readonly Seed[] = [
  ...[
    '{"cmd":"close","id":"bd-a","id":"bd-c"}',
    '{"cmd":"list","cmd":"close","id":"bd-a"}',
    '{"cmd":"note","id":"bd-a","text":"a","t\\u0065xt":"b"}',
  ].map(
    (line): Seed => ({
      words: ["batch", "--atomic"],
      stdin: line,
      verdict: "INVALID",
      names: "stands twice",
    }),
  ),
  {
    words: ["create", "T", "--metadata", "-"],
    stdin: JSON.stringify({ a: "x".repeat(1 << 20) }),
    verdict: "accept",
  },
  {
    words: ["create", "T", "--metadata", "-"],
    stdin: JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, at]))),
    verdict: "accept",
  },
  {
    words: ["create", "T", "-d", "-"],
    stdin: "x".repeat(17 << 20),
    verdict: "INVALID",
    names: "description",
  },
  ...["[]", "1", '"x"', "null", "true"].map(
    (line): Seed => ({
      words: ["add-batch", "--format", "jsonl"],
      stdin: line,
      verdict: "INVALID",
      names: "line 1",
    }),
  ),
  ...[
    "{}",
    "1",
    '"x"',
    "null",
    '{"nodes":1}',
    '{"nodes":{}}',
    '{"nodes":[1]}',
    '{"edges":[]}',
    '{"nodes":[],"edges":1}',
  ].map((plan): Seed => ({ words: ["add-batch", "--format", "json"], stdin: plan, verdict: "INVALID" })),
];

export const jsonShape: SeedKind = { name: "JSON shape", seeds: [...wrongTypes, ...depths, ...large] };

const poison = [
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "isPrototypeOf",
  "__defineGetter__",
];

async function clean(): Promise<string | undefined> {
  const keys = Object.keys(Object.prototype).concat(Object.keys(Array.prototype));
  return keys.length === 0 && Reflect.get({}, "polluted") === undefined
    ? undefined
    : "every object has a new key";
}

export const prototypeKeys: SeedKind = {
  name: "prototype keys",
  seeds: poison.flatMap((key): Seed[] => [
    {
      words: ["create", "T", "--metadata", `{"${key}":{"polluted":1}}`],
      verdict: "accept",
      after: async (_, stdout) => (stdout.includes(`"${key}":{"polluted":1}`) ? clean() : "the key is lost"),
    },
    {
      words: ["create", "T", "-l", key],
      verdict: "accept",
      after: async (_, stdout) => (stdout.includes(`"labels":["${key}"]`) ? clean() : "the label is lost"),
    },
    {
      words: ["add-batch", "--format", "jsonl"],
      stdin: `{"title":"T","${key}":{"polluted":1}}`,
      verdict: "INVALID",
      names: key,
    },
    {
      words: ["batch", "--atomic"],
      stdin: `{"cmd":"close","id":"bd-a","${key}":1}`,
      verdict: "INVALID",
      names: key,
    },
    { words: ["batch", "--atomic"], stdin: `{"cmd":"${key}","id":"bd-a"}`, verdict: "INVALID" },
    { words: ["config", "set", key, "1"], verdict: "INVALID", names: key },
    { words: ["config", "get", key], verdict: "INVALID", names: key },
    { words: ["list", "--fields", key], verdict: "USAGE", names: key },
    { words: ["show", key], verdict: "NOT_FOUND", names: key },
    { words: ["recall", key], verdict: "NOT_FOUND", names: key },
    { words: ["query", "run", key], verdict: "NOT_FOUND", names: key },
    { words: [key], verdict: "USAGE", names: key },
  ]),
};
