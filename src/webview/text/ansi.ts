import anser from 'anser';
import { makeVisible } from './visible.ts';

/** A piece of terminal output in one style. */
export interface AnsiSpan {
  readonly text: string;
  /** Classes such as `ansi-red-fg` and `ansi-bold`. */
  readonly classes: string;
  /** Colours that no class names, as CSS. */
  readonly color?: string;
  readonly background?: string;
}

const operatingSystemCommand = /\u001b[\]P^_X][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)/g;
const otherEscapes = /\u001b(?:\[[0-?]{0,64}[ -/]{0,8}[@-ln-~]|[ -/]{1,8}[0-~]|[0-Z\\^-~])/g;

/**
 * What a terminal would show in the end: links and titles (OSC) become their text or nothing, a carriage return writes over its line,
 * cursor movements are dropped. Colours (SGR) stay.
 */
export function settleTerminal(text: string): string {
  const plain = text.replace(operatingSystemCommand, '').replace(otherEscapes, '').replaceAll('\r\n', '\n');
  if (!plain.includes('\r') && !plain.includes('\u0008')) return plain;
  return plain
    .split('\n')
    .map((line) => writeOver(line))
    .join('\n');
}

/** Only the last writing of a line is kept, which is what progress bars want. */
function writeOver(line: string): string {
  const writings = line.split('\r').filter((writing) => writing !== '');
  let last = writings.at(-1) ?? '';
  while (last.includes('\u0008')) {
    const next = last.replace(/[^\u0008]\u0008|^\u0008+/g, '');
    if (next === last) break;
    last = next;
  }
  return last;
}

/** Terminal output as styled pieces; what is left of control characters is made visible. Cap the text before. */
export function ansiSpans(text: string): readonly AnsiSpan[] {
  return anser.ansiToJson(settleTerminal(text), { json: true, use_classes: true, remove_empty: true }).map((part) => {
    const classes = [
      ...colorClass(part.fg, 'fg'),
      ...colorClass(part.bg, 'bg'),
      ...part.decorations.map((decoration) => `ansi-${decoration}`),
    ];
    const color = cssColor(part.fg, part.fg_truecolor);
    const background = cssColor(part.bg, part.bg_truecolor);
    return {
      text: makeVisible(part.content),
      classes: classes.join(' '),
      ...(color === undefined ? {} : { color }),
      ...(background === undefined ? {} : { background }),
    };
  });
}

/** `anser` gives null where there is no colour, though its types say string. */
function colorClass(name: string | null, side: 'fg' | 'bg'): readonly string[] {
  return name !== null && /^ansi-[a-z-]+$/.test(name) && name !== 'ansi-truecolor' ? [`${name}-${side}`] : [];
}

function cssColor(name: string | null, trueColor: string | null): string | undefined {
  if (name === 'ansi-truecolor' && trueColor !== null && /^\d+, \d+, \d+$/.test(trueColor)) return `rgb(${trueColor})`;
  const palette = name === null ? null : /^ansi-palette-(\d+)$/.exec(name);
  return palette === null ? undefined : paletteColor(Number(palette[1]));
}

/** The 240 upper colours of the usual 256: a cube of 6 × 6 × 6, then 24 greys. */
function paletteColor(index: number): string | undefined {
  if (index < 16 || index > 255) return undefined;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))}, ${level(Math.floor(cube / 6) % 6)}, ${level(cube % 6)})`;
}
