import { promptText } from '../../model/content.ts';
import type { Handlers, ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { Client } from '../clients.ts';
import type { LiveSession, LiveSessions } from '../live/liveSessions.ts';
import type { Records } from '../stored/records.ts';
import type { RestoreOutcome } from '../undo/fileChanges.ts';
import { sharedFiles } from '../undo/sharedFiles.ts';

type ChangeMethod =
  'session/changes' | 'session/change' | 'session/textBefore' | 'session/restorePlan' | 'session/restore' | 'session/review';

/** Lines of a change that one answer gives, and letters of one line. */
const mostLines = 2000;
const longestLine = 1000;
/** Letters of a prompt that name its turn. */
const promptLength = 200;

/** The requests about files that a session changed. */
export function changeHandlers(sessions: LiveSessions, records: Records): Pick<Handlers<HostRequests, Client>, ChangeMethod> {
  return {
    'session/changes': async ({ sessionId }) => {
      const { state } = (await sessions.get(sessionId)).session;
      return {
        files: [...state.files],
        turns: state.turns.flatMap(({ id, index, prompt, startedAt, files = [] }) =>
          files.length === 0
            ? []
            : { turn: id, index, prompt: promptText(prompt).slice(0, promptLength), at: startedAt, files: [...files] },
        ),
      };
    },
    'session/change': async ({ sessionId, turn, path }) => {
      const { review, parts } = await (await sessions.get(sessionId)).changes.show(turn, path);
      return parts === undefined ? { review, isCut: false } : { review, ...cutParts(parts) };
    },
    'session/textBefore': async ({ sessionId, path, turn, now }) => (await sessions.get(sessionId)).changes.textBefore(path, turn, now),
    'session/restorePlan': async ({ sessionId, turn }) => {
      const { session, changes, turns } = await sessions.get(sessionId);
      const { steps, left } = await changes.preview(turn);
      const { files, working } = sharedFiles(
        session.state,
        [...steps, ...left].map(({ path }) => path),
        sessions.live.map((each) => ({ state: each.session.state, isRunning: each.turns.isRunning })),
      );
      return {
        files: steps.map(({ path, now, next, isMerged }) => ({
          path,
          does: next === undefined ? ('delete' as const) : now === undefined ? ('create' as const) : ('write' as const),
          isMerged,
        })),
        left: [...left],
        isRunning: turns.isRunning,
        ...(files.length === 0 ? {} : { shared: files.map(({ path, titles }) => ({ path, titles: [...titles] })) }),
        ...(working.length === 0 ? {} : { working: [...working] }),
      };
    },
    'session/restore': async ({ sessionId, to }, client) => {
      const live = await sessions.get(sessionId);
      const { changes } = live;
      return told(
        live,
        records,
        'turn' in to ? await changes.restore(to.turn, client.name) : await changes.takeBack(to.restore, client.name),
      );
    },
    'session/review': async ({ sessionId, decision, ...choice }, client) => {
      const live = await sessions.get(sessionId);
      if (decision === 'undo') return told(live, records, await live.changes.undo(choice, client.name));
      await live.changes.keep(choice, client.name);
      return { restored: 0, left: [] };
    },
  };
}

/** A restore is told in the last turn, whose page in the history is written anew. */
function told(
  { session }: LiveSession,
  records: Records,
  { entry, restored, left }: RestoreOutcome,
): ResultOf<HostRequests['session/restore']> {
  const { state } = session;
  if (entry !== undefined) records.write(state, state.turns.at(-1));
  return { restored, left, ...(entry === undefined ? {} : { entry }) };
}

type Parts = NonNullable<ResultOf<HostRequests['session/change']>['parts']>;

/** Whole parts as long as there is room; the first one is cut rather than left out. */
function cutParts(parts: Parts): { readonly parts: Parts; readonly isCut: boolean } {
  const shown: Parts[number][] = [];
  let room = mostLines;
  for (const { id, review, oldStart, newStart, lines } of parts) {
    if (room <= 0) break;
    shown.push({ id, review, oldStart, newStart, lines: lines.slice(0, room).map((line) => line.slice(0, longestLine)) });
    room -= lines.length;
  }
  return { parts: shown, isCut: room < 0 || shown.length < parts.length };
}
