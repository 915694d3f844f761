import { findSetting } from "../../model/setting-input";
import { escapeText } from "../../output/escape";
import { openConfiguration } from "../../storage/beside-store";
import { defineBz } from "../command";
import { effectiveAfter, keyArgument, shownValue, userArgument } from "../config-settings";

export const command = defineBz({
  meta: {
    name: "config unset",
    description:
      "Takes a setting out of the project's config.yaml, or with --user out of your own, so that the next in line decides.",
  },
  args: () => ({ key: keyArgument, user: userArgument }),
  answer: "unset-setting",
  examples: ["bz config unset lock.timeout_ms", "bz config unset sync.auto_flush --user"],
  async run(context, args) {
    const setting = findSetting(args.key);
    const configuration = await openConfiguration(context.storeRequest());
    const { path, isChanged } = await configuration.change(
      setting,
      undefined,
      args.user ? "user" : "project",
    );
    const effective = effectiveAfter(configuration.settings(), setting, path);
    return {
      data: () => ({ key: setting.key, path, changed: isChanged, effective: effective.value }),
      text: () =>
        isChanged
          ? `Removed ${setting.key} from ${escapeText(path)}\n`
          : `${setting.key} does not stand in ${escapeText(path)}\n`,
      ids: [setting.key],
      notes: [`now ${shownValue(effective.value)}, from ${effective.source}`],
      saved: isChanged ? [setting.key] : [],
    };
  },
});
