import assert from 'node:assert/strict';
import type { Offers } from '../../../src/host/agents/controls.ts';
import { changedOffers, commandsOf, configOf, controlsOf, noOffers, offersIn } from '../../../src/host/agents/controls.ts';
import type { AgentSession } from '../../../src/host/agents/agentPort.ts';
import { groupsOf } from '../../../src/model/controls.ts';
import { Heard, agents, testAgent } from './heard.ts';

const modes = {
  currentModeId: 'ask',
  availableModes: [{ id: 'ask', name: 'Ask', description: 'Asks first' }, { id: 'code', name: 'Code' }, {}],
};
const models = { currentModelId: 'big', availableModels: [{ modelId: 'big', name: 'Big' }, { modelId: 'small' }] };
const configOptions = [
  {
    id: 'm',
    name: 'Mode',
    type: 'select',
    category: 'mode',
    currentValue: 'ask',
    options: [
      { value: 'ask', name: 'Ask' },
      { value: 'code', name: 'Code' },
    ],
  },
  {
    id: 'model',
    name: 'Model',
    type: 'select',
    currentValue: 'mine',
    options: [{ group: 'g', name: 'Group', options: [{ value: 'big', name: 'Big' }] }],
  },
  {
    id: 't',
    name: 'Thinking',
    type: 'select',
    category: 'thought_level',
    currentValue: 'high',
    options: [{ value: 'high', name: 'High' }],
  },
  { id: 'fast', name: 'Fast', type: 'boolean', currentValue: true },
  { id: 'empty', name: 'Empty', type: 'select', options: [] },
  { name: 'nameless' },
];

const pickersOf = (answer: Record<string, unknown>, before: Offers = noOffers) => controlsOf(offersIn(answer, before)).pickers;
const idsOf = (answer: Record<string, unknown>) =>
  pickersOf(answer).map(({ id, role, source, value }) => `${source}:${id}:${role}=${value}`);

describe('R6.14 the pickers of an agent', () => {
  it('come from config options alone where there are some, else from modes and models', () => {
    assert.deepEqual(idsOf({ modes, models, configOptions }), [
      'config:m:mode=ask',
      'config:model:model=mine',
      'config:t:thinking=high',
      'config:fast:other=true',
    ]);
    assert.deepEqual(idsOf({ modes, models }), ['mode:mode:mode=ask', 'model:model:model=big']);
    assert.deepEqual(idsOf({ models }), ['model:model:model=big']);
    assert.deepEqual(idsOf({}), []);
    assert.deepEqual(idsOf({ modes: null, models: [], configOptions: null }), []);
  });

  it('have the labels of the agent, descriptions where it gives them, and its current value though it is not in the list', () => {
    assert.deepEqual(pickersOf({ modes })[0]?.options, [
      { id: 'ask', label: 'Ask', description: 'Asks first' },
      { id: 'code', label: 'Code' },
    ]);
    assert.deepEqual(configOf(configOptions)[1]?.options, [
      { id: 'mine', label: 'mine' },
      { id: 'big', label: 'Big', group: 'Group' },
    ]);
  });

  it('keep the headings below which an agent puts its options, in its order', () => {
    const value = (id: string) => ({ value: id, name: id });
    const groups = [
      { group: 'fast', name: 'Fast', options: [value('a'), value('b')] },
      { group: 'deep', options: [value('c')] },
      { name: 'Empty', options: [] },
      value('d'),
    ];
    const [picker] = configOf([{ id: 'm', name: 'M', currentValue: 'a', options: groups }]);
    assert.deepEqual(
      groupsOf(picker?.options ?? []).map(({ group, options }) => [group, options.map(({ id }) => id).join()]),
      [
        ['Fast', 'a,b'],
        ['deep', 'c'],
        [undefined, 'd'],
      ],
    );
  });

  it('follow the agent when it changes its mode, whichever way it offers modes', () => {
    for (const answer of [{ modes }, { modes, configOptions }]) {
      const changed = changedOffers(offersIn(answer, noOffers), { type: 'mode', mode: 'code' });
      assert.equal(controlsOf(changed).pickers[0]?.value, 'code');
      const strange = changedOffers(changed, { type: 'mode', mode: 'unheard of' });
      assert.equal(controlsOf(strange).pickers[0]?.value, 'code');
    }
  });

  it('and a command list of any size are bounded', () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ id: `o${index}`, name: 'x'.repeat(9000), currentValue: true }));
    const pickers = configOf(many);
    assert.equal(pickers.length, 1000);
    assert.equal(pickers[0]?.label.length, 200);
    const commands = commandsOf(Array.from({ length: 560 }, (_, index) => ({ name: `c${index}`, description: 'y'.repeat(1000) })));
    assert.equal(commands.length, 560);
    assert.equal(commands[0]?.description.length, 300);
    assert.ok(JSON.stringify(commands).length < 100_000);
  });
});

describe('R6.14 a choice in a picker', function () {
  this.timeout(60_000);
  const test = agents();

  async function open(offers: object): Promise<{ session: AgentSession; heard: Heard }> {
    const heard = new Heard();
    const instance = await test.start(testAgent('test/host/agents/fixtures/picks.ts', { LOOM_OFFERS: JSON.stringify(offers) }));
    return { heard, session: await instance.open({ cwd: test.folder, listener: heard }) };
  }

  async function requestsAfter(offers: object, picker: string, value: string): Promise<unknown> {
    const { session, heard } = await open(offers);
    await session.pick(picker, value);
    assert.equal(session.controls.pickers.find(({ id }) => id === picker)?.value, value);
    assert.deepEqual(heard.of('controls').at(-1)?.controls, session.controls);
    await session.prompt([{ type: 'text', text: 'log' }]);
    return JSON.parse(heard.text);
  }

  it('reaches the agent in the way in which it offered the picker', async () => {
    const sessionId = 's';
    assert.deepEqual(await requestsAfter({ modes }, 'mode', 'code'), [['session/set_mode', { sessionId, modeId: 'code' }]]);
    assert.deepEqual(await requestsAfter({ models }, 'model', 'small'), [['session/set_model', { sessionId, modelId: 'small' }]]);
    assert.deepEqual(await requestsAfter({ configOptions }, 'm', 'code'), [
      ['session/set_config_option', { sessionId, configId: 'm', value: 'code' }],
    ]);
    assert.deepEqual(await requestsAfter({ configOptions }, 'fast', 'false'), [
      ['session/set_config_option', { sessionId, configId: 'fast', type: 'boolean', value: false }],
    ]);
  });

  it('of something that is not offered never reaches the agent, and a refusal of the agent changes nothing', async () => {
    const { session, heard } = await open({ modes, refuse: true });
    await assert.rejects(session.pick('color', 'red'), { code: 'not-found' });
    await assert.rejects(session.pick('mode', 'red'), { code: 'invalid-input' });
    await assert.rejects(session.pick('mode', 'code'), { code: 'agent' });
    assert.equal(session.controls.pickers[0]?.value, 'ask');
    assert.deepEqual(heard.of('controls'), []);
  });
});
