import { agentSection } from "./agent-guide";
import { defineBz } from "./command";

export const command = defineBz({
  meta: {
    name: "onboard",
    description:
      "Prints what an agent has to be told about bz, to be put into AGENTS.md or the like, and writes nothing. `bz setup` writes it there, and keeps it up to date.",
  },
  args: () => ({}),
  answer: "agent-guide",
  examples: ["bz onboard", "bz onboard >> AGENTS.md"],
  run() {
    const section = agentSection();
    return {
      data: () => ({ text: section }),
      text: () => section,
      notes: [
        "Put it into AGENTS.md; `bz setup agents` does that, and `bz setup --list` names other places.",
      ],
    };
  },
});
