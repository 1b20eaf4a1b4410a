/** What a person who looks at nine sessions sees of a tenth whose agent floods. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writeSettings } from '../../support/vscode/settings.ts';
import { flooding, stamping } from '../agents/settings.ts';
import { BenchWindow } from '../benchWindow.ts';
import type { Figure } from '../figure.ts';
import { inGrid, openInGrid } from '../grid.ts';
import { windowSettings } from '../ground.ts';
import { percentile } from '../samples.ts';

const rate = 20;
/** Seconds for which the pages are watched, without and with the flood. */
const watched = 8;
/** Updates of the flood: more than can be taken while it is watched. */
const floodOf = 30_000_000;
/** Seconds for which the nine speak: longer than the figure takes. */
const spoken = 200;

/**
 * Nine panels side by side in the real window, each with a session of 20 updates a second, all of them of one agent process. Each update says when it was
 * sent, and is found after the frame in which it was painted. The session that floods lies in a tab behind the first.
 */
export const floodPagesFigure: Figure = {
  name: 'flood-pages',
  needs: 'window',
  async measure(ground) {
    const { server } = await ground.harness();
    const place = await BenchWindow.open(ground);
    const begins = join(place.harness.scratch.folder, 'flood-begins');
    const useAgent = async (defaultAgent: string): Promise<void> => {
      await writeSettings(server.settingsFile, { ...windowSettings, 'sessionLoom.defaultAgent': defaultAgent });
      // Nothing says when VS Code has read the file.
      await wait(3000);
    };
    const watch = async (): Promise<readonly number[]> => {
      const samples = await place.probe.stamps(() => wait(watched * 1000));
      const all = inGrid * rate * watched;
      if (samples.length < all * 0.9) throw new Error(`Only ${String(samples.length)} of ${String(all)} updates came to the screen.`);
      return samples;
    };
    try {
      await useAgent(flooding.id);
      await place.newSession();
      await place.write(`${String(floodOf)} ${begins}`);
      await place.press('Enter');
      await place.chat.status('Working').waitFor();
      await useAgent(stamping.id);
      await place.window.runCommand('View: Toggle Primary Side Bar Visibility');
      await openInGrid(place, `${String(spoken)} ${String(rate)}`);
      await wait(2000);
      const before = await watch();
      writeFileSync(begins, '');
      await wait(1000);
      const during = await watch();
      return [
        {
          quantity: 'update → pixels, nine panels side by side at 20/s beside a flood, p95',
          unit: 'ms',
          value: percentile(during, 0.95),
          anchor: { what: 'the same before the flood', value: percentile(before, 0.95) },
          goals: [{ of: 'ratio', limit: 2 }],
        },
      ];
    } finally {
      await place.close();
      await writeSettings(server.settingsFile, windowSettings);
    }
  },
};
