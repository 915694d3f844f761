import type { ErrorCode } from "../../../model/errors";
import type { TestWorld } from "../../commands/test-world";

/** One bad, or odd, input and what has to become of it. */
export interface Seed {
  readonly words: readonly string[];
  readonly stdin?: string;
  /** Files to be there before, by their path in the workspace's directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** Done with exit code 0, or refused with this code and nothing written. */
  readonly verdict: "accept" | ErrorCode;
  /** What the refusal has to name: the line, the field or the word. */
  readonly names?: string;
  /** What has to hold after it was accepted; answers with what does not. */
  readonly after?: (world: TestWorld, stdout: string) => Promise<string | undefined>;
}

/** A row of the table of bad inputs. */
export interface SeedKind {
  readonly name: string;
  /** Files of one seed would be there for the next: each gets a workspace of its own. */
  readonly isFresh?: true;
  readonly seeds: readonly Seed[];
}
