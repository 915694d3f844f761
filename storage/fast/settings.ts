import { autoFlushSetting, lockTimeoutSetting, type Setting } from "../../model/setting";
import { currentDirectory, openAtIfThere, readAt } from "../../native/file";
import { kindOf } from "../../native/file-status";
import { decoder } from "../../native/utf8";
import { configName } from "../paths";
import { mayHold, userConfigPath } from "../settings-file";
import type { FastPlace } from "./place";
import { giveUp } from "./unusual";

/** What a write asks of the settings. */
export interface FastSettings {
  readonly lockTimeoutMs: number;
  readonly autoFlush: boolean;
}

/** As `Settings` finds them, where the environment says so or nobody does: a file with a word of them has to be parsed. */
export function readFastSettings(
  { beads }: FastPlace,
  env: Readonly<Record<string, string | undefined>>,
): FastSettings {
  const userPath = userConfigPath(env);
  const texts = [
    readText(beads, configName, "read"),
    userPath === undefined ? "" : readText(currentDirectory, userPath, "readThroughLink"),
  ];
  const find = <T extends number | boolean>(setting: Setting<T>): T => {
    const said = env[setting.variable];
    if (said) return setting.parse(said) ?? giveUp();
    for (const text of texts) if (mayHold(text, setting.key)) giveUp();
    return setting.usual;
  };
  return { lockTimeoutMs: find(lockTimeoutSetting), autoFlush: find(autoFlushSetting) };
}

/** "" where there is none. */
function readText(directory: number, name: string, access: "read" | "readThroughLink"): string {
  const file = openAtIfThere(directory, name, access);
  if (file === undefined) return "";
  if (kindOf(file) !== "file") giveUp();
  const bytes = readAt(file, 0, longestText);
  return bytes.length === longestText ? giveUp() : decoder.decode(bytes);
}

/** In bytes. `bz init` writes a tenth of it. */
const longestText = 1 << 12;
