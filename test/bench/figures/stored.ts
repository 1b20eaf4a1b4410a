/** What ten thousand stored sessions cost a host that starts, in time and in memory. */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { BenchHost, pidOf } from '../benchHost.ts';
import { storeSessions } from '../conversations.ts';
import type { Figure } from '../figure.ts';
import { settledMegabytes } from '../proc.ts';
import { repeat } from '../samples.ts';

const stored = 10_000;

/** Starting with the catalogue, starting without it, and what the sessions add to the memory. */
export const storedFigure: Figure = {
  name: 'stored',
  needs: 'programs',
  async measure({ programs }) {
    const place = await BenchHost.open(programs);
    try {
      const empty = await place.attached();
      const idle = await settledMegabytes(pidOf(empty));
      await place.end(empty);
      await storeSessions(
        place.location,
        Array.from({ length: stored }, (_, index) => ({ title: `Stored session ${String(index)}`, messages: 4 + (index % 5) * 2 })),
      );
      const parse = parseEverything(join(place.location.dataFolder, 'sessions'));
      const rebuilt = await startAndList(place);
      await place.end(rebuilt.link);
      const starts = await repeat(5, 1, async () => {
        const { link, first } = await startAndList(place);
        await place.end(link);
        return first;
      });
      const last = await startAndList(place);
      const full = await settledMegabytes(pidOf(last.link));
      await place.end(last.link);
      rmSync(join(place.location.dataFolder, 'catalogue.db'));
      const again = await startAndList(place);
      await place.end(again.link);
      const anchor = { what: 'reading and parsing every journal', value: parse };
      return [
        {
          quantity: 'host start to the first page of 10,000 stored sessions',
          unit: 'ms',
          samples: starts,
          anchor,
          goals: [{ of: 'p95', limit: 300 }],
        },
        {
          quantity: 'the same without a catalogue, until the list is whole',
          unit: 'ms',
          samples: [rebuilt.all, again.all],
          anchor,
          goals: [],
        },
        {
          quantity: 'host memory, added by 10,000 stored sessions',
          unit: 'MB',
          value: full - idle,
          anchor: { what: 'the same host without them', value: idle },
          goals: [{ of: 'value', limit: 25 }],
        },
      ];
    } finally {
      await place.close();
    }
  },
};

/** What a window asks for: so many rows at once, and pages of them until it has so many. */
const page = 500;
const eager = 2000;

/** A host that was started, and how long it took until the first page was there, and until the host knew of all sessions. */
interface Started {
  readonly link: HostLink;
  readonly first: number;
  readonly all: number;
}

/** Starts a host and reads its list as a window does. */
async function startAndList(place: BenchHost): Promise<Started> {
  const started = performance.now();
  const link = await place.attached();
  let { sessions, total } = await link.call('sessions/list', { includeArchived: true, limit: page });
  const first = performance.now() - started;
  for (let read = sessions.length; read < Math.min(total, eager) && sessions.length > 0; read += sessions.length) {
    const before = sessions.at(-1)?.id;
    ({ sessions, total } = await link.call('sessions/list', {
      includeArchived: true,
      limit: page,
      ...(before === undefined ? {} : { before }),
    }));
  }
  while (total < stored) {
    if (performance.now() - started > 120_000) throw new Error(`The host knows ${String(total)} sessions after two minutes.`);
    // While the catalogue is made anew the list grows; asking for it without a pause would slow that down.
    await new Promise((resolve) => setTimeout(resolve, 50));
    ({ total } = await link.call('sessions/list', { includeArchived: true, limit: 1 }));
  }
  return { link, first, all: performance.now() - started };
}

/** The least that a program without an index must do: read each journal and parse each line of it. Milliseconds. */
function parseEverything(folder: string): number {
  const started = performance.now();
  let records = 0;
  for (const session of readdirSync(folder)) {
    for (const file of readdirSync(join(folder, session)).filter((name) => name.endsWith('.jsonl'))) {
      for (const line of readFileSync(join(folder, session, file), 'utf8').split('\n')) {
        if (line === '') continue;
        // The JSON follows two hexadecimal numbers of eight digits.
        JSON.parse(line.slice(18));
        records++;
      }
    }
  }
  if (records < stored) throw new Error('The journals hold less than was written.');
  return performance.now() - started;
}
