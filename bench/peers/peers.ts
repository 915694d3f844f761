import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Place, runWell } from "../call";
import { installedProgram } from "./install";
import type { Peer } from "./peer";

const seeds: Peer = {
  name: "sd",
  setting: "lines written into its file as it writes them",
  find: () => installedProgram("sd"),
  versionWords: ["--version"],
  fill(program, place, issues) {
    initGit(place);
    runWell([...program, "init"], place);
    const lines = issues.map(({ title, description }, at) =>
      JSON.stringify({ id: seedId(at), title, description, ...fresh, type: "task", priority: at % 5 }),
    );
    writeFileSync(join(place.directory, ".seeds/issues.jsonl"), `${lines.join("\n")}\n`);
  },
  create: (title) => ["create", "--title", title],
  show: (at) => ["show", seedId(at)],
  list: ["list", "--limit", "50"],
  ready: ["ready", "--limit", "50"],
  titles: ["list", "--all", "--limit", "1000000", "--format", "json"],
  createdId: /sd-[0-9a-f]+/,
};

const fresh = {
  status: "open",
  createdAt: "2025-01-15T12:00:00.000Z",
  updatedAt: "2025-01-15T12:00:00.000Z",
};

function seedId(at: number): string {
  return `sd-${at.toString(16).padStart(5, "0")}`;
}

const backlog: Peer = {
  name: "backlog",
  setting: "branches not looked at, no commits, files only; a file for each task",
  find: () => installedProgram("backlog"),
  versionWords: ["--version"],
  fill(program, place, issues) {
    initGit(place);
    const flags = ["--integration-mode", "none", "--check-branches", "false", "--include-remote", "false"];
    runWell([...program, "init", "bench", ...flags, "--auto-open-browser", "false"], place);
    runWell([...program, "config", "set", "filesystemOnly", "true"], place);
    const tasks = join(place.directory, "backlog/tasks");
    mkdirSync(tasks, { recursive: true });
    for (const [at, issue] of issues.entries())
      writeFileSync(join(tasks, `task-${at + 1} - issue-${at + 1}.md`), backlogTask(at, issue));
  },
  create: (title) => ["task", "create", title, "--plain"],
  show: (at) => ["task", String(at + 1), "--plain"],
  list: ["task", "list", "--plain", "--limit", "50"],
  ready: ["task", "list", "--plain", "--ready", "--limit", "50"],
  titles: ["task", "list", "--plain"],
  createdId: /TASK-\d+/,
};

function backlogTask(at: number, { title, description }: { title: string; description: string }): string {
  const facts = [
    `id: TASK-${at + 1}`,
    `title: '${title}'`,
    "status: To Do",
    "assignee: []",
    "created_date: '2025-01-15 12:00'",
    "labels: []",
    "dependencies: []",
    `ordinal: ${(at + 1) * 1000}`,
  ];
  return `---\n${facts.join("\n")}\n---\n\n## Description\n\n${description}\n`;
}

const taskwarrior: Peer = {
  name: "task",
  setting: "no hooks, no confirmation; its import",
  find: () => onPath("task"),
  versionWords: ["--version"],
  environment: (directory) => ({ TASKRC: join(directory, "taskrc"), TASKDATA: join(directory, "data") }),
  fill(program, place, issues) {
    mkdirSync(join(place.directory, "data"));
    writeFileSync(join(place.directory, "taskrc"), "confirmation=off\nverbose=new-id\nhooks=off\n");
    const lines = issues.map(({ title }, at) => {
      const uuid = `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`;
      return JSON.stringify({ description: title, entry: "20250115T120000Z", status: "pending", uuid });
    });
    writeFileSync(join(place.directory, "import.json"), `${lines.join("\n")}\n`);
    runWell([...program, "import", "import.json"], place);
  },
  create: (title) => ["add", title],
  show: (at) => [String(at + 1), "info"],
  list: ["list", "limit:50"],
  ready: ["ready", "limit:50"],
  titles: ["export"],
  createdId: /Created task (\d+)/,
};

const database = "issues.db";
/** What every call of the yardstick begins with: wait for others, and sync each commit. */
const careful = ["-cmd", ".timeout 60000", "-cmd", "PRAGMA synchronous=FULL", database];

const sqlite: Peer = {
  name: "sqlite3",
  setting: "no tracker, but what a native engine needs for the same rows: WAL, synchronous=FULL, two indexes",
  find: () => onPath("sqlite3"),
  versionWords: ["--version"],
  fill(program, place, issues) {
    const rows = issues.map(
      ({ title, description }, at) =>
        `INSERT INTO issues VALUES(${at + 1},'${title}','${description}','open',${at % 5});`,
    );
    const sql = `PRAGMA journal_mode=WAL;
CREATE TABLE issues(id INTEGER PRIMARY KEY, title TEXT, description TEXT, status TEXT, priority INTEGER);
CREATE TABLE edges(issue INTEGER, needs INTEGER, PRIMARY KEY(issue, needs)) WITHOUT ROWID;
CREATE INDEX by_status ON issues(status, priority, id);
BEGIN;${rows.join("\n")}COMMIT;`;
    runWell([...program, database], place, new TextEncoder().encode(sql));
  },
  create: (title) => [
    ...careful,
    `INSERT INTO issues(title,status,priority) VALUES('${title}','open',2) RETURNING id`,
  ],
  show: (at) => [...careful, `SELECT * FROM issues WHERE id=${at + 1}`],
  list: [
    ...careful,
    "SELECT id,title,priority FROM issues WHERE status='open' ORDER BY priority,id LIMIT 50",
  ],
  ready: [
    ...careful,
    "SELECT id,title,priority FROM issues i WHERE status='open' AND NOT EXISTS(SELECT 1 FROM edges e JOIN issues n ON n.id=e.needs WHERE e.issue=i.id AND n.status='open') ORDER BY priority,id LIMIT 50",
  ],
  titles: [database, "SELECT title FROM issues"],
  createdId: /\d+/,
};

/** A repository with one commit, which is what they expect to stand in. */
function initGit(place: Place): void {
  runWell(["git", "init", "-q", "."], place);
  runWell(
    [
      "git",
      "-c",
      "user.name=ann",
      "-c",
      "user.email=ann@example.com",
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      "A commit",
    ],
    place,
  );
}

function onPath(name: string): readonly string[] | undefined {
  const path = Bun.which(name);
  return path === null ? undefined : [path];
}

export const peers: readonly Peer[] = [seeds, backlog, taskwarrior, sqlite];
