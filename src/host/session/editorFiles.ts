import { LoomError } from '../../base/errors.ts';
import type { EditorFiles } from '../agents/agentPort.ts';
import type { Windows } from '../windows.ts';

/** Milliseconds that an editor has to write and save: it may format a file first. */
const writeMs = 15_000;

/** The files of a session as the editors of its windows have them. */
export function editorFiles(windows: Windows, sessionId: string): EditorFiles {
  return {
    read: async (place) => (await windows.ask('window/readFile', place, { sessionId }))?.text,
    write: async (place, text) => {
      // A lone half of a pair would become another letter on its way.
      if (!text.isWellFormed()) return undefined;
      const answer = await windows.ask('window/writeFile', { ...place, text }, { sessionId, limitMs: writeMs });
      if (answer?.problem !== undefined) throw new LoomError('conflict', answer.problem);
      return answer?.written;
    },
  };
}
