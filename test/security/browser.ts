import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { initialisedWorld } from "../commands/test-world";
import type { Kind } from "./kind";
import { hostileTexts } from "./texts";

const textsAtOnce = 20;

/** Pages and pictures of hostile titles in a real browser, which would say so in the title of the page if anything of them ran. */
export const browsedPages: Kind = {
  name: "pages in a browser",
  groups: Math.ceil(hostileTexts.length / textsAtOnce),
  groupSize: 1,
  casesInTurn: 1,
  async judge(group) {
    const world = await initialisedWorld();
    const texts = hostileTexts.slice(group * textsAtOnce, (group + 1) * textsAtOnce);
    const lines = texts.map((text, at) =>
      JSON.stringify({
        id: `bd-${at}`,
        title: `${text} `,
        assignee: text,
        status: "open",
        priority: 2,
        issue_type: "task",
      }),
    );
    writeFileSync(join(world.directory, ".beads/issues.jsonl"), `${lines.join("\n")}\n`);
    const page = join(world.directory, "graph.html");
    await world.bz("graph", "--all", "-o", page);
    const { stdout, exitCode } = Bun.spawnSync(
      [
        ...[
          "chromium",
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          `--user-data-dir=${world.directory}/profile`,
        ],
        ...["--virtual-time-budget=1000", "--dump-dom", pathToFileURL(page).href],
      ],
      { stderr: "ignore", timeout: 60_000 },
    );
    const shown = stdout.toString();
    if (exitCode !== 0 || !shown.includes("</html>"))
      return [`the browser ended with ${exitCode}: texts from ${group * textsAtOnce}`];
    const title = /<title>([^<]*)<\/title>/.exec(shown)?.[1] ?? "";
    // Its own script has run: it fits the picture into the page.
    const wrong = shown.includes("preserveAspectRatio") ? [] : ["the script of the page did not run"];
    if (title.includes("pwned")) wrong.push("a title ran");
    const rows = shown.match(/<tr>/g)?.length ?? 0;
    if (rows !== texts.length + 1) wrong.push(`${rows} rows instead of ${texts.length + 1}`);
    return wrong.map((each) => `${each}: texts from ${group * textsAtOnce}`);
  },
};
