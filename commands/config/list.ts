import { BzError } from "../../model/errors";
import { type Setting, settings } from "../../model/setting";
import { escapeText } from "../../output/escape";
import type { Screen } from "../../output/style";
import { formatTable } from "../../output/table";
import { openConfiguration } from "../../storage/beside-store";
import { defineBz } from "../command";
import { type FoundValue, type Settings, settingRow, shownValue, sourceOf } from "../config-settings";

export const command = defineBz({
  meta: {
    name: "config list",
    description:
      "Shows every setting that bz obeys, its value and where that comes from: a flag, an environment variable, the project's config.yaml, your own, or the default. Other keys of those files belong to other tools and are left alone.",
  },
  args: () => ({}),
  answer: "settings",
  examples: ["bz config", "bz config list --json"],
  async run(context) {
    const configuration = await openConfiguration(context.storeRequest());
    const { found, failures } = lookUpAll(configuration.settings());
    return {
      data: () => ({
        settings: found.map(({ setting, value }) => settingRow(setting, value)),
        total: found.length,
        returned: found.length,
        truncated: false,
        ...(failures.length === 0
          ? {}
          : {
              failed: failures.map(({ setting, error }) => ({
                key: setting?.key ?? null,
                code: error.code,
                message: error.message,
              })),
            }),
      }),
      text: (screen) => (screen.isTerminal ? table(found, screen) : lines(found)),
      ids: found.map(({ setting }) => setting.key),
      failures: failures.map(({ error }) => error),
    };
  },
});

interface Row {
  readonly setting: Setting;
  readonly value: FoundValue;
}

interface Failure {
  /** Absent: the whole file cannot be read. */
  readonly setting?: Setting;
  readonly error: BzError;
}

/** One value that is not allowed hides no other. */
function lookUpAll(all: Settings): { found: Row[]; failures: Failure[] } {
  const found: Row[] = [];
  const failures: Failure[] = [];
  for (const setting of settings) {
    try {
      found.push({ setting, value: all.of(setting) });
    } catch (error) {
      if (!(error instanceof BzError)) throw error;
      failures.push({ setting, error });
    }
  }
  for (const error of all.problems()) {
    if (failures.every((failure) => failure.error.message !== error.message)) failures.push({ error });
  }
  return { found, failures };
}

function lines(found: readonly Row[]): string {
  return found
    .map(({ setting, value }) => {
      const source = escapeText(sourceOf(setting, value));
      return `${setting.key}  ${escapeText(shownValue(value.value))}  ${source}\n`;
    })
    .join("");
}

function table(found: readonly Row[], screen: Screen): string {
  return formatTable<Row>(
    [
      { heading: "SETTING", cell: ({ setting }) => setting.key, paint: (cell) => screen.style.bold(cell) },
      { heading: "VALUE", cell: ({ value }) => escapeText(shownValue(value.value)) },
      {
        heading: "FROM",
        cell: ({ setting, value }) => escapeText(sourceOf(setting, value)),
        isFlexible: true,
      },
    ],
    found,
    screen,
  );
}
