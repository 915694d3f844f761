import type { TransactionInfo } from "../../storage/store";

/** Who writes in tests that do not care. */
export const tester: TransactionInfo = { timeMs: 1, actor: "tester", command: "test" };
