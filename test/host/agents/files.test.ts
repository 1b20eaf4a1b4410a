import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readTextFile, writeTextFile } from '../../../src/host/agents/fileAccess.ts';
import { Heard, agents, playing } from './heard.ts';

describe('R6.14 the files that an agent asks for', function () {
  this.timeout(60_000);
  const test = agents();
  const inside = (...names: string[]) => path.join(test.folder, 'repo', ...names);
  beforeEach(() => fs.mkdirSync(inside()));

  const write = (file: string, text = 'text') => writeTextFile(inside(), file, text);
  const refused = { name: 'LoomError', code: 'not-allowed' };

  it('are read whole, or by lines that count from 1', async () => {
    const file = inside('a.txt');
    fs.writeFileSync(file, 'one\ntwo\r\nthree');
    assert.equal(await readTextFile(file), 'one\ntwo\r\nthree');
    assert.equal(await readTextFile(file, 2), 'two\r\nthree');
    assert.equal(await readTextFile(file, 1, 2), 'one\ntwo\r\n');
    assert.equal(await readTextFile(file, undefined, 1), 'one\n');
    assert.equal(await readTextFile(file, 0, 1), 'one\n');
    assert.equal(await readTextFile(file, 9, 5), '');
    assert.equal(await readTextFile(file, 1, 0), '');
  });

  it('are empty when they are missing, because agents look before they create', async () => {
    fs.writeFileSync(inside('a.txt'), '');
    assert.equal(await readTextFile(inside('no', 'such.txt')), '');
    assert.equal(await readTextFile(inside('a.txt', 'below.txt')), '');
  });

  it('are refused when they are no files, instead of read for ever', async function () {
    if (process.platform === 'win32') this.skip();
    await assert.rejects(readTextFile('/dev/zero'), { code: 'invalid-input' });
    await assert.rejects(readTextFile(inside()), { code: 'invalid-input' });
  });

  it('are written with their folders, and keep their mode', async () => {
    await write(inside('new', 'deep', 'a.txt'));
    assert.equal(fs.readFileSync(inside('new', 'deep', 'a.txt'), 'utf8'), 'text');
    fs.writeFileSync(inside('run.sh'), 'old', { mode: 0o755 });
    await write('run.sh', 'new');
    assert.equal(fs.readFileSync(inside('run.sh'), 'utf8'), 'new');
    if (process.platform !== 'win32') assert.equal(fs.statSync(inside('run.sh')).mode & 0o777, 0o755);
    assert.deepEqual(fs.readdirSync(inside()), ['new', 'run.sh']);
  });

  it('are never written outside of the folder of the session', async () => {
    fs.mkdirSync(path.join(test.folder, 'repository'));
    const places = [
      path.join(test.folder, 'a.txt'),
      '../a.txt',
      path.join(os.tmpdir(), 'a.txt'),
      inside('..', 'repository', 'a.txt'),
      '..',
    ];
    for (const place of places) await assert.rejects(write(place), refused, place);
    assert.deepEqual(fs.readdirSync(test.folder).sort(), ['repo', 'repository']);
    assert.deepEqual(fs.readdirSync(path.join(test.folder, 'repository')), []);
  });

  it('are never written through a link that leads outside', async function () {
    if (process.platform === 'win32') this.skip();
    const outside = path.join(test.folder, 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(path.join(outside, 'secret'), 'old');
    fs.symlinkSync(outside, inside('link'));
    fs.symlinkSync(path.join(outside, 'secret'), inside('secret'));
    fs.symlinkSync(path.join(outside, 'not-yet'), inside('dangling'));
    for (const place of ['link/a.txt', 'link/new/a.txt', 'secret', 'dangling']) await assert.rejects(write(inside(place)), refused, place);
    assert.deepEqual(fs.readdirSync(outside), ['secret']);
    assert.equal(fs.readFileSync(path.join(outside, 'secret'), 'utf8'), 'old');
  });

  it('are written through a link that stays inside, and the folder itself may be reached by a link', async function () {
    if (process.platform === 'win32') this.skip();
    fs.writeFileSync(inside('real.txt'), 'old');
    fs.symlinkSync('real.txt', inside('link.txt'));
    fs.symlinkSync(inside(), path.join(test.folder, 'alias'));
    await write('link.txt', 'new');
    await writeTextFile(path.join(test.folder, 'alias'), path.join(test.folder, 'alias', 'b.txt'), 'b');
    await write(path.join(test.folder, 'alias', 'c.txt'), 'c');
    assert.equal(fs.readFileSync(inside('real.txt'), 'utf8'), 'new');
    assert.ok(fs.lstatSync(inside('link.txt')).isSymbolicLink());
    assert.deepEqual(fs.readdirSync(inside()).sort(), ['b.txt', 'c.txt', 'link.txt', 'real.txt']);
  });

  it('leave nothing behind when they cannot be written', async () => {
    fs.mkdirSync(inside('folder'));
    await assert.rejects(write('folder'), { code: 'invalid-input' });
    await assert.rejects(write(`${'x'.repeat(300)}.txt`), { code: 'storage' });
    assert.deepEqual(fs.readdirSync(inside()), ['folder']);
  });

  it('pass between agent and disk, and the session hears what was written', async () => {
    fs.writeFileSync(inside('a.txt'), 'one\ntwo\n');
    const request = (method: string, params: object) => ({ request: { method, params } });
    const instance = await test.start(
      playing(
        request('fs/read_text_file', { path: inside('a.txt'), line: 2, limit: 1 }),
        { say: '{{answer}}\n' },
        request('fs/read_text_file', { path: inside('missing.txt') }),
        { say: '{{answer}}\n' },
        request('fs/write_text_file', { path: inside('b.txt'), content: 'b' }),
        { say: '{{answer}}\n' },
        request('fs/write_text_file', { path: path.join(test.folder, 'outside.txt'), content: 'b' }),
        { say: '{{answer}}\n' },
        request('fs/write_text_file', { path: inside('c.txt') }),
        { say: '{{answer}}\n' },
        request('fs/read_text_file', { sessionId: 'nobody', path: 7 }),
        { say: '{{answer}}\n' },
      ),
    );
    const heard = new Heard();
    const session = await instance.open({ cwd: inside(), listener: heard });
    assert.equal((await session.prompt([{ type: 'text', text: 'go' }])).reason, 'finished');
    const [lines, missing, written, outside, noContent, noPath] = heard.text
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { result?: unknown; error?: { code: number; message: string } });
    assert.deepEqual(lines?.result, { content: 'two\n' });
    assert.deepEqual(missing?.result, { content: '' });
    assert.deepEqual(written?.result, {});
    assert.match(outside?.error?.message ?? '', /is outside of/);
    assert.equal(noContent?.error?.code, -32602);
    assert.equal(noPath?.error?.code, -32602);
    assert.deepEqual(heard.written, [inside('b.txt')]);
    assert.equal(fs.readFileSync(inside('b.txt'), 'utf8'), 'b');
    assert.ok(!fs.existsSync(path.join(test.folder, 'outside.txt')));
  });

  it('are read outside of the folder, also behind a link, only after a person has agreed: once, or for the session', async () => {
    fs.writeFileSync(path.join(test.folder, 'secret'), 'KEY');
    fs.symlinkSync(path.join(test.folder, 'secret'), inside('link'));
    fs.writeFileSync(inside('a.txt'), 'inside');
    const files = [inside('a.txt'), inside('link'), path.join(test.folder, 'secret'), '../secret', '../secret', '../secret'];
    const instance = await test.start(
      playing(...files.flatMap((each) => [{ request: { method: 'fs/read_text_file', params: { path: each } } }, { say: '{{answer}}\n' }])),
    );
    const answers = ['no', undefined, 'once', 'session'];
    // The last one is not asked any more.
    const heard = new Heard(() => Promise.resolve(answers.shift()));
    const session = await instance.open({ cwd: inside(), listener: heard });
    assert.equal((await session.prompt([{ type: 'text', text: 'go' }])).reason, 'finished');
    const got = heard.text.trim().split('\n');
    assert.match(got[0] ?? '', /"content":"inside"/);
    assert.match(got[1] ?? '', /outside of .*nobody allowed to read it/);
    assert.match(got[2] ?? '', /nobody allowed/);
    assert.match(got[3] ?? '', /"content":"KEY"/);
    for (const text of got.slice(4)) assert.match(text, /"content":"KEY"/);
    assert.equal(got.length, 6);
    assert.deepEqual(
      heard.questions.map(({ title, fields }) => [title, fields.toolKind]),
      [
        [`Read ${inside('link')} (${path.join(test.folder, 'secret')})`, 'read'],
        ...Array.from({ length: 3 }, () => [`Read ${path.join(test.folder, 'secret')}`, 'read']),
      ],
    );
  });
});
