import assert from 'node:assert/strict';
import { parseRecording, speedOf } from '../../src/agent/playFile.ts';

describe('R6.14 a recorded session file', () => {
  function check(text: string, expected: unknown): void {
    assert.deepEqual(parseRecording(text), expected);
  }
  function refuse(text: string, reason: RegExp): void {
    assert.throws(() => parseRecording(text), reason);
  }
  const plain = { repeat: 1, delay: 0 };

  it('has an optional header, comments, empty lines and steps', () => {
    check('', { speed: 1, quiet: false, steps: [] });
    check('{"play":1,"speed":"fast","quiet":true}', { speed: Infinity, quiet: true, steps: [] });
    check('// words\n\n{"wait":5,"at":10}\r\n', {
      speed: 1,
      quiet: false,
      steps: [{ ...plain, at: 10, action: { kind: 'wait', milliseconds: 5 } }],
    });
  });

  it('repeats or cuts a text to the size that is asked for', () => {
    const text = (size: number) => parseRecording(`{"say":"abc","size":${size},"chunk":2}`).steps[0]?.action;
    assert.deepEqual(text(7), { kind: 'text', role: 'agent_message_chunk', text: 'abcabca', chunk: 2 });
    assert.deepEqual(text(1), { kind: 'text', role: 'agent_message_chunk', text: 'a', chunk: 2 });
  });

  it('takes a rate as the pause between two updates', () => {
    check('{"title":"New","repeat":3,"rate":100}', {
      speed: 1,
      quiet: false,
      steps: [{ repeat: 3, delay: 10, action: { kind: 'update', update: { sessionUpdate: 'session_info_update', title: 'New' } } }],
    });
  });

  it('names the line that is wrong', () => {
    refuse('{"say":"x"}\n{oops', /line 2 is no JSON/);
    refuse('[1]', /line 1 is no JSON object/);
    refuse('{"say":1}', /line 1 is no step/);
    refuse('{"tool":{"kind":"read"}}', /without a "title"/);
    refuse('{"say":"x","delay":-1}', /"delay" that is no number/);
    refuse('{"say":"x","chunk":0}', /"chunk" below 1/);
    refuse('{"play":2}', /a version that this agent does not know/);
    refuse('{"steps":[{"say":"x"},{}]}', /line 1, step 2 is no step/);
    refuse('{"stop":"tired"}', /line 1 is no step/);
  });

  it('knows speeds as numbers, as times, and as fast', () => {
    assert.deepEqual([speedOf(undefined), speedOf(2), speedOf('4x'), speedOf('0.5'), speedOf('fast')], [1, 2, 4, 0.5, Infinity]);
    for (const wrong of ['0', '-1', 'x', 'quick', 0]) assert.throws(() => speedOf(wrong), /is no speed/);
  });
});
