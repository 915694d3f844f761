import { describe, expect, test } from "bun:test";
import { respell } from "../../commands/bd/respell";

/** Each line: how bd is called, and what bz is asked for. */
const samples: readonly (readonly [string[], string[]])[] = [
  [["list"], ["list"]],
  [
    ["--sandbox", "list", "--json", "--tree=false"],
    ["list", "--json", "--tree=false"],
  ],
  [
    ["list", "--pretty", "--long", "--no-pager"],
    ["list", "--tree", "--no-pager"],
  ],
  [
    ["--dolt-auto-commit", "off", "--actor", "el", "show", "bd-1", "--long"],
    ["show", "--actor", "el", "bd-1"],
  ],
  [
    ["--db", "/p/.beads/beads.db", "ready"],
    ["ready", "--data=/p/.beads"],
  ],
  [
    ["--db=beads.db", "ready"],
    ["ready", "--data=."],
  ],
  [
    ["--db", "/p/.beads", "ready"],
    ["ready", "--data=/p/.beads"],
  ],
  [
    ["create", "@home", "-d", "@alice", "--title=x=y"],
    ["create", "@home", "--description=\0@alice", "--title=\0x=y"],
  ],
  [
    ["create", "t", "--body-file", "b.md", "--stdin"],
    ["create", "t", "--description=@b.md", "--description=-"],
  ],
  [
    ["comment", "bd-1", "-"],
    ["comment", "bd-1", "\0-"],
  ],
  [
    ["create", "--body-file", "-", "--", "-"],
    ["create", "--description=-", "--", "\0-"],
  ],
  [
    ["new", "t", "-mtext", "-p1"],
    ["new", "t", "--description=\0text", "-p1"],
  ],
  [
    ["update", "bd-1", "--description", "--looks-like-a-flag"],
    ["update", "bd-1", "--description=\0--looks-like-a-flag"],
  ],
  [
    ["done", "bd-1", "--resolution", "r"],
    ["done", "bd-1", "--reason=\0r"],
  ],
  [
    ["list", "-r", "--state", "open"],
    ["list", "--reverse", "--status=open"],
  ],
  [
    ["ready", "-s", "oldest"],
    ["ready", "--sort=created"],
  ],
  [["ready", "--sort=hybrid"], ["ready"]],
  [
    ["list", "--ready", "-n", "5"],
    ["ready", "-n", "5"],
  ],
  [
    ["delete", "bd-1"],
    ["delete", "--dry-run", "--force", "bd-1"],
  ],
  [
    ["delete", "bd-1", "--force"],
    ["delete", "bd-1", "--force"],
  ],
  [
    ["comment", "bd-1", "text", "-a", "jo"],
    ["comment", "bd-1", "text", "--author=jo"],
  ],
  [
    ["comments", "add", "bd-1", "--stdin"],
    ["comments", "add", "bd-1", "-"],
  ],
  [
    ["label", "add", "bd-1", "--", "--sandbox"],
    ["label", "add", "bd-1", "--", "--sandbox"],
  ],
  [
    ["dep", "relate", "bd-1", "bd-2"],
    ["dep", "add", "--type=relates-to", "bd-1", "bd-2"],
  ],
  [
    ["dep", "tree", "bd-1", "--direction", "up"],
    ["dep", "tree", "bd-1", "--reverse"],
  ],
  [
    ["dolt", "--json", "show"],
    ["info", "--json"],
  ],
  [
    ["no-such-command", "-x"],
    ["no-such-command", "-x"],
  ],
  [
    ["create", "--title"],
    ["create", "--title"],
  ],
  [["--json"], ["--json"]],
];

describe("a command line of bd", () => {
  for (const [said, meant] of samples) {
    test(`\`bd ${said.join(" ")}\` is \`bz ${meant.join(" ").replaceAll("\0", "")}\``, () => {
      expect(respell(said).words).toEqual(meant);
    });
  }

  test("is answered without running anything where bz has no need of it", () => {
    for (const words of [["daemon", "stop"], ["dolt", "push"], ["hooks", "install"], ["quickstart"]]) {
      expect(respell(words).needless).toBeString();
    }
    expect(respell(["dolt", "show"]).needless).toBeUndefined();
  });
});
