import { describe, expect, test } from "bun:test";
import { brokenPromises, promisesOf } from "../helpers/agent-day";
import { chosenForms } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { ForeignHands } from "../helpers/foreign-hands";
import { hasGit } from "../helpers/git";
import { expectAgreement, seed, whileAgentsWrite } from "../helpers/git-day";
import { makeRepository } from "../helpers/repository";

describe.skipIf(!hasGit()).each(await chosenForms())(
  "an editor and another tool that write the face while ten agents work ($name)",
  (form) => {
    test("are never overwritten unseen, take nothing back that the agents did, and reopen nothing", async () => {
      const { main } = await makeRepository(form, "foreign-hands");
      const { shared, closed } = await seed(main);
      const toolIssue = await main.quick("The tool's");
      await main.bz.succeed("sync");
      const old = main.git.succeed("show", "old:.beads/issues.jsonl");
      const hands = new ForeignHands(main.facePath, `${old}\n`, toolIssue);

      const { run, syncs } = await whileAgentsWrite(main, shared, (isWorking) => hands.runWhile(isWorking));

      const calls = run.calls.flat();
      expect(calls.filter(({ code }) => code !== 0)).toEqual([]);
      expect(syncs.filter(({ code }) => code !== 0)).toEqual([]);
      await expectAgreement(main);
      const issues = await main.issues();
      const missing = hands.brought.filter(({ id, title }) => issues.get(id)?.title !== title);
      expect(missing).toEqual([]);
      expect(issues.get(toolIssue)?.title).toBe(hands.toolTitle);
      const promises = run.calls.flatMap((made) => [...promisesOf(made).values()]);
      expect(brokenPromises(promises, issues)).toEqual([]);
      for (const id of closed)
        expect({ id, status: issues.get(id)?.status }).toEqual({ id, status: "closed" });
      expect(issues.size).toBe(promises.length + shared.length + closed.length + 1 + hands.brought.length);
      report(`${form.name}, foreign hands: ${calls.length} calls, ${hands.brought.length} saves of others`);
    }, 150_000);
  },
);
