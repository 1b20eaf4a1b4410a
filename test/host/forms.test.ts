import assert from 'node:assert/strict';
import type { HostLink } from '../../src/client/hostLink.ts';
import type { QuestionEntry } from '../../src/model/entries.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent } from '../support/hostRig.ts';

const elicit = (params: object): object => ({ request: { method: 'elicitation/create', params } });
const colour = {
  mode: 'form',
  message: 'Which colour?',
  requestedSchema: {
    type: 'object',
    properties: { colour: { type: 'string', enum: ['red', 'blue'] }, count: { type: 'integer' } },
    required: ['colour'],
  },
};

describe('R6.14 R6.8 A form that an agent puts', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  const scripted = (id: string, ...steps: readonly object[]): ReturnType<typeof testAgent> => ({
    ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify({ turns: [[...steps, { say: '{{answer}}' }]] }) }),
    id,
  });
  before(async () => {
    rig = new HostRig();
    const done = `{"jsonrpc":"2.0","method":"elicitation/complete","params":{"elicitationId":"e1"}}`;
    const url = JSON.stringify({
      sessionId: 'scripted-1',
      mode: 'url',
      elicitationId: 'e1',
      message: 'Sign in',
      url: 'https://example.org',
    });
    const settings = settingsWith(
      scripted('form', elicit(colour)),
      scripted(
        'url',
        { raw: `{"jsonrpc":"2.0","id":77,"method":"elicitation/create","params":${url}}` },
        { wait: 100 },
        { raw: done },
        { wait: 100 },
      ),
      scripted('odd', elicit({ mode: 'hologram', message: 'Look' })),
    );
    link = await rig.attached({ settings });
  });
  after(() => rig.close());

  const asked = async (agent: string): Promise<{ readonly follower: Follower; readonly entry: QuestionEntry }> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('go');
    await follower.until((state) => state.turns.some((turn) => turn.entries.some((each) => each.kind === 'question')));
    const entry = follower.entries.find((each) => each.kind === 'question');
    assert.ok(entry !== undefined);
    return { follower, entry };
  };

  it('waits until a person answers, and gives the agent just that', async () => {
    const { follower, entry } = await asked('form');
    assert.equal(follower.state.counts.waiting, 1);
    const { sessionId } = follower;
    await assert.rejects(
      link.call('question/answer', { sessionId, entry: entry.id, reply: { action: 'answer', values: { colour: 'green' } } }),
      {
        code: 'invalid-input',
        message: '“colour”: This is none of the choices. Nothing was sent.',
      },
    );
    const values = { colour: 'blue', count: 3, extra: 'not asked' };
    await link.call('question/answer', { sessionId, entry: entry.id, reply: { action: 'answer', values } });
    await assert.rejects(link.call('question/answer', { sessionId, entry: entry.id, reply: { action: 'decline' } }), { code: 'conflict' });
    await follower.ended(0);
    assert.match(follower.text, /"result":\{"action":"accept","content":\{"colour":"blue","count":3\}\}/);
    assert.equal(follower.state.counts.waiting, 0);
  });

  it('can be declined', async () => {
    const { follower, entry } = await asked('form');
    await link.call('question/answer', { sessionId: follower.sessionId, entry: entry.id, reply: { action: 'decline' } });
    await follower.ended(0);
    assert.match(follower.text, /"result":\{"action":"decline"\}/);
  });

  it('is closed by us when the turn is stopped', async () => {
    const { follower } = await asked('form');
    await link.call('turn/cancel', { sessionId: follower.sessionId });
    await follower.ended(0);
    const entry = follower.entries.find((each) => each.kind === 'question');
    assert.equal(entry?.answer?.outcome, 'cancelled');
    assert.match(follower.text, /"action":"cancel"/);
  });

  it('at an address is over when the agent says so', async () => {
    const { follower, entry } = await asked('url');
    assert.equal(entry.url, 'https://example.org');
    await follower.ended(0);
    const closed = follower.entries.find((each) => each.kind === 'question');
    assert.equal(closed?.answer?.outcome, 'answered');
    assert.equal(closed.answer.by, 'agent');
  });

  it('of a kind that nobody knows is answered all the same', async () => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'odd' });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('go');
    await follower.ended(0);
    assert.match(follower.text, /"action":"cancel"/);
  });
});
