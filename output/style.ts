import { isDigits } from "../model/digits";
import { onDemand } from "../model/on-demand";

/** Colours as functions, so that whoever writes text does not ask whether there are any. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  cyan(text: string): string;
}

const same = (text: string): string => text;

export const plainStyle: Style = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  blue: same,
  cyan: same,
};

export const colourStyle = onDemand(
  (): Style => ({
    bold: between(1, 22),
    dim: between(2, 22),
    red: between(31, 39),
    green: between(32, 39),
    yellow: between(33, 39),
    blue: between(34, 39),
    cyan: between(36, 39),
  }),
);

/** Where text goes. */
export interface Screen {
  /** False for a pipe or a file: then text is plain lines, one thing each, never cut. */
  readonly isTerminal: boolean;
  /** Columns. */
  readonly width: number;
  readonly style: Style;
}

/** Plain lines for nobody in particular. */
export const blankScreen: Screen = { isTerminal: false, width: 80, style: plainStyle };

export interface ScreenFacts {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** False when the caller has said --no-color. */
  readonly isColourWanted: boolean;
  /** Columns of the terminal, asked for only where text is laid out by them. */
  measure(): number | undefined;
}

/** The screen behind a descriptor. COLUMNS gives the width, else the terminal. */
export function screenFor(facts: ScreenFacts): Screen {
  let width: number | undefined;
  return {
    isTerminal: facts.isTerminal,
    get width() {
      width ??= Math.max(smallestWidth, widthFrom(facts) ?? usualWidth);
      return width;
    },
    style: hasColour(facts) ? colourStyle() : plainStyle,
  };
}

const usualWidth = 80;
const smallestWidth = 20;

function widthFrom({ env: { COLUMNS }, isTerminal, measure }: ScreenFacts): number | undefined {
  const given = COLUMNS !== undefined && isDigits(COLUMNS, 5) ? Number(COLUMNS) : 0;
  if (given > 0) return given;
  return isTerminal ? measure() : undefined;
}

/**
 * Whoever says no is heard first: --no-color, NO_COLOR when it is not empty (no-color.org), TERM=dumb, CLICOLOR=0. CLICOLOR_FORCE
 * asks for colours in a pipe, too (bixense.com/clicolors).
 */
function hasColour({ isTerminal, env, isColourWanted }: ScreenFacts): boolean {
  if (!isColourWanted || (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb") return false;
  if ((env.CLICOLOR_FORCE ?? "0") !== "0" && env.CLICOLOR_FORCE !== "") return true;
  return isTerminal && env.CLICOLOR !== "0";
}

function between(start: number, end: number): (text: string) => string {
  return (text) => (text === "" ? "" : `\u001b[${start}m${text}\u001b[${end}m`);
}
