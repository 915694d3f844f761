import type { Standing } from "./drawn-graph";

export interface Colours {
  readonly fill: string;
  readonly line: string;
  readonly text: string;
}

/** Text on each of them has a contrast of 7 to 1 or more; the strong ones are what somebody can act on. */
export const paletteOf: Record<Standing, { readonly light: Colours; readonly dark: Colours }> = {
  ready: {
    light: { fill: "#dcfce7", line: "#16a34a", text: "#14331f" },
    dark: { fill: "#123524", line: "#34d399", text: "#d9fbe8" },
  },
  in_progress: {
    light: { fill: "#fef3c7", line: "#d97706", text: "#3f2a06" },
    dark: { fill: "#3b2c0a", line: "#fbbf24", text: "#fdf3d0" },
  },
  blocked: {
    light: { fill: "#fee2e2", line: "#dc2626", text: "#450f0f" },
    dark: { fill: "#3d1616", line: "#f87171", text: "#fde3e3" },
  },
  waiting: {
    light: { fill: "#e0f2fe", line: "#0284c7", text: "#0c2f44" },
    dark: { fill: "#0f2c3f", line: "#38bdf8", text: "#dcf1fd" },
  },
  deferred: {
    light: { fill: "#ede9fe", line: "#7c3aed", text: "#2a1a52" },
    dark: { fill: "#281d48", line: "#a78bfa", text: "#ebe5fe" },
  },
  closed: {
    light: { fill: "#f3f4f6", line: "#9ca3af", text: "#374151" },
    dark: { fill: "#1f2430", line: "#6b7280", text: "#c3c8d1" },
  },
  deleted: {
    light: { fill: "#ffffff", line: "#d1d5db", text: "#4b5563" },
    dark: { fill: "#14171f", line: "#4b5563", text: "#a5acb8" },
  },
};
