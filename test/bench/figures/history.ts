/** What it costs to write turns down in git, and what a person who commits meanwhile feels of it. */
import { execFile } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { simpleGit } from 'simple-git';
import { BenchHost, createSession, send, textsOf } from '../benchHost.ts';
import type { Figure, Reading } from '../figure.ts';
import { markdown, recording } from '../recordings.ts';
import { median, repeat, timed } from '../samples.ts';

const run = promisify(execFile);

/** The size of a turn, in characters. */
const turnSize = 4000;

/** A turn's record beside an ordinary commit of a file of the same size, and the person's commits beside five sessions that write. */
export const historyFigure: Figure = {
  name: 'history',
  needs: 'programs',
  async measure({ programs }) {
    const place = await BenchHost.open(programs);
    try {
      const alone = await repeat(12, 2, (round) => commitAsPerson(place, `alone-${String(round)}`));
      const porcelain = await repeat(12, 2, (round) => commitWithLibrary(place, `library-${String(round)}`));
      const link = await place.attached({ history: 'ref' });
      const message = recording(join(place.scratch.folder, 'recordings'), 'turn', [{ say: markdown(turnSize) }]);
      const sessionId = await createSession(link, place.folder);
      await link.call('session/follow', { sessionId });
      const ours = await repeat(15, 3, () => recordOne(place, link, sessionId, message));
      const anchor = { what: 'add and commit of such a file through simple-git', value: median(porcelain) };
      const commit: Reading = {
        quantity: 'history commit, from the turn’s end to the ref',
        unit: 'ms',
        samples: ours,
        anchor,
        goals: [
          { of: 'p95', limit: 90 },
          { of: 'ratio', limit: 0.6 },
        ],
      };
      return [commit, ...(await beside(place, link, message, median(alone)))];
    } finally {
      await place.close();
    }
  },
};

/** Milliseconds from the end of a turn, as its event says it, until the ref's file was written. */
async function recordOne(place: BenchHost, link: HostLink, sessionId: string, message: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const listening = link.on('session/events', ({ events }) => {
    const end = events.find(({ fact }) => fact.type === 'turn.ended');
    if (end !== undefined) resolve(Date.parse(end.at));
  });
  const before = writtenAt(place);
  await send(link, sessionId, message);
  const ended = await promise;
  listening.dispose();
  const limit = Date.now() + 15_000;
  while (writtenAt(place) <= before) {
    if (Date.now() > limit) throw new Error('The history of a turn was not written in 15 s.');
    await new Promise((later) => setTimeout(later, 2));
  }
  const milliseconds = writtenAt(place) - ended;
  // What follows the commit on our side must not be counted with the next turn.
  await link.call('history/read', { sessionId });
  return milliseconds;
}

/** When the ref was written last, in milliseconds; 0 when there is none. */
function writtenAt(place: BenchHost): number {
  const folder = join(place.folder, '.git', 'refs', 'session-loom', 'history');
  try {
    return Math.max(0, ...readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs));
  } catch {
    return 0;
  }
}

/** Milliseconds of an ordinary commit of one new file. */
async function commitAsPerson(place: BenchHost, name: string): Promise<number> {
  const git = (...args: readonly string[]) => run('git', ['-C', place.folder, ...args], { env: place.scratch.env });
  writeFileSync(join(place.folder, `${name}.md`), `${name}\n${markdown(turnSize)}`);
  return timed(async () => {
    await git('add', `${name}.md`);
    await git('commit', '--quiet', '--message', name);
  });
}

/** The same as most extensions do it: through the library that the product uses, with its usual commands. */
async function commitWithLibrary(place: BenchHost, name: string): Promise<number> {
  // The library refuses an environment that names an editor, as npm sets one.
  const environment = Object.fromEntries(Object.entries(textsOf(place.scratch.env)).filter(([variable]) => !/EDITOR|PAGER/.test(variable)));
  const git = simpleGit({ baseDir: place.folder, maxConcurrentProcesses: 1 }).env(environment);
  writeFileSync(join(place.folder, `${name}.md`), `${name}\n${markdown(turnSize)}`);
  return timed(async () => {
    await git.add(`${name}.md`);
    await git.commit(name, `${name}.md`);
  });
}

/** The person commits while five sessions end one turn after the other. */
async function beside(place: BenchHost, link: HostLink, message: string, alone: number): Promise<readonly Reading[]> {
  const sessions = await Promise.all(Array.from({ length: 5 }, () => createSession(link, place.folder)));
  let goesOn = true;
  let turns = 0;
  const listening = link.on('session/events', ({ events }) => (turns += events.filter(({ fact }) => fact.type === 'turn.ended').length));
  const writing = sessions.map(async (sessionId) => {
    await link.call('session/follow', { sessionId });
    while (goesOn) {
      await send(link, sessionId, message);
      await new Promise((later) => setTimeout(later, 200));
    }
  });
  let failed = 0;
  const samples = await repeat(20, 2, async (round) => {
    try {
      return await commitAsPerson(place, `beside-${String(round)}`);
    } catch {
      failed += 1;
      return Number.NaN;
    }
  });
  goesOn = false;
  await Promise.all(writing);
  listening.dispose();
  if (turns === 0) throw new Error('No turn ended while the person committed.');
  const { stdout } = await run('git', ['-C', place.folder, 'log', '--format=%s', '--name-only'], { env: place.scratch.env });
  const swallowed = stdout.split('\n').filter((line) => line.includes('/')).length;
  const good = samples.filter((value) => !Number.isNaN(value));
  return [
    {
      quantity: 'a person’s own commit beside five sessions that are written down',
      unit: 'ms',
      samples: good,
      anchor: { what: 'with nothing beside it', value: alone },
      goals: [],
      note: `${String(turns)} turns ended meanwhile`,
    },
    {
      quantity: 'commits of the person that failed or took a file of ours',
      unit: '',
      value: failed + swallowed,
      goals: [{ of: 'value', limit: 0 }],
    },
  ];
}
