import {
  type FlagMeaning,
  fromFile,
  ignored,
  ignoredValue,
  literal,
  literalOrStdin,
  positional,
  renamed,
  renamedSwitch,
  written,
} from "./flag-meaning";

/** How a command of bd is said in bz. What is not mentioned is called the same there. */
export interface Spelling {
  /** The command: under the name that bz has for it, if bz has it, else bd's. */
  readonly call: string;
  /** Only with one of these flags; such a form stands before the plain one. */
  readonly with?: readonly string[];
  /** Its words in bz. */
  readonly as?: readonly string[];
  readonly flags?: Readonly<Record<string, FlagMeaning>>;
  /** Words of bz that stand for the absence of all these flags. */
  readonly without?: { readonly flags: readonly string[]; readonly write: readonly string[] };
  /** A hyphen alone is a word of text, and does not stand for stdin. */
  readonly hasText?: true;
  /** Which form of bd the answer has; `call` unless it is said. */
  readonly form?: string;
  /** Said instead of doing anything: bz has no need of it. */
  readonly needless?: string;
}

/** What every command of bd understands and bz does without. */
export const globalMeanings: Readonly<Record<string, FlagMeaning>> = {
  "--sandbox": ignored,
  "--no-daemon": ignored,
  "--no-auto-flush": ignored,
  "--no-auto-import": ignored,
  "--no-db": ignored,
  "--allow-stale": ignored,
  "--global": ignored,
  "--profile": ignored,
  "--ignore-schema-skew": ignored,
  "--dolt-auto-commit": ignoredValue,
  "--verbose": ignored,
  "-v": ignored,
  "--quiet": ignored,
  "-q": ignored,
  "--db": written((path) => [`--data=${directoryOf(path)}`]),
};

/** bd names a file in the workspace, bz the workspace. */
export function directoryOf(path: string): string {
  return path.replace(/\/[^/]*\.(?:db|jsonl)$/, "").replace(/^[^/]*\.(?:db|jsonl)$/, ".");
}

const title = { "--title": literal("--title") };

const description = {
  "--description": literalOrStdin("--description"),
  "-d": literalOrStdin("--description"),
  "--body": literalOrStdin("--description"),
  "--message": literalOrStdin("--description"),
  "-m": literalOrStdin("--description"),
  "--body-file": fromFile("--description"),
  "--description-file": fromFile("--description"),
  "--stdin": renamedSwitch("--description=-"),
};

const fields = {
  ...title,
  ...description,
  "--design": literal("--design"),
  "--design-file": fromFile("--design"),
  "--acceptance": literal("--acceptance"),
  "--acceptance-criteria": literal("--acceptance"),
};

const reason = {
  "--reason": literal("--reason"),
  "-r": literal("--reason"),
};

/** What depends on an issue is no reason not to look at what would become of it. */
const preview = renamedSwitch("--dry-run", "--force");

/** Ways to show a list that make no difference here. */
const looks = {
  "--flat": ignored,
  "--long": ignored,
  "--pretty": ignored,
  "--plain": ignored,
  "--skip-labels": ignored,
};

const lists = {
  ...looks,
  "-r": renamedSwitch("--reverse"),
  "--state": renamed("--status"),
  "--filter-parent": renamed("--parent"),
  "--include-templates": ignored,
  "--include-gates": ignored,
  "--include-infra": ignored,
};

const readyLists = {
  ...looks,
  "--sort": written(readyOrder),
  "-s": written(readyOrder),
  "--include-ephemeral": ignored,
};

/** bz offers the most urgent first, as `priority` and `hybrid` do, more or less. */
function readyOrder(policy: string): string[] {
  return policy === "priority" || policy === "hybrid"
    ? []
    : [`--sort=${policy === "oldest" ? "created" : policy}`];
}

const comment = { "-a": renamed("--author"), "--stdin": renamedSwitch("-"), "--local-time": ignored };

const noServer = "there is no server or daemon: every command works on the files itself";

