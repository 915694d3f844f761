import type { GenericSchema } from "valibot";
import * as shapes from "./shapes";

/** A command line that a client really sends. */
export interface SentLine {
  /** Words between spaces, quotes around those that hold some; $A and the like stand for the ids of the tracker. */
  readonly words: string;
  /** What it makes of stdout: JSON of a shape, or text. Undefined: it only looks at the exit code. */
  readonly expects?: GenericSchema | RegExp;
  /** A change. Whatever is none must not touch a file, since some clients watch the directory. */
  readonly writes?: true;
}

const { document } = shapes;

/** beads-ui 0.12 puts `--sandbox` first and parses stdout of reads alone. */
const beadsUi: SentLine[] = [
  { words: "--sandbox list --json --tree=false", expects: shapes.uiRows },
  { words: "--sandbox epic status --json", expects: shapes.uiEpics },
  { words: "--sandbox blocked --json", expects: shapes.uiRows },
  { words: "--sandbox ready --limit 1000 --json", expects: shapes.uiRows },
  { words: "--sandbox list --json --tree=false --status in_progress", expects: shapes.uiRows },
  { words: "--sandbox list --json --tree=false --status closed --limit 1000", expects: shapes.uiRows },
  { words: "--sandbox show $A --json", expects: shapes.uiDetail },
  { words: "--sandbox show $EPIC --json", expects: shapes.uiDetail },
  { words: "--sandbox comments $A --json", expects: shapes.uiComments },
  { words: "--sandbox update $A --status in_progress", writes: true },
  { words: "--sandbox update $A --priority 0", writes: true },
  { words: "--sandbox update $A --assignee alice", writes: true },
  { words: '--sandbox update $A --assignee ""', writes: true },
  { words: '--sandbox update $A --title "@home: -x"', writes: true },
  { words: '--sandbox update $A --description "--flags and @names"', writes: true },
  { words: '--sandbox update $A --acceptance-criteria "- [ ] one"', writes: true },
  { words: '--sandbox update $A --notes ""', writes: true },
  { words: "--sandbox update $A --design drawn", writes: true },
  {
    words: '--sandbox create "A new one" -t bug -p 1 -d "what it is"',
    expects: /^Created issue: bd-\S+\n/,
    writes: true,
  },
  { words: "--sandbox dep add $A $CHILD", writes: true },
  { words: "--sandbox dep remove $A $CHILD", writes: true },
  { words: "--sandbox label add $A web", writes: true },
  { words: "--sandbox label remove $A web", writes: true },
  { words: '--sandbox comment $A "@all: said" --author "Jo Doe"', writes: true },
  { words: "--sandbox delete $B --force", writes: true },
];

/** beads-mcp 1.0.5 appends its globals and `--json`. */
const beadsMcp: SentLine[] = [
  { words: "version", expects: /\b[1-9]\d*\.\d+\.\d+/ },
  { words: "quickstart", expects: /beads/ },
  {
    words: "ready --limit 10 --type task --priority 2 --unassigned --sort hybrid --parent $EPIC --json",
    expects: shapes.mcpRows,
  },
  {
    words: "ready --limit 10 --assignee bob --label web --label-any a --label-any b --sort oldest --json",
    expects: shapes.mcpRows,
  },
  {
    words:
      "list --status open --priority 2 --type task --label-any a --title one --no-assignee --limit 20 --actor mcp --no-auto-flush --no-auto-import --json",
    expects: shapes.mcpRows,
  },
  { words: "show $A --json", expects: shapes.mcpFirst },
  { words: "show $UNSURE --json", expects: shapes.mcpFirst },
  { words: "stats --json", expects: shapes.mcpStats },
  { words: "blocked --json", expects: shapes.mcpBlocked },
  { words: "blocked --parent $EPIC --json", expects: shapes.mcpBlocked },
  { words: "comments $A --json", expects: shapes.mcpComments },
  { words: "migrate --inspect --json", expects: document },
  { words: "info --schema --json", expects: document },
  { words: "repair-deps --json", expects: document },
  { words: "repair-deps --fix --json", expects: document },
  { words: "doctor --check=pollution --json", expects: document },
  { words: "doctor --check=pollution --clean --yes --json", expects: document },
  { words: "doctor --check=validate --json", expects: document },
  {
    words:
      'create "From the server" -p 1 -t bug -d text --design plan --acceptance done --external-ref gh-1 --assignee bob --id bd-mcp1 -l web -l api --deps $A,discovered-from:$B --json',
    expects: shapes.mcpIssue,
    writes: true,
  },
  {
    words:
      "update $A --status open --priority 1 --assignee bob --title t --description d --design e --acceptance f --notes g --external-ref gh-2 --set-labels a,b --json",
    expects: shapes.mcpFirst,
    writes: true,
  },
  { words: 'update $A --set-labels "" --json', expects: shapes.mcpFirst, writes: true },
  { words: "update $CHILD --claim --actor bob --json", expects: shapes.mcpFirst, writes: true },
  { words: "update $CHILD --claim --actor bob --json", expects: shapes.mcpFirst },
  { words: "close $CHILD --reason Completed --json", expects: shapes.mcpFirst, writes: true },
  { words: "reopen $CHILD $CLOSED --reason again --json", expects: shapes.mcpFirst, writes: true },
  { words: "dep add $CHILD $A --type related", writes: true },
  { words: 'comment $A "from the server" --actor mcp', writes: true },
  { words: 'note $A "from the server"', writes: true },
  { words: "doctor --check=validate --fix --yes --json", expects: document, writes: true },
];

