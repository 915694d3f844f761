/** What has to be known of a transaction to tell whether an undo is about it. */
export interface TransactionHead {
  readonly sequence: number;
  readonly actor: string;
  readonly session?: string | undefined;
  /** The transactions that it took back. */
  readonly undoes?: readonly number[] | undefined;
  /** False when all that it did was to take in what others had changed. */
  readonly isDeed: boolean;
}

export interface UndoScope {
  readonly actor: string;
  /** Undefined: whatever the session. */
  readonly session?: string | undefined;
  /** So many transactions, or all behind a sequence. */
  readonly extent: { readonly last: number } | { readonly behind: number };
}

export interface UndoSelection {
  /** The transactions to take back, oldest first. */
  readonly undone: readonly number[];
  /** Those that cancel each other out: undos, and what they took back. What they wrote is nobody else's. */
  readonly settled: ReadonlySet<number>;
  /** How many transactions of this actor and session are left that an undo by number could take back. */
  readonly available: number;
}

/**
 * Which transactions an undo takes back: only those of the actor and, where one is given, of the session.
 *
 * By number it counts back over what still stands, so that doing it again steps back further: undos and what they took back are passed over. Behind a
 * sequence it takes back everything, undos as well, so that it also brings back what an undo has taken from the time before.
 *
 * @param transactions oldest first
 */
export function selectUndone(transactions: readonly TransactionHead[], scope: UndoScope): UndoSelection {
  const mine = transactions.filter(({ actor, isDeed }) => actor === scope.actor && isDeed);
  const standing: TransactionHead[] = [];
  const takenBack = new Set<number>();
  const settled = new Set<number>();
  for (const transaction of mine.toReversed()) {
    const { sequence, undoes } = transaction;
    // An undo that was taken back itself takes back nothing.
    if (takenBack.has(sequence)) continue;
    standing.unshift(transaction);
    if (undoes === undefined) continue;
    settled.add(sequence);
    for (const each of undoes) takenBack.add(each);
  }
  for (const sequence of takenBack) settled.add(sequence);
  const isOurs = ({ session }: TransactionHead): boolean =>
    scope.session === undefined || session === scope.session;
  const deeds = standing.filter((each) => each.undoes === undefined && isOurs(each));
  const { extent } = scope;
  const undone = "last" in extent ? deeds.slice(-extent.last) : behind(extent.behind);
  return { undone: undone.map(({ sequence }) => sequence), settled, available: deeds.length };

  function behind(start: number): readonly TransactionHead[] {
    // An undo of something behind the start as well changes nothing for the time before.
    const isNews = standing.some(
      (each) =>
        each.sequence > start && isOurs(each) && (each.undoes?.some((target) => target <= start) ?? true),
    );
    return isNews ? mine.filter((each) => each.sequence > start && isOurs(each)) : [];
  }
}
