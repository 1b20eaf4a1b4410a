/** Stored sessions, written by the product's own code: a thousand short ones, or a few very long ones. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { idFromBytes } from '../../src/base/ids.ts';
import { silentLog } from '../../src/base/log.ts';
import { claimEpoch } from '../../src/host/stored/epochs.ts';
import { prepareDataFolder } from '../../src/host/stored/dataFolder.ts';
import type { JournalFiles } from '../../src/host/journal/files.ts';
import { diskFiles } from '../../src/host/journal/files.ts';
import { Session } from '../../src/host/session/session.ts';
import type { Fact } from '../../src/model/events.ts';
import type { WorkspaceLocation } from '../../src/protocol/location.ts';

/** What a stored session is to hold. `messages` counts prompts and answers: two of them are a turn. */
export interface StoredSession {
  readonly title: string;
  readonly messages: number;
}

/** The disk without its syncs: nobody pulls the plug while a benchmark lays out its data. */
const unsynced: JournalFiles = {
  ...diskFiles,
  syncFolder: () => Promise.resolve(),
  create: (file) => ({ ...diskFiles.create(file), sync: () => Promise.resolve() }),
  openExisting: (file) => ({ ...diskFiles.openExisting(file), sync: () => Promise.resolve() }),
};

/** Writes the journals of these sessions, the first the oldest, and gives back their ids. No host may run meanwhile. */
export async function storeSessions(location: WorkspaceLocation, sessions: readonly StoredSession[]): Promise<string[]> {
  await prepareDataFolder(location);
  const epoch = await claimEpoch(location.dataFolder);
  mkdirSync(join(location.dataFolder, 'sessions'), { recursive: true, mode: 0o700 });
  const ids: string[] = [];
  let clock = Date.now() - 3_600_000 * 24;
  for (const stored of sessions) {
    const id = idFromBytes(randomBytes(12));
    const { session } = await Session.open(id, {
      folder: join(location.dataFolder, 'sessions', id),
      epoch,
      files: unsynced,
      quarantineFolder: join(location.dataFolder, 'quarantine'),
      now: () => new Date((clock += 10)).toISOString(),
      log: silentLog,
    });
    session.record({
      type: 'session.created',
      id,
      title: stored.title,
      agent: 'built-in',
      folder: location.folder,
      cwd: location.folder,
      branch: 'main',
    });
    session.record({ type: 'session.renamed', title: stored.title, by: 'person' });
    for (let turn = 0; turn < stored.messages / 2; turn++) session.record(...turnOf(stored.title, turn));
    session.record({ type: 'session.viewed', read: true });
    await session.close();
    ids.push(id);
  }
  return ids;
}

/** What the last answer of a stored session ends with: whoever sees it sees the end. */
export function endOf({ title, messages }: StoredSession): string {
  return answerEnd(title, Math.ceil(messages / 2) - 1);
}

/** A turn as the host records it: the prompt, the streamed answer, the end, the seal. */
function turnOf(title: string, number: number): Fact[] {
  const turn = `t${String(number)}`;
  const entry = `${turn}-1`;
  const text = answerOf(title, number);
  const half = Math.floor(text.length / 2);
  const said = (part: string): Fact => ({ type: 'text.added', turn, entry, kind: 'message', text: part });
  const at = '2026-11-01T10:00:00.000Z';
  return [
    {
      type: 'turn.started',
      turn,
      prompt: [{ type: 'text', text: `Question ${String(number)}: what does the module do when a file is missing?` }],
    },
    said(text.slice(0, half)),
    said(text.slice(half)),
    { type: 'turn.ended', turn, reason: 'finished' },
    { type: 'turn.sealed', turn, entries: [{ id: entry, at, kind: 'message', text }] },
  ];
}

/** About 400 characters of markdown. */
function answerOf(title: string, number: number): string {
  return `It reads \`config.json\` **first** and falls back to defaults (case ${String(number)}).\n\n- the file is looked for in the folder of the workspace\n- a missing one is no error, a broken one is told with its line\n\n\`\`\`ts\nconst settings = await readSettings(folder) ?? defaults;\n\`\`\`\n\nNothing else depends on it, so that a change stays small. ${answerEnd(title, number)}`;
}

function answerEnd(title: string, number: number): string {
  return `End of answer ${String(number)} in ${title}.`;
}
