/** How many updates a second get from an agent's pipe into the journal. */
import { silentLog } from '../../../src/base/log.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import { Journal } from '../../../src/host/journal/journal.ts';
import { SessionEvent } from '../../../src/model/events.ts';
import { join } from 'node:path';
import { flooding } from '../agents/settings.ts';
import { BareAgent } from '../bareAgent.ts';
import { BenchHost, createSession, send, textsOf, whenRests } from '../benchHost.ts';
import type { Figure } from '../figure.ts';
import { median, repeat } from '../samples.ts';

const updates = 200_000;

/** The product with its journal on, beside the official SDK with a handler that only counts, both fed by the same agent. */
export const ingestFigure: Figure = {
  name: 'ingest',
  needs: 'programs',
  async measure({ programs }) {
    const place = await BenchHost.open(programs);
    try {
      const link = await place.attached();
      const ours = await repeat(4, 1, async () => {
        const sessionId = await createSession(link, place.folder, { agent: flooding.id });
        const rests = whenRests(link, sessionId);
        await send(link, sessionId, String(updates));
        await rests;
        const rate = await rateInJournal(place, sessionId);
        await link.call('session/delete', { sessionId });
        return rate;
      });
      const bare = await BareAgent.start({ ...flooding, env: textsOf(place.scratch.env), cwd: place.folder });
      const pipe = await repeat(4, 1, async () => {
        let seen = 0;
        const milliseconds = await bare.prompt(String(updates), () => seen++);
        if (seen !== updates) throw new Error(`The bare pipe lost updates: ${String(seen)} of ${String(updates)} came.`);
        return updates / (milliseconds / 1000);
      });
      await bare.close();
      return [
        {
          quantity: 'ingest with the journal on, updates',
          unit: '/s',
          value: median(ours),
          anchor: { what: 'the bare SDK pipe', value: median(pipe) },
          goals: [
            { of: 'value', limit: 50_000, least: true },
            { of: 'ratio', limit: 0.5, least: true },
          ],
        },
      ];
    } finally {
      await place.close();
    }
  },
};

/** Updates a second, by the times in the journal itself: from the start of the turn to the last text. Rejects when a word is missing. */
async function rateInJournal(place: BenchHost, sessionId: string): Promise<number> {
  const { records } = await Journal.open<SessionEvent>({
    folder: join(place.location.dataFolder, 'sessions', sessionId),
    epoch: 0,
    files: diskFiles,
    log: silentLog,
    mode: 'read',
    parse: (value) => SessionEvent.safeParse(value).data,
  });
  const started = records.find(({ fact }) => fact.type === 'turn.started');
  const said = records.filter(({ fact }) => fact.type === 'text.added');
  const words =
    said
      .flatMap(({ fact }) => (fact.type === 'text.added' ? fact.text : ''))
      .join('')
      .match(/word \d+ /g)?.length ?? 0;
  const last = said.at(-1);
  if (started === undefined || last === undefined || words !== updates)
    throw new Error(`${String(words)} of ${String(updates)} updates are in the journal.`);
  return updates / ((Date.parse(last.at) - Date.parse(started.at)) / 1000);
}