/** vscode-beads (jdillon). */
const vscodeBeads: SentLine[] = [
  { words: "--version", expects: /\b1\.0\.[5-9]/ },
  { words: "where", expects: /^\/.*\.beads\n/ },
  { words: "dolt show --json", expects: shapes.codeBackend },
  { words: "list --all --limit 0 --json", expects: shapes.codeRows },
  { words: "show $EPIC --json --include-dependents", expects: shapes.codeDetail },
  { words: "info --json", expects: shapes.codeInfo },
  { words: "comments $A --json", expects: shapes.elComments },
  { words: 'comments add $A "a word" --json --author jo', expects: document, writes: true },
  { words: "dep add $A $CHILD --type related --json", expects: shapes.edgeReply, writes: true },
  { words: "dep remove $A $CHILD --json --type related", expects: shapes.edgeReply, writes: true },
  {
    words:
      "create --title t --type task --priority 2 --label a --label b --json --description d --design e --acceptance f --assignee g",
    expects: shapes.codeOne,
    writes: true,
  },
  {
    words:
      "update $A --json --title t --description d --design e --acceptance f --notes g --status open --priority 1 --assignee bob --external-ref x --estimate 60 --type bug",
    expects: shapes.codeOne,
    writes: true,
  },
  { words: "update $A --json --add-label a --remove-label b", expects: shapes.codeOne, writes: true },
  { words: "update $A --json --set-labels a --set-labels b", expects: shapes.codeOne, writes: true },
  { words: "close $A --json --reason done", expects: shapes.codeOne, writes: true },
];

/** beads-vscode (joelklabo) reads text and the lines of `export`. */
const beadsVscode: SentLine[] = [
  { words: "--no-daemon list --json", expects: shapes.codeRows },
  { words: "--no-daemon export", expects: /^(?:\{"id":.*\}\n)+$/ },
  { words: '--no-daemon create "From the editor"', expects: /Created issue:\s*(\S+)/, writes: true },
  { words: "--no-daemon update $A --status in_progress", writes: true },
  { words: "--no-daemon label add $A editor", writes: true },
  { words: "--no-daemon dep add $A $CHILD", writes: true },
  { words: "--no-daemon delete $B --force", writes: true },
];

/** beads.el: globals in front or at the end. */
const beadsEl: SentLine[] = [
  { words: "--actor el --directory . --sandbox list --json", expects: shapes.goRows },
  { words: "list --actor el --directory . --global --sandbox --json", expects: shapes.goRows },
  { words: "show $A --include-dependents --json", expects: shapes.elDetail },
  { words: "dolt status --json", expects: shapes.elServer },
  { words: "comments $A --json", expects: shapes.elComments },
  { words: "label list $A --json", expects: shapes.elLabels },
  { words: "label list-all --json", expects: shapes.elLabelCounts },
  { words: "dep list $A --json", expects: shapes.elDependencies },
  { words: "dep list $B --direction up --json", expects: shapes.elDependencies },
  { words: "dep tree $A --json", expects: shapes.elTree },
  { words: "dep tree $B --direction up --show-all-paths --json", expects: shapes.elTree },
  { words: "dep cycles --json", expects: shapes.elCycles },
  { words: "search one --json", expects: shapes.goRows },
  { words: "stale --days 30 --json", expects: shapes.goIssues },
  { words: "count --json", expects: document },
  { words: "count --by status --json", expects: shapes.elCounts },
  { words: "query status=open --json", expects: shapes.goRows },
  { words: "epic status --eligible-only --json", expects: shapes.uiEpics },
  { words: "epic close-eligible --dry-run --json", expects: shapes.elRows },
  { words: "orphans --json", expects: shapes.elOrphans },
  { words: "duplicates --json", expects: shapes.elDuplicates },
  { words: "lint --json", expects: shapes.elLint },
  { words: "memories --json", expects: shapes.elMemories },
  { words: "config list --json", expects: document },
  { words: 'remember "what is known" --key known --json', expects: shapes.elMemory, writes: true },
  { words: "recall known --json", expects: shapes.elMemory },
  { words: "forget known --json", expects: document, writes: true },
  { words: "stats --json", expects: shapes.mcpStats },
  { words: "label add $A emacs --json", expects: shapes.elLabelChanges, writes: true },
  { words: "label remove $A emacs --json", expects: shapes.elLabelChanges, writes: true },
  { words: "defer $A --until +2d --json", expects: shapes.goIssues, writes: true },
  { words: "undefer $A --json", expects: shapes.goIssues, writes: true },
  { words: "delete $B --json", expects: document },
  { words: "delete $B --force --json", expects: document, writes: true },
];

