import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hardenedBun, root } from "../../helpers/bz-forms";
import { filesIn } from "../../helpers/files-in";
import type { Browser, Page } from "./browser";
import { findPackages, reasonToSkip } from "./packages";
import { startUiServer, type UiServer } from "./ui-server";

/**
 * The real beads-ui in a real browser, on bz. The tests tell one story in order: each goes on where the last one ended, and every
 * change that is clicked is looked up with bz itself.
 */
const skipped = reasonToSkip();

const patience = 30_000;
/** For a second after it has read everything, the server takes no notice of changes at all. */
const deafMs = 2_500;
const directory = realpathSync(mkdtempSync(join(tmpdir(), "bz-beads-ui-")));
const workspace = join(directory, "workspace");
const pictures = process.env.BZ_CLIENTS_PICTURES;

let server: UiServer;
let browser: Browser;
let page: Page;
const pageErrors: string[] = [];

describe.skipIf(skipped !== undefined)(
  `beads-ui on bz${skipped === undefined ? "" : ` (not driven: ${skipped})`}`,
  () => {
    const title = '@team: "Crash" -- on empty input';
    let blocker = "";
    let id = "";

    beforeAll(async () => {
      mkdirSync(join(workspace, ".git"), { recursive: true });
      bz("init");
      blocker = bz("q", "Write the grammar down", "-p", "1");
      bz("q", "Ship the parser", "--dep", blocker);
      bz("close", bz("q", "Done before"));
      bz("q", "A part", "--parent", bz("q", "The whole", "-t", "epic"));
      const packages = await findPackages();
      server = await startUiServer(packages.server, workspace, join(directory, "home"));
      browser = await packages.launch();
      page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
      page.setDefaultTimeout(10_000);
      page.on("pageerror", ({ message }) => pageErrors.push(message));
    }, 180_000);

    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    const story = (name: string, tell: () => Promise<void>) =>
      test(
        name,
        async () => {
          await tell().catch(async (error: unknown) => {
            await picture(`failed to ${name}`);
            throw error;
          });
        },
        patience,
      );

    story("shows every issue in its column of the board", async () => {
      await visit("#/board");
      await card("blocked", "Ship the parser").waitFor();
      await card("ready", "Write the grammar down").waitFor();
      await card("ready", "A part").waitFor();
      await card("closed", "Done before").waitFor();
      await picture("board");
    });

    story("shows epics with how far they are, and their parts", async () => {
      await visit("#/epics");
      const epic = page.locator(".epic-group:has-text('The whole')").first();
      await epic.locator("text=0/1").waitFor();
      if ((await epic.locator(".epic-children").count()) === 0) await epic.locator(".epic-header").click();
      // Its title is in a field that can be edited.
      await epic.locator(".epic-children >> text=A part").waitFor();
      await picture("epics");
      await visit("#/board");
    });

    story("creates an issue", async () => {
      await page.locator("#new-issue-btn").click();
      await page.locator("#new-title").fill(title);
      await page.locator("#new-type").selectOption("bug");
      await page.locator("#new-priority").selectOption("1");
      await page.locator("#new-description").fill("@parser: --strict fails");
      await picture("new-issue");
      await page.locator("#btn-create").click();
      await card("ready", title).waitFor();
      const [issue] = issues("list", "--title-contains", "Crash");
      expect(issue).toMatchObject({
        title,
        issue_type: "bug",
        priority: 1,
        description: "@parser: --strict fails",
      });
      id = String(issue?.id);
      await picture("created");
    });

    story("shows it in full", async () => {
      await open();
      await detail(".detail-title").locator(`text=${title}`).waitFor();
      await detail("[aria-label='Edit description'] >> text=--strict fails").waitFor();
    });

    story("edits the title", async () => {
      await open();
      await detail("span[aria-label='Edit title']").click();
      await detail("input[aria-label='Edit title']").fill("Crash on empty input");
      await detail(".detail-title >> text=Save").click();
      await until({ title: "Crash on empty input" });
    });

    for (const { field, label, block } of [
      { field: "description", label: "Edit description", block: ".description" },
      { field: "acceptance_criteria", label: "Edit acceptance criteria", block: ".acceptance" },
      { field: "notes", label: "Edit notes", block: ".notes" },
      { field: "design", label: "Edit design", block: ".design" },
    ]) {
      story(`edits the ${field}, and shows it as Markdown`, async () => {
        await open();
        await detail(`[aria-label='${label}']`).click();
        await detail(`${block} textarea`).fill(`@${field} is\n- one\n- **two**`);
        await detail(`${block} >> text=Save`).click();
        await until({ [field]: `@${field} is\n- one\n- **two**` });
        await open();
        await detail(`[aria-label='${label}'] strong >> text=two`).waitFor();
      });
    }

    story("begins it", async () => {
      await open();
      await detail(".badge--status").selectOption("in_progress");
      await until({ status: "in_progress" });
    });

    story("makes it more urgent", async () => {
      await open();
      await detail(".badge--priority").selectOption("0");
      await until({ priority: 0 });
    });

    for (const name of ["alice", ""]) {
      story(name === "" ? "takes the assignee away" : "assigns it", async () => {
        await open();
        await detail("span[aria-label='Edit assignee']").click();
        await detail("input[aria-label='Edit assignee']").fill(name);
        await detail("input[aria-label='Edit assignee']").press("Enter");
        await until({ assignee: name === "" ? null : name });
      });
    }

    for (const label of ["urgent", "web"]) {
      story(`labels it ${label}`, async () => {
        await open();
        await detail(".labels input").fill(label);
        await detail(".labels >> text=Add").click();
        await detail(`[aria-label='Remove label ${label}']`).waitFor();
      });
    }

    story("takes a label away", async () => {
      await open();
      await until({ labels: ["urgent", "web"] });
      await detail("[aria-label='Remove label web']").click();
      await until({ labels: ["urgent"] });
    });

    story("comments on it in the name of git's user", async () => {
      await open();
      await detail(".comment-input textarea").fill("@all: seen in the browser");
      await detail(".comment-input button").click();
      await detail(".comment-text >> text=@all: seen in the browser").waitFor();
      await until({ comments: [{ author: "Jo Doe", text: "@all: seen in the browser" }] });
    });

    story("makes it wait for another one", async () => {
      await open();
      await detail("[data-testid='add-dependency']").fill(blocker);
      await detail(".props-card:has([data-testid='add-dependency']) >> text=Add").click();
      await detail(`[aria-label='Remove dependency ${blocker}']`).waitFor();
      await until({ dependencies: [{ id: blocker, dependency_type: "blocks" }] });
      await picture("detail");
    });

    story("makes it wait no longer", async () => {
      await open();
      await detail(`[aria-label='Remove dependency ${blocker}']`).click();
      await until({ dependencies: [] });
    });

    story("closes it", async () => {
      await open();
      await detail(".badge--status").selectOption("closed");
      await until({ status: "closed" });
      await visit("#/board");
      await card("closed", "Crash on empty input").waitFor();
      await picture("closed");
    });

    story("deletes it", async () => {
      await open();
      await detail(".delete-issue-btn").click();
      await page.locator("#delete-confirm-btn").click();
      await until({ status: "tombstone" });
      await visit("#/issues");
      await page.locator("#list-root >> text=Ship the parser").waitFor();
      await page.locator("#list-root >> text=Crash on empty input").waitFor({ state: "detached" });
      await picture("issues");
    });

    story("shows what is changed on the command line", async () => {
      await visit("#/board");
      await card("ready", "Write the grammar down").waitFor();
      const news = bz("q", "From the command line");
      await card("ready", "From the command line").waitFor();
      await Bun.sleep(deafMs);
      bz("update", news, "-s", "in_progress");
      await card("in-progress", "From the command line").waitFor();
    });

    story("asks for nothing while nothing changes, and what it asks for writes nothing", async () => {
      await Bun.sleep(deafMs);
      const before = filesIn(join(workspace, ".beads"));
      const calls = server.calls().length;
      await Bun.sleep(10_000);
      expect(server.calls().slice(calls)).toEqual([]);
      await visit("#/issues");
      await page.locator("#list-root >> text=Ship the parser").waitFor();
      expect(server.calls().length).toBeGreaterThan(calls);
      expect(filesIn(join(workspace, ".beads"))).toEqual(before);
    });

    story("has met no error", async () => {
      expect(pageErrors).toEqual([]);
      expect(await server.log()).not.toMatch(/error|exited/i);
    });

    /** In a page that is loaded anew: while an answer is awaited the dialog drops what is clicked. */
    async function open(): Promise<void> {
      await visit(`#/board?issue=${id}`);
      await detail(".badge--status:not([disabled])").waitFor();
    }

    async function until(expected: Record<string, unknown>): Promise<void> {
      for (let attempt = 0; attempt < 50; attempt++) {
        if (Bun.deepMatch(expected, shown())) return;
        await Bun.sleep(100);
      }
      expect(shown()).toMatchObject(expected);
    }

    /** The issue as bz shows it now. */
    function shown(): Record<string, unknown> {
      return { assignee: null, ...issues("show", id)[0] };
    }
  },
);

async function visit(place: string): Promise<void> {
  await page.goto("about:blank");
  await page.goto(`${server.url}/${place}`);
}

function card(column: string, title: string) {
  return page.locator(`#${column}-col .board-card:has-text(${JSON.stringify(title)})`).first();
}

function detail(selector: string) {
  return page.locator(`#detail-root ${selector}`).first();
}

async function picture(name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

function bz(...words: string[]): string {
  const { stdout, stderr, exitCode } = Bun.spawnSync([...hardenedBun, join(root, "index.ts"), ...words], {
    cwd: workspace,
    env: { PATH: process.env.PATH, HOME: directory, BEADS_ACTOR: "tester" },
  });
  if (exitCode !== 0) throw new Error(`bz ${words.join(" ")}: ${stderr.toString()}`);
  return stdout.toString().trim();
}

function issues(...words: string[]): Record<string, unknown>[] {
  // The contract of `--json` has tests of its own.
  return (JSON.parse(bz(...words, "--json")) as { issues: Record<string, unknown>[] }).issues;
}
