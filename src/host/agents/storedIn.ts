import * as path from 'node:path';
import type { StoredSessions } from './agentPort.ts';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, listOf, wordsOf } from './fields.ts';

/** Reads the answer to `session/list`. What has no id, or no folder, is left out. */
export function storedIn(answer: Fields): StoredSessions {
  const next = wordsOf(answer['nextCursor']);
  const sessions = listOf(answer['sessions'])
    .slice(0, 1000)
    .flatMap((item) => {
      const fields = fieldsOf(item);
      const acpSessionId = wordsOf(fields?.['sessionId']);
      const cwd = wordsOf(fields?.['cwd']);
      if (acpSessionId === undefined || cwd === undefined || !path.isAbsolute(cwd)) return [];
      const title = wordsOf(fields?.['title'])?.replace(/\s+/g, ' ').trim();
      const updatedAt = wordsOf(fields?.['updatedAt']);
      return [
        {
          acpSessionId,
          cwd,
          ...(title === undefined ? {} : { title: cut(title, 200) }),
          ...(updatedAt === undefined ? {} : { updatedAt: cut(updatedAt, 60) }),
        },
      ];
    });
  return { sessions, ...(next === undefined ? {} : { next }) };
}
