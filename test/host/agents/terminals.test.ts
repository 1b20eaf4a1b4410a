import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { silentLog } from '../../../src/base/log.ts';
import type { AgentUpdate } from '../../../src/host/agents/agentPort.ts';
import { OutputTail } from '../../../src/host/agents/outputTail.ts';
import { TerminalViews } from '../../../src/host/agents/terminalViews.ts';
import { Terminals } from '../../../src/host/agents/terminals.ts';
import { Heard, agents, playing } from './heard.ts';
import { untilGone } from './processes.ts';

const environment = { PATH: process.env['PATH'] ?? '', SHOWN: 'yes' };

describe('R6.14 the end of an output', () => {
  it('is cut at the border of a letter, and says that it was', () => {
    const tail = new OutputTail(5);
    tail.push(Buffer.from('aä😀b'));
    assert.equal(tail.text(), '😀b');
    assert.equal(tail.isTruncated, true);
    assert.equal(tail.end, 8);
  });

  it('is read on from any place without a letter lost or torn, however it came', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.integer({ min: 1, max: 5 })), (text, cuts) => {
        const bytes = Buffer.from(text);
        const tail = new OutputTail(10_000);
        let read = '';
        let place = 0;
        for (let at = 0, index = 0; at < bytes.length; index++) {
          const length = cuts[index % Math.max(1, cuts.length)] ?? 3;
          tail.push(bytes.subarray(at, at + length));
          at += length;
          const { text: more, next } = tail.from(place);
          read += more;
          place = next;
        }
        assert.equal(read, bytes.toString());
      }),
    );
  });
});

describe('R6.14 R5.4 the terminals of an agent', function () {
  this.timeout(60_000);
  const test = agents();
  const mark = `terminals-${process.pid}`;
  const make = (): Terminals => new Terminals(test.folder, { ...environment, SESSION_LOOM_TOKEN: mark }, silentLog);

  it('run a line of the shell, or a program with arguments, in the folder and with the variables that are asked for', async function () {
    if (process.platform === 'win32') this.skip();
    const terminals = make();
    const line = await terminals.create({
      command: 'echo "$SHOWN $MORE" && pwd && exit 3',
      env: [
        { name: 'MORE', value: 'b' },
        { name: 'A=B', value: 'x' },
      ],
    });
    assert.deepEqual(await terminals.waitForExit(line), { exitCode: 3, signal: null });
    assert.deepEqual(terminals.output(line), {
      output: `yes b\n${test.folder}\n`,
      truncated: false,
      exitStatus: { exitCode: 3, signal: null },
    });
    const program = await terminals.create({ command: process.execPath, args: ['-p', '"a b"'], outputByteLimit: 2 });
    await terminals.waitForExit(program);
    assert.deepEqual(terminals.output(program), { output: 'b\n', truncated: true, exitStatus: { exitCode: 0, signal: null } });
    await assert.rejects(terminals.create({ command: '/no/such', args: ['x'] }), /could not be started/);
    await terminals.release(line);
    assert.throws(() => terminals.output(line));
    assert.equal(terminals.find(String(line['terminalId']))?.text(), `yes b\n${test.folder}\n`, 'who watches still sees it');
  });

  it('end with all that they started when they are killed', async function () {
    if (process.platform === 'win32') this.skip();
    const terminals = make();
    const line = await terminals.create({ command: 'sleep 1000 & echo $!; sleep 1000' });
    const terminal = terminals.find(String(line['terminalId']));
    while (!/\d+\n/.test(terminal?.text() ?? '')) await new Promise((resolve) => terminal?.onChanged(() => resolve(undefined)));
    await terminals.kill(line);
    assert.equal((await terminals.waitForExit(line))['exitCode'], null);
    await untilGone('SESSION_LOOM_TOKEN', mark);
  });

  it('show their output in the call that names them, while it grows and once they have ended', async function () {
    if (process.platform === 'win32') this.skip();
    const terminals = make();
    const { terminalId: id } = await terminals.create({ command: 'echo one; exit 2' });
    const told: AgentUpdate[] = [];
    const views = new TerminalViews(
      (each) => terminals.find(each),
      (update) => told.push(update),
    );
    const content = [{ type: 'text', text: '', terminal: { id: String(id) } }] as const;
    assert.equal(views.show({ type: 'tool', callId: 'c', fields: { content } }).fields.content?.length, 1);
    await terminals.waitForExit({ terminalId: id });
    await new Promise(setImmediate);
    views.close();
    assert.deepEqual(told.at(-1), {
      type: 'tool',
      callId: 'c',
      fields: { content: [{ type: 'text', text: 'one\n', terminal: { id, exitCode: 2 } }] },
    });
  });

  it('end with the turn', async function () {
    if (process.platform === 'win32') this.skip();
    const instance = await test.start(
      playing({ request: { method: 'terminal/create', params: { command: 'echo one; sleep 1000' } } }, { say: '{{answer}}' }, { wait: 50 }),
    );
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    await session.prompt([{ type: 'text', text: 'go' }]);
    const id = /"terminalId":"([^"]+)"/.exec(heard.text)?.[1] ?? '';
    const terminal = session.terminal(id);
    assert.ok(terminal !== undefined);
    while (terminal.end === undefined) await new Promise((resolve) => terminal.onChanged(() => resolve(undefined)));
    assert.equal(terminal.from(0).text, 'one\n');
  });
});
