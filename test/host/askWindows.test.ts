import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoomError } from '../../src/base/errors.ts';
import type { HostLink } from '../../src/client/hostLink.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const readThenWrite = [
  { request: { method: 'fs/read_text_file', params: { path: 'a.txt', line: 2, limit: 1 } } },
  { say: '{{answer}}' },
  { request: { method: 'fs/write_text_file', params: { path: 'a.txt', content: 'of the agent' } } },
  { say: '{{answer}}' },
];

describe('R6.14 R6.15 What lives only in an editor is asked of a window', function () {
  this.timeout(60_000);
  let rig: HostRig;
  before(() => (rig = new HostRig()));
  after(() => rig.close());

  const settings = settingsWith({ ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify({ turns: [readThenWrite] }) }), id: 'files' });
  const turnIn = async (link: HostLink): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'files' });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('go');
    await follower.ended(0);
    return follower;
  };
  const file = (): string => join(rig.folder, 'a.txt');

  it('of the one that has the session open: what is not saved is read, and what is written is its edit', async () => {
    writeFileSync(file(), 'one\non the disk\n');
    const asked: string[] = [];
    const other = await rig.attached({
      settings,
      window: {
        'window/readFile': () => assert.fail('The other window was asked.'),
        'window/writeFile': () => assert.fail('The other window was asked.'),
      },
    });
    const link = await rig.attached({
      window: {
        'window/readFile': ({ path }) => {
          asked.push(`read ${path}`);
          return { text: 'one\nnot saved\nthree' };
        },
        'window/writeFile': ({ path, text }) => {
          asked.push(`write ${path}`);
          writeFileSync(path, text);
          return { written: { before: 'not saved', after: `${text}, formatted` } };
        },
      },
    });
    // Who attached last would be asked first, were it not for the session.
    const last = await rig.attached({ window: { 'window/readFile': () => assert.fail('The last window was asked.') } });
    const follower = await turnIn(link);
    assert.match(follower.text, /"content":"not saved\\n"/);
    assert.deepEqual(asked, [`read ${file()}`, `write ${file()}`]);
    const entry = follower.lastTurn?.entries.find((each) => each.kind === 'tool');
    const diff = entry?.content.find((part) => part.type === 'diff')?.diff;
    assert.equal(diff?.before?.text, 'not saved');
    assert.equal(diff.after.text, 'of the agent, formatted');
    for (const each of [other, link, last]) each.dispose();
  });

  it('and of none when none can answer: then the disk counts', async () => {
    writeFileSync(file(), 'one\non the disk\n');
    const gone = rig.link({ settings, window: { 'window/readFile': () => new Promise(() => gone.dispose()) } });
    await gone.attach('start');
    const broken = await rig.attached({
      settings,
      window: {
        'window/readFile': () => Promise.reject(new LoomError('internal', 'It has no editor.')),
        'window/writeFile': () => ({}),
      },
    });
    const follower = await turnIn(broken);
    assert.match(follower.text, /"content":"on the disk\\n"/);
    assert.equal(readFileSync(file(), 'utf8'), 'of the agent');
    broken.dispose();
  });

  it('and a window that could not save says so to the agent, and nothing is written over it', async () => {
    writeFileSync(file(), 'one\non the disk\n');
    const link = await rig.attached({
      settings,
      window: {
        'window/readFile': () => ({}),
        'window/writeFile': () => ({ written: { before: '', after: '' }, problem: 'It could not be saved.' }),
      },
    });
    const follower = await turnIn(link);
    assert.match(follower.text, /It could not be saved\./);
    assert.equal(readFileSync(file(), 'utf8'), 'one\non the disk\n');
    await until(() => follower.lastTurn?.reason === 'finished');
  });
});
