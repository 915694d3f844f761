/**
 * What has to be there before the examples of the help can be run as they stand: shell lines by the name of a command or a whole command line.
 * `base` makes the tracker, `everywhere` comes after it is copied.
 */
export const preparations: Readonly<Record<string, string>> = {
  base: [
    "git init -q . && git -c user.name=ann -c user.email=ann@example.com commit -q --allow-empty -m 'A commit'",
    "bz init --here && bz import issues.jsonl && bz compact",
    "printf 'What it is about.\\n' | tee description.md findings.md prompt.md answer.md > /dev/null",
    "printf 'First title\\nSecond title\\n' > titles.txt",
    `printf '{"title":"Parser","key":"p"}\\n{"title":"Printer","depends_on":["p"]}\\n' > plan.jsonl`,
    `printf '{"nodes":[{"key":"p","title":"Parser"},{"key":"q","title":"Printer"}],"edges":[{"from":"q","to":"p"}]}' > plan.json`,
    `printf '{"cmd":"create","title":"One"}\n{"cmd":"close","id":"bd-x1y2"}\n' > changes.jsonl`,
    "git tag v1.2.0",
    "head -n 1000 issues.jsonl > theirs.jsonl",
    `printf '{"kind":"tool_call","tool_name":"bun test","exit_code":0}' > entry.json`,
    // Sequence 41 is an entry of the audit log, 42 the last change of the issue that examples name.
    'while [ "$(bz info --json | sed -n \'s/.*"sequence":\\([0-9]*\\).*/\\1/p\')" -lt 40 ]; do bz note bd-epic again > /dev/null; done',
    "bz audit record tool_call --issue-id bd-x1y2 --tool-name 'bun test' --exit-code 1",
    "bz note bd-x1y2 seen",
    "bz sync",
  ].join("\n"),
  everywhere: "bz sync > /dev/null",
  reopen: "bz close bd-x1y2 -f",
  undelete: "bz delete bd-x1y2 bd-a3b4 -f",
  release: "bz claim bd-x1y2",
  undefer: "bz defer bd-x1y2 bd-a3b4",
  recall: "bz remember db 'Postgres 16, port 5433'",
  forget: "bz remember db 'Postgres 16, port 5433'",
  "label remove": "bz label add bd-x1y2 bd-a3b4 -l urgent,backend",
  "query run": "bz query save urgent 'priority<2' && bz query save my-bugs --mine -t bug",
  "query delete": "bz query save urgent 'priority<2'",
  "dep remove": "bz dep add bd-x1y2 bd-a3b4 && bz dep add bd-x1y2 bd-a3b4 -t related",
  "epic remove": "bz epic add bd-epic bd-x1y2 bd-a3b4",
  undo: "bz note bd-x1y2 one && bz note bd-x1y2 two && bz note bd-x1y2 three",
};

/** What the help does not show and a large tracker may be slow at. */
export const extraLines: Readonly<Record<string, readonly string[]>> = {
  list: ["bz list -n 0", "bz list --all --json", "bz list --tree --all -n 0", "bz list --all --format csv"],
  search: ["bz search the --all --json", "bz search the -n 0"],
  "dep tree": ["bz dep tree bd-epic --reverse --json"],
  show: ["bz show bd-x1y2"],
  ready: ["bz ready --json -n 0"],
  blocked: ["bz blocked --json"],
  "dep list": ["bz dep list bd-x1y2 --json"],
  "backup diff": ["bz backup create -q > name && bz backup diff $(cat name)"],
  "backup restore": ["bz backup create -q > name && bz backup restore $(cat name)"],
};

/** Lines that are to be refused, and the exit code of that. */
export const refusals: Readonly<Record<string, number>> = {
  // The record of the tracker begins with the benchmark.
  "bz show bd-x1y2 --as-of yesterday": 1,
  "bz list --as-of=-7d -s in_progress": 1,
  // Others wait for some of what was closed so long ago.
  "bz delete --closed-before=-90d --dry-run": 1,
  "bz setup codex --global --check": 1,
  // These want a network, and a bz that a package manager has installed.
  "bz upgrade --check": 2,
  "bz upgrade --run": 2,
  // Backups are named after the moment at which they are made.
  "bz backup diff 20260115-120000-x1y2": 1,
  "bz backup diff 20260115 --json": 1,
  "bz backup restore 20260115-120000-x1y2 --dry-run": 1,
  "bz backup restore 20260115 --exact": 1,
};
