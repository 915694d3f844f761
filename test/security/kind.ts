/** One kind of cases: `groups` times `groupSize` of them, of which any can be tried alone. */
export interface Kind {
  readonly name: string;
  readonly groups: number;
  readonly groupSize: number;
  /** How many are tried before another kind has its turn; 20 unless given. */
  readonly casesInTurn?: number;
  /** What did not go as promised, each sentence with what repeats it. */
  judge(group: number, index: number): Promise<string[]>;
}
