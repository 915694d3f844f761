import { findSetting, formatSetting } from "../../model/setting-input";
import { escapeText } from "../../output/escape";
import { openConfiguration } from "../../storage/beside-store";
import { defineBz } from "../command";
import { keyArgument, settingRow, sourceOf } from "../config-settings";

export const command = defineBz({
  meta: { name: "config get", description: "Prints the value of one setting, whoever says it." },
  args: () => ({ key: keyArgument }),
  answer: "setting",
  examples: ["bz config get lock.timeout_ms", "bz config get status.custom --json"],
  async run(context, args) {
    const setting = findSetting(args.key);
    const found = (await openConfiguration(context.storeRequest())).settings().of(setting);
    return {
      data: () => settingRow(setting, found),
      text: () => `${escapeText(formatSetting(found.value))}\n`,
      notes: [`from ${sourceOf(setting, found)}`],
    };
  },
});
