import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../protocol-model/random";
import { type Attempt, closedFact, commentFact, heldFact, issueFact, labelFact, noteFact } from "./oracle";
import type { Scene } from "./scene";

export interface Work {
  readonly kind: string;
  readonly attempt: Attempt;
  /** How it may end when nobody kills it. */
  readonly codes: readonly number[];
}

/** So many in a hundred of each; the rest changes nothing. */
const shares: readonly [kind: string, share: number][] = [
  ["q", 20],
  ["create", 10],
  ["update", 15],
  ["comment", 5],
  ["close", 8],
  ["claim", 6],
  ["next", 4],
  ["batch", 10],
  ["compact", 10],
  ["sync", 6],
  ["export", 3],
  ["list", 3],
];

/** Command lines at random, each with words of its own to leave behind. */
export class Workers {
  #count = 0;
  /** Issues that nobody has asked to close yet. */
  readonly #open: string[] = [];

  constructor(
    readonly scene: Scene,
    readonly random: Random,
  ) {}

  /** An id that others may work on. */
  adopt(id: string): void {
    this.#open.push(id);
  }

  next(kinds: readonly (readonly [kind: string, share: number])[] = shares): Work {
    const bag = kinds.flatMap(([kind, share]) => Array<string>(share).fill(kind));
    const kind = this.random.pick(bag) ?? "q";
    this.#count += 1;
    return this.#work(kind, `${kind} ${this.#count}`);
  }

  /** When it ended well: its id is there for others. */
  ended({ kind, attempt }: Work, stdout: string): void {
    if ((kind === "q" || kind === "create") && attempt.state === "present") this.adopt(stdout.trim());
  }

  #work(kind: string, name: string): Work {
    const id = this.random.pick(this.#open);
    const begin = (words: string[], facts: string[], codes: number[] = [0]): Work => ({
      kind,
      attempt: this.scene.ledger.begin(words, facts),
      codes,
    });
    const text = `"${name}" \\ ü\u2028 and a\ttab`;
    if (kind === "create")
      return begin(["create", name, "-p", "1", "-d", text, "--silent"], [issueFact(name, 1, text)]);
    if (kind === "next") return begin(["next", "--claim", "--actor", name], [heldFact(name)], [0, 5]);
    if (["compact", "sync", "export", "list"].includes(kind)) return begin([kind], []);
    if (kind === "q" || id === undefined) return begin(["q", name], [issueFact(name, 2)]);
    if (kind === "comment") return begin(["comments", "add", id, text], [commentFact(id, text)]);
    // Another may have closed or claimed it meanwhile.
    if (kind === "claim") return begin(["claim", id, "--actor", name], [heldFact(name)], [0, 1, 4]);
    if (kind === "batch") return this.#batch(id, name, begin);
    if (kind === "close") {
      this.#open.splice(this.#open.indexOf(id), 1);
      return begin(["close", id, "-f", "-r", name], [closedFact(id, name)]);
    }
    const label = name.replace(" ", "-");
    return begin(
      ["update", id, "--append-notes", name, "--add-label", label],
      [noteFact(id, name), labelFact(id, label)],
    );
  }

  #batch(id: string, name: string, begin: (words: string[], facts: string[]) => Work): Work {
    const file = join(this.scene.tracker.directory, `${name.replace(" ", "-")}.jsonl`);
    const titles = Array.from({ length: this.random.between(1, 30) }, (_, at) => `${name}, part ${at}`);
    const label = name.replace(" ", "-");
    const lines = [
      ...titles.map((title) => ({ cmd: "create", title })),
      { cmd: "label add", id, label },
      { cmd: "comment", id, text: name },
    ];
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const facts = [
      ...titles.map((title) => issueFact(title, 2)),
      labelFact(id, label),
      commentFact(id, name),
    ];
    return begin(["batch", file, "--atomic"], facts);
  }
}
