import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { putHook, removeHook } from "../../commands/hook-settings";
import { markSection, putSection, removeSections } from "../../commands/marked-section";
import { findWorkspace } from "../../storage/workspace";
import { claim, claimEqual, damaged, type Target, unlessRefused } from "./target";

const hooks = [
  '{"hooks":{"SessionStart":[{"matcher":"","hooks":[{"type":"command","command":"bd prime"}]}]},"other":1}',
  '// mine\n{\n  "hooks": {\n    "PreCompact": [{"hooks": [{"type": "command", "command": "br prime --x"}, {"command": "own"}]}],\n  },\n}\n',
  '{"permissions":{"allow":["Bash(bz:*)"]}}',
  "{}",
  "",
];
const hookPieces = [
  '"hooks":',
  '"SessionStart":',
  '"PreCompact":',
  '"command":',
  "bz prime",
  "bd prime",
  "[]",
  "{}",
  "//",
  "/*",
  "*/",
  ",,",
];
const section = markSection("# Work\n\nUse `bz`.\n");
const pages = [
  `# Mine\n\n${section}\nmore\n`,
  `# Mine\r\n\r\n${section.replaceAll("\n", "\r\n")}`,
  `${section}\n\n${section}`,
  "# Mine\n\ntext without an end",
  "",
];
const pagePieces = [
  "<!-- BEGIN BEADS INTEGRATION -->",
  "<!-- END BEADS INTEGRATION -->",
  "<!-- BEGIN BEADS INTEGRATION v:1 -->",
  "\n\n",
  "\r\n",
  "```\n",
  "<!--",
];

let made: string | undefined;

/** A repository for the files that lead elsewhere. */
function repository(): string {
  if (made !== undefined) return made;
  const directory = mkdtempSync(join(tmpdir(), "bz-fuzz-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  for (const name of ["inner/.beads/store", "other/.beads", "linked/.git-dir"])
    mkdirSync(join(directory, name), { recursive: true });
  made = directory;
  return directory;
}

export const agentFileTargets: readonly Target[] = [
  {
    name: "settings of an agent",
    inputs: damaged(hooks, hookPieces),
    check(text) {
      const put = unlessRefused(() => putHook(text, "bz prime", "settings.json"));
      if (put !== undefined) {
        claimEqual(
          putHook(put, "bz prime", "settings.json"),
          put,
          "putting the hook again changes something",
        );
        claim(put.includes('"bz prime"'), "the hook is not there");
        const removed = removeHook(put, "settings.json");
        claim(
          !/"(?:bz|bd|br) prime[" ]/.test(removed) || /"(?:bz|bd|br) prime[" ]/.test(text),
          "the hook is still there",
        );
        claimEqual(removeHook(removed, "settings.json"), removed, "removing again changes something");
      }
      unlessRefused(() => removeHook(text, "settings.json"));
    },
  },
  {
    name: "instructions of an agent",
    inputs: damaged(pages, pagePieces),
    check(text) {
      const put = unlessRefused(() => putSection(text, section, "AGENTS.md"));
      if (put === undefined) return;
      claimEqual(putSection(put, section, "AGENTS.md"), put, "putting the section again changes something");
      const removed = removeSections(put, "AGENTS.md");
      claim(!removed.includes(section), "the section is still there");
      claimEqual(removeSections(removed, "AGENTS.md"), removed, "removing again changes something");
    },
  },
  {
    name: "redirect and .git",
    inputs: damaged(
      [
        "../other/.beads\n",
        "redirect: .\n",
        "gitdir: ../linked/.git-dir\n",
        "gitdir: /dev\n",
        "/dev/null",
        "../../..",
        "",
      ],
      ["..", "/", "gitdir: ", ".beads", "\n", "\0", "x".repeat(5000)],
    ),
    check(text) {
      const root = repository();
      const cwd = join(root, "inner");
      writeFileSync(join(cwd, ".git"), text);
      const find = () => unlessRefused(() => findWorkspace({ cwd, env: {} }));
      claimEqual(find()?.beadsPath, join(cwd, ".beads"), "a .git file has led the workspace astray");
      writeFileSync(join(cwd, ".git"), "");
      writeFileSync(join(cwd, ".beads/redirect"), text);
      const found = find();
      claim(
        found === undefined ||
          found.beadsPath === join(root, "other/.beads") ||
          found.beadsPath.endsWith("/.beads"),
        `the redirect leads to ${found?.beadsPath}`,
      );
      rmSync(join(cwd, ".beads/redirect"));
    },
  },
];
