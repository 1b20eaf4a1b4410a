/** Every figure, in the order of the table. */
import type { Figure } from './figure.ts';
import { recoveryFigure } from './figures/recovery.ts';
import { leakFigure } from './figures/leak.ts';
import { languageFigure } from './figures/language.ts';
import { killsFigure } from './figures/kills.ts';
import { floodFigure } from './figures/flood.ts';
import { floodPagesFigure } from './figures/floodPages.ts';
import { historyFigure } from './figures/history.ts';
import { activationFigure } from './figures/activation.ts';
import { createFigure } from './figures/create.ts';
import { ingestFigure } from './figures/ingest.ts';
import { liveFigure } from './figures/live.ts';
import { openFigure } from './figures/open.ts';
import { packageFigure } from './figures/package.ts';
import { pixelsFigure } from './figures/pixels.ts';
import { storedFigure } from './figures/stored.ts';
import { streamFigure } from './figures/stream.ts';
import { switchFigure } from './figures/switch.ts';
import { typingFigure } from './figures/typing.ts';
import { worktreeFigure } from './figures/worktree.ts';

/** The figures of the benchmark. Those that need a window come last, so that the first numbers come soon. */
export const figures: readonly Figure[] = [
  packageFigure,
  storedFigure,
  liveFigure,
  ingestFigure,
  floodFigure,
  languageFigure,
  leakFigure,
  historyFigure,
  worktreeFigure,
  killsFigure,
  activationFigure,
  createFigure,
  switchFigure,
  openFigure,
  streamFigure,
  typingFigure,
  pixelsFigure,
  floodPagesFigure,
  recoveryFigure,
];
