import assert from 'node:assert/strict';
import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TurnRecord } from '../../src/agent/record.ts';
import { folderStore, memoryStore } from '../../src/agent/store.ts';
import type { ConversationStore, StoredUpdate } from '../../src/agent/store.ts';
import { temporaryFolder } from './runningAgent.ts';

const said = (at: number, text: string): StoredUpdate => ({
  at,
  update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
});
const header = (sessionId: string) => ({ play: 1 as const, sessionId, roots: ['/work'] as const, createdAt: '2026-01-01T00:00:00.000Z' });

/** What every store of conversations promises. */
function promises(name: string, open: () => { store: ConversationStore; readonly close: () => void }): void {
  describe(`R6.14 conversations kept ${name}`, () => {
    it('come back as they were stored, and are gone when deleted', async () => {
      const { store, close } = open();
      try {
        await store.create(header('one'));
        await store.append('one', [said(1, 'a')]);
        await store.append('one', [said(2, 'b'), said(3, 'c')]);
        await store.create(header('other'));
        assert.deepEqual((await store.read('one'))?.updates, [said(1, 'a'), said(2, 'b'), said(3, 'c')]);
        assert.deepEqual((await store.list()).map((conversation) => conversation.header.sessionId).sort(), ['one', 'other']);
        assert.equal(await store.delete('one'), true);
        assert.equal(await store.delete('one'), false);
        await store.append('one', [said(4, 'd')]);
        assert.equal(await store.read('one'), undefined);
      } finally {
        close();
      }
    });
  });
}

promises('in memory', () => ({ store: memoryStore(), close: () => undefined }));
promises('in a folder', () => {
  const folder = temporaryFolder();
  return { store: folderStore(join(folder.path, 'state')), close: () => folder.remove() };
});

describe('R6.14 a folder of conversations', () => {
  it('is readable by its owner only, and survives damaged lines and files that are no conversation', async () => {
    const folder = temporaryFolder();
    try {
      const store = folderStore(join(folder.path, 'state'));
      assert.deepEqual(await store.list(), []);
      await store.create(header('one'));
      await store.append('one', [said(1, 'a')]);
      appendFileSync(join(folder.path, 'state', 'one.jsonl'), '{"at":2,"upd');
      writeFileSync(join(folder.path, 'state', 'foreign.jsonl'), 'something else');
      assert.deepEqual(
        (await store.list()).map(({ updates }) => updates),
        [[said(1, 'a')]],
      );
      if (process.platform !== 'win32') assert.equal(statSync(join(folder.path, 'state', 'one.jsonl')).mode & 0o077, 0);
    } finally {
      folder.remove();
    }
  });
});

describe('R6.14 a turn is stored merged', () => {
  it('joins chunks of one kind, folds updates into their call and keeps the last plan and usage', () => {
    const record = new TurnRecord();
    record.add(said(0, 'Hel').update);
    record.add(said(0, 'lo').update);
    record.add({ sessionUpdate: 'tool_call', toolCallId: '1', title: 'Run', status: 'pending' });
    record.add({ sessionUpdate: 'plan', entries: [] });
    record.add({ sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'completed', title: null });
    record.add({ sessionUpdate: 'tool_call_update', toolCallId: 'unknown', status: 'failed' });
    record.add({ sessionUpdate: 'plan', entries: [{ content: 'x', priority: 'low', status: 'pending' }] });
    record.add(said(0, 'again').update);
    assert.deepEqual(record.take(), [
      said(0, 'Hello').update,
      { sessionUpdate: 'tool_call', toolCallId: '1', title: 'Run', status: 'completed' },
      { sessionUpdate: 'plan', entries: [{ content: 'x', priority: 'low', status: 'pending' }] },
      { sessionUpdate: 'tool_call_update', toolCallId: 'unknown', status: 'failed' },
      said(0, 'again').update,
    ]);
    assert.deepEqual(record.take(), []);
  });
});