export const spellings: readonly Spelling[] = [
  {
    call: "create",
    hasText: true,
    flags: {
      ...fields,
      "--notes": literal("--notes"),
      "--append-notes": literal("--notes"),
      "--waits-for": written((id) => [`--dep=waits-for:${id}`]),
      "--no-inherit-labels": ignored,
      "--force": ignored,
    },
  },
  {
    call: "update",
    flags: {
      ...fields,
      "--notes": literal("--notes"),
      "--append-notes": literal("--append-notes"),
      "--allow-empty-description": ignored,
      "--persistent": renamedSwitch("--ephemeral=false"),
    },
  },
  {
    call: "close",
    flags: {
      ...reason,
      "--resolution": literal("--reason"),
      "--comment": literal("--reason"),
      "--message": literal("--reason"),
      "-m": literal("--reason"),
      "--reason-file": fromFile("--reason"),
      "--no-auto": ignored,
    },
  },
  { call: "reopen", flags: reason },
  { call: "defer", flags: reason },
  {
    call: "delete",
    flags: { ...reason, "--dry-run": preview },
    // There it is a preview until it is forced.
    without: { flags: ["--force", "-f", "--hard"], write: ["--dry-run", "--force"] },
  },
  {
    call: "prune",
    as: ["delete"],
    flags: { "--older-than": written((age) => [`--closed-before=-${age}`]), "--dry-run": preview },
    without: { flags: ["--force", "-f"], write: ["--dry-run", "--force"] },
  },
  {
    call: "show",
    with: ["--current"],
    as: ["list", "--mine", "--status=in_progress", "--sort=updated", "--reverse", "--limit=1"],
    flags: { "--current": ignored, "--long": ignored, "--short": ignored },
    form: "show",
  },
  {
    call: "show",
    flags: {
      "--id": positional,
      "--short": ignored,
      "--long": ignored,
      "--refs": ignored,
      "--thread": ignored,
      "--local-time": ignored,
      "--include-dependents": ignored,
      "--include-comments": ignored,
    },
  },
  {
    call: "list",
    with: ["--ready"],
    as: ["ready"],
    flags: { ...lists, "--ready": ignored, "--tree": ignored },
  },
  { call: "list", flags: { ...lists, "--pretty": renamedSwitch("--tree") } },
  { call: "ready", flags: readyLists },
  { call: "blocked", flags: looks },
  { call: "search", flags: { ...lists, "--query": positional } },
  { call: "query", flags: lists },
  { call: "stale", flags: looks },
  { call: "comments add", hasText: true, flags: comment },
  { call: "comments list", flags: { "--local-time": ignored } },
  { call: "note", hasText: true, flags: { "--stdin": renamedSwitch("-") } },
  {
    call: "dep tree",
    flags: {
      "--show-all-paths": ignored,
      "--direction": written((direction) =>
        direction === "down" ? [] : direction === "up" ? ["--reverse"] : [`--direction=${direction}`],
      ),
    },
  },
  { call: "dep relate", as: ["dep", "add", "--type=relates-to"], form: "dep add" },
  { call: "dep unrelate", as: ["dep", "remove", "--type=relates-to"], form: "dep remove" },
  {
    call: "init",
    flags: {
      "--contributor": ignored,
      "--team": ignored,
      "--stealth": ignored,
      "--setup-exclude": ignored,
      "--skip-hooks": ignored,
      "--skip-agents": ignored,
      "--skip-merge-driver": ignored,
      "--non-interactive": ignored,
      "--from-jsonl": ignored,
      "--force": ignored,
      "--role": ignoredValue,
      "--backend": ignoredValue,
      "--branch": ignoredValue,
    },
  },
  { call: "import", flags: { "-i": positional, "--input": positional, "--orphan-handling": ignoredValue } },
  {
    call: "sync",
    flags: {
      "--dry-run": renamedSwitch("--status"),
      "--message": ignoredValue,
      "-m": ignoredValue,
      "--no-pull": ignored,
      "--no-push": ignored,
      "--squash": ignored,
      "--full": ignored,
    },
  },
  { call: "info", with: ["--schema"], flags: { "--schema": ignored }, form: "info --schema" },
  { call: "context", as: ["info"] },
  {
    call: "migrate",
    as: ["info"],
    flags: { "--inspect": ignored, "--dry-run": ignored, "--yes": ignored, "--cleanup": ignored },
  },
  { call: "doctor", with: ["--agent"], flags: { "--agent": ignored }, form: "doctor --agent" },
  {
    call: "doctor",
    with: ["--check=pollution"],
    needless: "bz does not guess which issues are tests; nothing was looked for and nothing deleted",
  },
  { call: "doctor", flags: { "--check": ignoredValue, "--yes": ignored, "-y": ignored, "--deep": ignored } },
  {
    call: "compact",
    with: ["--stats", "--analyze", "--apply", "--auto", "--all", "--id"],
    needless: "bz keeps every issue as it is and summarises none; `compact` alone folds the log",
  },
  { call: "repair-deps", as: ["doctor"], flags: { "--fix": ignored } },
  { call: "dolt show", as: ["info"] },
  { call: "dolt status", as: ["info"] },
  { call: "dolt", needless: noServer },
  { call: "daemon", needless: noServer },
  { call: "daemons", needless: noServer },
  { call: "hooks", needless: "bz needs no git hooks: issues.jsonl is written after each change" },
  {
    call: "quickstart",
    needless:
      "beads in short: `bd ready` shows what can be done, `bd show ID` an issue, `bd update ID --claim` takes it, `bd close ID --reason TEXT` ends it; `bd create TITLE` makes one and `bd dep add ID BLOCKER` says what it waits for. `bd help` lists the commands",
  },
];
