import { version } from "../package.json";
import { defineBz } from "./command";

export const command = defineBz({
  meta: { name: "version", description: "Prints the version of bz, of Bun, and the platform." },
  args: () => ({}),
  answer: "version",
  examples: ["bz version", "bz --version"],
  run() {
    const platform = `${process.platform}-${process.arch}`;
    return {
      data: () => ({ version, bun: Bun.version, platform }),
      text: () => `bz ${version} (Bun ${Bun.version}, ${platform})\n`,
    };
  },
});