/** mardi-gras: `--flag=value`, and `--` in front of what a person typed. */
const mardiGras: SentLine[] = [
  { words: "list --json --limit 0 --all", expects: shapes.goRows },
  { words: "context --json", expects: shapes.goContext },
  { words: "show --current --json", expects: shapes.goIssues },
  { words: "prune --older-than 30d --dry-run --json", expects: shapes.goPruned },
  { words: "prune --older-than 0d --json", expects: shapes.goPruned },
  { words: "show $A --long --json", expects: shapes.uiDetail },
  { words: "doctor --agent --json", expects: shapes.goDoctor },
  { words: "update $A --status=open", writes: true },
  { words: "update $A --priority=3", writes: true },
  { words: 'update $A --title="- a title"', writes: true },
  { words: "update $A --assignee=el", writes: true },
  { words: "create --title=new --type=bug --priority=1", writes: true },
  { words: 'comments add $A -- "--said @all"', writes: true },
  { words: 'note $A -- "-noted"', writes: true },
  { words: "label add $A -- carnival", writes: true },
  { words: "dep add $A -- $CHILD", writes: true },
  { words: "ready --claim --json", expects: shapes.goIssues, writes: true },
  { words: "close --claim-next --json $B", expects: shapes.goClosed, writes: true },
  { words: "prune --older-than 0d --force --json", expects: shapes.goPruned, writes: true },
];

/** bv reads files; these are the lines that it tells people and agents to run. */
const bv: SentLine[] = [
  {
    words: "--db .beads/beads.db --no-auto-import --no-auto-flush show --json -- $A",
    expects: shapes.uiDetail,
  },
  { words: "--db .beads update --json --claim -- $CHILD", expects: shapes.codeOne, writes: true },
  { words: "--db .beads update --json --add-label=seen -- $A", expects: shapes.codeOne, writes: true },
  {
    words: "--db .beads dep add --json --type related -- $A $CHILD",
    expects: shapes.edgeReply,
    writes: true,
  },
  { words: "--db .beads dep remove --json -- $A $CHILD", expects: shapes.edgeReply, writes: true },
];

/** opencode-beads puts what this prints in front of a session, as hooks of other agents do. */
const opencodeBeads: SentLine[] = [
  { words: "prime", expects: /close ID/ },
  { words: "prime --hook-json", expects: document },
];

/** What documents for agents and scripts around jq rely on. */
const agents: SentLine[] = [
  { words: "daemon start", expects: /no server or daemon/ },
  { words: "daemons list --json", expects: document },
  { words: "compact --analyze --json", expects: document },
  { words: "onboard", expects: /close ID/ },
  { words: "hooks install", expects: /no git hooks/ },
  { words: "sync --status --json", expects: document },
  { words: "list --json -q -v", expects: shapes.goRows },
  { words: "list --json --long --flat --no-pager --reverse", expects: shapes.goRows },
  { words: "list --ready --json", expects: shapes.goRows },
  { words: 'create --title t --body "-b" --waits-for $EPIC --json', expects: shapes.mcpIssue, writes: true },
  { words: "create --dry-run t --json", expects: shapes.mcpIssue },
  { words: "dep relate $A $CLOSED --json", expects: shapes.edgeReply, writes: true },
  { words: "dep unrelate $A $CLOSED --json", expects: shapes.edgeReply, writes: true },
  { words: "done $A -m finished --suggest-next --json", expects: document, writes: true },
  { words: "sync --no-pull -m message", writes: true },
];

export const sentLines: Readonly<Record<string, readonly SentLine[]>> = {
  "beads-ui": beadsUi,
  "beads-mcp": beadsMcp,
  "vscode-beads": vscodeBeads,
  "beads-vscode": beadsVscode,
  "beads.el": beadsEl,
  "mardi-gras": mardiGras,
  bv,
  "opencode-beads": opencodeBeads,
  agents,
};
