import { describe, expect, test } from "bun:test";
import { runHistory } from "./history";
import { brokenRules, productRules } from "./rules";
import { settings } from "./settings";
import { promised } from "./verdict";

const timeoutMs = 60_000;

describe("random histories of clones, branches, checkouts and bad conflict resolutions", () => {
  for (const [name, setting] of Object.entries(settings)) {
    if (setting.tools !== undefined) continue;
    test(
      `bz ${name}: nothing is lost, nothing reopened, and all clones hold the same bytes`,
      () => {
        for (let seed = 0; seed < 100; seed++)
          expect([seed, ...runHistory(seed, setting, productRules)]).toEqual([seed]);
      },
      timeoutMs,
    );
  }

  for (const [name, setting] of Object.entries(settings)) {
    if (setting.tools === undefined) continue;
    test(
      `${name}: all clones hold the same bytes, and every issue and every unknown key is there`,
      () => {
        for (let seed = 0; seed < 15; seed++) {
          const found = runHistory(seed, setting, productRules);
          expect([seed, ...promised(found, setting)]).toEqual([seed]);
        }
      },
      timeoutMs,
    );
  }
});

describe("without one of its rules the model finds a loss:", () => {
  for (const [name, { rules, in: settingName, seed }] of Object.entries(brokenRules)) {
    test(
      name,
      () => {
        const setting = settings[settingName];
        if (setting === undefined) throw new Error(`no setting is called "${settingName}"`);
        expect([...runHistory(seed, setting, productRules)]).toEqual([]);
        expect(runHistory(seed, setting, { ...productRules, ...rules }).size).toBeGreaterThan(0);
      },
      timeoutMs,
    );
  }
});
