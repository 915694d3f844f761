/** One thing that a bad merge, an editor or a disk does to a file that people and git write. */
export interface UserFileDamage {
  readonly name: string;
  readonly file: "issues.jsonl" | "config.yaml" | "metadata.json";
  /** Takes the whole bytes of the file, gives what stands there then. */
  readonly strike: (bytes: Buffer) => Buffer;
  /** Of issues.jsonl: bytes without line feeds that nobody can read, and nobody may lose. */
  readonly kept: readonly Buffer[];
  /** Whether `doctor` has to tell. */
  readonly isTold: boolean;
}

interface LineParts {
  readonly isTold?: boolean;
  /** False for one that can be read. */
  readonly isKept?: boolean;
  readonly isTerminated?: boolean;
}

/** Behind the first line of the face; a last one that does not end, at the end. */
function faceLine(name: string, line: string | Buffer, parts: LineParts = {}): UserFileDamage {
  const { isTold = true, isKept = true, isTerminated = true } = parts;
  const raw = Buffer.from(line as string);
  return {
    name: `issues.jsonl: ${name}`,
    file: "issues.jsonl",
    strike: (bytes) => {
      if (!isTerminated) return Buffer.concat([bytes, raw]);
      const at = bytes.indexOf("\n") + 1;
      return Buffer.concat([bytes.subarray(0, at), raw, Buffer.from("\n"), bytes.subarray(at)]);
    },
    kept: isKept ? [raw] : [],
    isTold,
  };
}

function faceBytes(name: string, strike: UserFileDamage["strike"], isTold = true): UserFileDamage {
  return { name: `issues.jsonl: ${name}`, file: "issues.jsonl", strike, kept: [], isTold };
}

function setting(
  file: "config.yaml" | "metadata.json",
  name: string,
  bytes: string | Buffer,
  isTold = true,
): UserFileDamage {
  return {
    name: `${file}: ${name}`,
    file,
    strike: () => Buffer.from(bytes as string),
    kept: [],
    isTold,
  };
}

const nested = (open: string, close: string, levels: number): string =>
  open.repeat(levels) + close.repeat(levels);
const issue = (id: string, more = ""): string =>
  `{"id":"${id}","title":"Kept ${id}","status":"open","priority":2,"issue_type":"task","created_at":"2026-01-02T03:04:05.678Z","updated_at":"2026-01-02T03:04:05.678Z"${more}}`;
const notUtf8 = Buffer.concat([
  Buffer.from('{"id":"bd-bad","title":"'),
  Buffer.from([0xff, 0xfe, 0xc0]),
  Buffer.from('"}'),
]);

export const userFileDamages: readonly UserFileDamage[] = [
  faceLine("a line of NULs", Buffer.alloc(512)),
  faceLine("a NUL in a line", `${issue("bd-nul").slice(0, -5)}\0"}`),
  faceLine("bytes that are not UTF-8", notUtf8),
  faceLine("UTF-16", Buffer.from(issue("bd-wide"), "utf16le")),
  faceLine("half a line", issue("bd-half").slice(0, 60)),
  faceLine("half a line at the end", issue("bd-half").slice(0, 60), { isTerminated: false }),
  faceLine("two objects on a line", issue("bd-one") + issue("bd-two")),
  faceLine("100,000 nested arrays", nested("[", "]", 100_000)),
  faceLine("100,000 nested objects", nested('{"a":', "}", 100_000)),
  faceLine("an issue with 100,000 nested arrays", issue("bd-deep", `,"x":${nested("[", "]", 100_000)}`)),
  faceLine("an array", "[1,2]"),
  faceLine("a number", "7"),
  faceLine("null", "null"),
  faceLine("an empty object", "{}"),
  faceLine("an id that is a number", '{"id":7,"title":"seven"}'),
  faceLine("NaN", '{"id":"bd-nan","title":"x","priority":NaN}'),
  faceLine("text", "not JSON at all"),
  faceLine(
    "__proto__ as a key",
    issue("bd-proto", ',"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'),
    {
      isKept: false,
      isTold: false,
    },
  ),
  faceLine("a key twice", issue("bd-twice", ',"title":"Kept bd-twice","priority":1'), { isKept: false }),
  faceLine("no line feed at the end", issue("bd-open"), {
    isKept: false,
    isTold: false,
    isTerminated: false,
  }),
  faceBytes("NULs behind the end", (bytes) => Buffer.concat([bytes, Buffer.alloc(4096)])),
  faceBytes("a byte order mark", (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]), false),
  faceBytes("CRLF", (bytes) => Buffer.from(bytes.toString().replaceAll("\n", "\r\n")), false),
  faceBytes("every line twice", (bytes) => Buffer.concat([bytes, bytes])),
  faceBytes("an unfinished merge", (bytes) => {
    const [first = "", ...rest] = bytes.toString().split("\n");
    return Buffer.from(
      ["<<<<<<< ours", first, "=======", issue("bd-theirs"), ">>>>>>> theirs", ...rest].join("\n"),
    );
  }),
  ...(["config.yaml", "metadata.json"] as const).flatMap((file) => [
    setting(file, "empty", "", file === "metadata.json"),
    setting(file, "NULs", Buffer.alloc(512)),
    setting(file, "bytes that are not UTF-8", notUtf8),
    setting(file, "UTF-16", Buffer.from("lock:\n  timeout_ms: 5\n", "utf16le")),
    setting(
      file,
      "an unfinished merge",
      "<<<<<<< ours\nlock: {timeout_ms: 1}\n=======\nlock: {}\n>>>>>>> theirs\n",
    ),
    setting(file, "100,000 nested arrays", nested("[", "]", 100_000)),
    setting(file, "100,000 nested objects", nested('{"a":', "}", 100_000)),
    setting(
      file,
      "__proto__ as a key",
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
      false,
    ),
    setting(file, "a key twice", '{"lock":{"timeout_ms":5},"lock":{"timeout_ms":6}}', false),
    setting(file, "half of it", '{"prefix":"bd","lock":{"timeout'),
    setting(file, "a list", "[1,2]"),
    setting(file, "a number", "7"),
    setting(file, "1 MiB of text", "x".repeat(1 << 20)),
  ]),
];

/** Too large for every run of the tests. */
export const largeUserFileDamages: readonly UserFileDamage[] = [
  faceLine("a line of 100 MB that cannot be read", `{"id":"bd-big","title":"${"x".repeat(100_000_000)}`),
  faceLine("an issue of 100 MB", issue("bd-big", `,"notes":"${"x".repeat(100_000_000)}"`), {
    isKept: false,
    isTold: false,
  }),
  setting("config.yaml", "100 MB", "x".repeat(100_000_000)),
  setting("metadata.json", "100 MB", "x".repeat(100_000_000)),
];
