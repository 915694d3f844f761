import { findSetting, parseSetting } from "../../model/setting-input";
import { escapeText } from "../../output/escape";
import { openConfiguration } from "../../storage/beside-store";
import { defineBz } from "../command";
import { effectiveAfter, keyArgument, shownValue, userArgument } from "../config-settings";

export const command = defineBz({
  meta: {
    name: "config set",
    description:
      "Writes a setting into the project's config.yaml, which travels with git, or with --user into your own. Comments, order and other keys of the file stay as they are.",
  },
  args: () => ({
    key: keyArgument,
    value: { type: "positional", required: true, description: "Its value; several are separated by commas" },
    user: userArgument,
  }),
  answer: "changed-setting",
  examples: [
    "bz config set status.custom triage,in_qa",
    "bz config set sync.auto_flush false",
    "bz config set lock.timeout_ms 5000 --user",
  ],
  async run(context, args) {
    const setting = findSetting(args.key);
    const value = parseSetting(setting, args.value);
    const configuration = await openConfiguration(context.storeRequest());
    const { path, isChanged } = await configuration.change(setting, value, args.user ? "user" : "project");
    const effective = effectiveAfter(configuration.settings(), setting, path);
    return {
      data: () => ({ key: setting.key, value, path, changed: isChanged, effective: effective.value }),
      text: () =>
        `${isChanged ? "Set" : "Unchanged"} ${setting.key} = ${shownValue(value)} in ${escapeText(path)}\n`,
      ids: [setting.key],
      warnings: effective.warnings,
      saved: isChanged ? [setting.key] : [],
    };
  },
});
