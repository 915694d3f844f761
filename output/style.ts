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

export const colourStyle: Style = {
  bold: between(1, 22),
  dim: between(2, 22),
  red: between(31, 39),
  green: between(32, 39),
  yellow: between(33, 39),
  blue: between(34, 39),
  cyan: between(36, 39),
};

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

/** The screen behind a descriptor. NO_COLOR counts when it is not empty (no-color.org); COLUMNS gives the width. */
export function screenFor(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
  isColourWanted: boolean,
): Screen {
  const hasColour = isTerminal && isColourWanted && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
  return { isTerminal, width: widthFrom(env.COLUMNS), style: hasColour ? colourStyle : plainStyle };
}

const usualWidth = 80;
const smallestWidth = 20;

function widthFrom(columns: string | undefined): number {
  const width = columns !== undefined && /^\d{1,5}$/.test(columns) ? Number(columns) : usualWidth;
  return Math.max(smallestWidth, width);
}

function between(start: number, end: number): (text: string) => string {
  return (text) => (text === "" ? "" : `\u001b[${start}m${text}\u001b[${end}m`);
}
