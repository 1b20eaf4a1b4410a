import assert from 'node:assert/strict';
import { readJson } from '../../src/specs/json.ts';
import { readTasks } from '../../src/specs/tasks.ts';
import { textAt } from './show.ts';

/** The waves of a tasks.md with one JSON block, as `name: ids after names`; or what is wrong with it. */
function show(json: string, info = 'json', heading = '## Task Dependency Graph'): readonly string[] {
  const text = `${heading}\n\n\`\`\`${info}\n${json}\n\`\`\`\n`;
  return readTasks(text).waves.flatMap((block) => {
    if (block.problem !== undefined)
      return [`${block.problem.range.start.line + 1}:${block.problem.range.start.character + 1} ${block.problem.message}`];
    for (const wave of block.waves) for (const task of wave.tasks) assert.equal(textAt(text, task.range), task.id);
    return block.waves.map((wave) => {
      const after = wave.dependsOn.length === 0 ? '' : ` after ${wave.dependsOn.map((entry) => entry.id).join(' ')}`;
      return `${wave.name}: ${wave.tasks.map((task) => task.id).join(' ')}${after}`;
    });
  });
}

function check(json: string, expected: readonly string[]): void {
  assert.deepEqual(show(json), expected, json);
}

describe('R3.2 waves of tasks.md', () => {
  it('every shape that is seen is read', () => {
    check('{"waves":[{"id":0,"tasks":["1.1","1.2"]},{"id":1,"tasks":["2"]}]}', ['0: 1.1 1.2', '1: 2']);
    check('{"waves":[{"wave":1,"description":"first","tasks":["1"]}]}', ['1: 1']);
    check('{"waves":[{"name":"base","tasks":["1"]},{"name":"top","tasks":["2"],"depends_on":["base"]}]}', ['base: 1', 'top: 2 after base']);
    check('{"waves":[["1"],["2","3"]]}', ['0: 1', '1: 2 3']);
    check('[["1"],["2"]]', ['0: 1', '1: 2']);
    check('[{"wave":1,"tasks":["1"]},{"wave":2,"tasks":["2"],"dependsOn":1}]', ['1: 1', '2: 2 after 1']);
    check('{"waves":{"wave1":["1"],"wave2":["2"]}}', ['wave1: 1', 'wave2: 2']);
    check('{"wave":1,"tasks":["1"]}', ['1: 1']);
    check('{"waves":[{"id":1,"tasks":[{"id":"1.1","title":"x"},{"task":"1.2"}]}]}', ['1: 1.1 1.2']);
    check('{"waves":[]}', []);
  });
  it('ids keep their spelling, as numbers too', () => {
    check('{"waves":[{"id":0,"tasks":["1.2a",1.10,2]}]}', ['0: 1.2a 1.10 2']);
  });
  it('over many lines, every id has its place', () => {
    check('{\n  "waves": [\n    {\n      "id": 0,\n      "tasks": [\n        "1.1",\n        "1.2"\n      ]\n    }\n  ]\n}', [
      '0: 1.1 1.2',
    ]);
  });
  it('what is wrong is said where it is wrong', () => {
    check('{"waves":[{"id":0,"tasks":["1.1" "1.2"]}]}', ['4:34 Found ""1.2"" where "," or "]" is expected']);
    check('{"waves":[', ['5:1 The text ends where a value is expected']);
    check('{waves:[]}', ['4:2 Found "waves:[]}" where a name in quotes is expected']);
    check('{"waves":[{"id":0}, 5]}', ['4:21 This wave has no list of task ids that can be read']);
    check('{"waves":[{"tasks":{"a":1}}]}', ['4:11 This wave has no list of task ids that can be read']);
    check('{"waves":"none"}', ['3:1 The JSON holds no list of waves that can be read']);
    check('{"waves":[]} x', ['4:14 Something follows after the end of the JSON']);
  });
  it('other code blocks are no waves', () => {
    assert.deepEqual(show('{"name":"x"}', 'json', '## Notes'), []);
    assert.deepEqual(show('graph TD; 1-->2', 'mermaid'), []);
    assert.deepEqual(show('1 --> 2 --> 3', ''), []);
    assert.deepEqual(show('{"waves":[["1"]]}', '', '## Notes'), ['0: 1']);
  });
  it('JSON that is nested without end is refused, not fatal', () => {
    const result = readJson('['.repeat(100_000));
    assert.deepEqual(result, { isValid: false, message: 'The JSON is nested too deeply', offset: 65 });
  });
});
