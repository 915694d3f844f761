import { escapeText } from "../output/escape";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "where",
    description:
      "Prints which workspace commands use here, and why: --data, else BEADS_DIR, else the nearest .beads upwards within the repository.",
  },
  args: () => ({}),
  answer: "place",
  examples: ["bz where", "bz where --json"],
  run(context) {
    const { beadsPath, storeOwnerPath, reason } = context.store.workspace;
    return {
      data: () => ({ path: beadsPath, store_owner_path: storeOwnerPath, reason }),
      text: () => `${escapeText(beadsPath)}\n`,
      notes: [reason],
    };
  },
});
