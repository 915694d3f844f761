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
    "head -n 1000 issues.jsonl > theirs.jsonl",
    `printf '{"kind":"tool_call","tool_name":"bun test","exit_code":0}' > entry.json`,
    // Sequence 41 is an entry of the audit log, 42 the last change of the issue that examples name.
    'while [ "$(bz info --json | sed -n \'s/.*"sequence":\\([0-9]*\\).*/\\1/p\')" -lt 40 ]; do bz note bd-epic again > /dev/null; done',
    "bz audit record tool_call --issue-id bd-x1y2 --tool-name 'bun test' --exit-code 1",
    "bz update bd-x1y2 -a ben",
    "bz sync",
  ].join("\n"),
  everywhere: "bz sync > /dev/null",
  reopen: "bz close bd-x1y2 -f",
  undelete: "bz delete bd-x1y2 bd-a3b4 -f",
  release: "bz update bd-x1y2 -a '' && bz claim bd-x1y2",
  claim: "bz update bd-x1y2 -a ''",
  undefer: "bz defer bd-x1y2 bd-a3b4",
  recall: "bz remember db 'Postgres 16, port 5433'",
  forget: "bz remember db 'Postgres 16, port 5433'",
  "label remove": "bz label add bd-x1y2 bd-a3b4 -l urgent,backend",
  "query run": "bz query save urgent 'priority<2' && bz query save my-bugs --mine -t bug",
  "query delete": "bz query save urgent 'priority<2'",
  "dep remove": "bz dep add bd-x1y2 bd-a3b4 && bz dep add bd-x1y2 bd-a3b4 -t related",
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
};

/** Lines that are to be refused, and the exit code of that. */
export const refusals: Readonly<Record<string, number>> = {};
