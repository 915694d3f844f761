import { markSection } from "./marked-section";

/** Command lines that an agent needs, in the order of its day, and what each is for. Tests hold them against the command table. */
export const guideLines: readonly (readonly [line: string, purpose: string])[] = [
  ["bz ready", "what can be worked on now"],
  ["bz next --claim", "take the best of it, so that nobody else does"],
  ["bz show ID", "everything about an issue"],
  ["bz q 'Title' -t bug -p 1 --dep discovered-from:ID", "what you find on the way"],
  ["bz dep add ID BLOCKER", "ID waits for BLOCKER"],
  ["bz note ID 'What I found out'", "what the next one has to know"],
  ["bz close ID -r 'Why' --suggest-next", "done; names what to go on with"],
];

export const guideRules: readonly string[] = [
  "Track work with bz, not in Markdown lists. Claim before you start, close when you are done.",
  "Every command takes `--json`: one document on stdout. `bz COMMAND --help` explains it.",
  "Where several agents work as one user, each has its own `--session NAME`, or BEADS_SESSION.",
  "Exit 3: busy, try again. 4: somebody else has it, take another one. 5: nothing is ready.",
];

/** The lines and their purposes; below each other where somebody looks at them. */
export function guideBlock({ isAligned }: { isAligned: boolean }): string[] {
  const width = isAligned ? Math.max(...guideLines.map(([line]) => line.length)) : 0;
  return guideLines.map(([line, purpose]) => `${line.padEnd(width)}  # ${purpose}`);
}

/** What stands in AGENTS.md and its like, with its markers. */
export function agentSection(): string {
  return markSection(`## Issue tracking with bz

The work on this repository is tracked with **bz**; the issues travel with git in \`.beads/issues.jsonl\`.
Run \`bz prime\` at the start of a session: it says what you hold, what is ready and what is remembered.

\`\`\`sh
${guideBlock({ isAligned: true }).join("\n")}
\`\`\`

${[...guideRules, "Commit `.beads/issues.jsonl` together with the work; `bz sync` brings it up to date."].map((rule) => `- ${rule}`).join("\n")}
`);
}
