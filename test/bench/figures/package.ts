/** How much is downloaded. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { distFolder } from '../../../scripts/paths.ts';
import type { Figure } from '../figure.ts';

/** The size of the VSIX, beside what is in it before it is compressed. */
export const packageFigure: Figure = {
  name: 'package',
  needs: 'programs',
  measure({ programs }) {
    const bytes = readdirSync(distFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    return Promise.resolve([
      {
        quantity: 'VSIX, universal, no native module',
        unit: 'MB',
        value: programs.vsixBytes / 1e6,
        anchor: { what: 'unpacked', value: bytes / 1e6 },
        goals: [{ of: 'value', limit: 2 }],
      },
    ]);
  },
};
