import assert from 'node:assert/strict';
import { HostRig } from '../support/hostRig.ts';

describe('R1.12 R6.6 no git on the path', () => {
  let rig: HostRig;

  before(() => {
    rig = new HostRig({ environment: { PATH: '/nowhere' } });
  });

  after(() => rig.close());

  it('sessions work, and one notice says what is missing and what to do', async () => {
    const link = rig.link();
    const notices: string[] = [];
    link.on('host/notice', ({ text }) => notices.push(text));
    const { session } = await link.call('session/create', { folder: rig.folder });
    const ended = new Promise<void>((resolve) => {
      link.on('sessions/changed', ({ changed }) => {
        if (changed.some(({ id, turns, status }) => id === session.id && turns === 1 && status === 'finished')) resolve();
      });
    });
    await link.call('session/prompt', { sessionId: session.id, parts: [{ type: 'text', text: '/help' }] });
    await ended;
    const { problem, pages } = await link.call('history/read', { sessionId: session.id });
    assert.match(problem ?? '', /git was not found on the path/i);
    assert.deepEqual(pages, []);
    assert.equal(notices.filter((text) => text.includes('git was not found')).length, 1);
    await assert.rejects(link.call('specs/candidates', { folder: rig.folder }), /git was not found on the path/i);
  });
});
