import type { Finding } from "./check";

/** What one check found. */
export type Outcome = Omit<Finding, "check">;

export const pass = (message: string): Outcome => ({ status: "pass", message });
export const note = (message: string): Outcome => ({ status: "note", message });
export const warning = (message: string): Outcome => ({ status: "warning", message });
export const failure = (message: string): Outcome => ({ status: "failure", message });
