import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchOnce } from './cache.ts';
import { outcomeOf } from './vscode/obtain.ts';

describe('R6.14 What is fetched once is there whole or not at all', () => {
  let cache: string;

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'loom-cache-'));
  });

  afterEach(() => rm(cache, { recursive: true, force: true }));

  const make = async (folder: string): Promise<void> => writeFile(join(folder, 'file'), 'whole');

  it('it is made once', async () => {
    let times = 0;
    const counted = async (folder: string): Promise<void> => {
      times++;
      await make(folder);
    };
    const first = await fetchOnce(cache, 'thing', counted);
    assert.equal(await fetchOnce(cache, 'thing', counted), first);
    assert.equal(times, 1);
    assert.equal(await readFile(join(first, 'file'), 'utf8'), 'whole');
  });

  it('a failure leaves nothing that could be mistaken for it, and the next try starts anew', async () => {
    const fail = async (folder: string): Promise<void> => {
      await writeFile(join(folder, 'half'), '');
      throw new Error('the network went away');
    };
    await assert.rejects(fetchOnce(cache, 'thing', fail), /network went away/);
    assert.deepEqual(await readdir(cache), []);
    assert.deepEqual(await readdir(await fetchOnce(cache, 'thing', make)), ['file']);
  });

  it('two at once do not disturb each other', async () => {
    const [first, second] = await Promise.all([fetchOnce(cache, 'thing', make), fetchOnce(cache, 'thing', make)]);
    assert.equal(first, second);
    assert.deepEqual(await readdir(cache), ['thing']);
  });

  it('what a killed run left half-made is deleted when nobody can still be making it', async () => {
    const abandoned = join(cache, 'unfinished-thing-1');
    const young = join(cache, 'unfinished-other-2');
    await mkdir(abandoned);
    await mkdir(young);
    await utimes(abandoned, 0, 0);
    await fetchOnce(cache, 'thing', make);
    assert.deepEqual((await readdir(cache)).toSorted(), ['thing', 'unfinished-other-2']);
  });

  it('whatever an attempt rejects with counts as not possible here, and is said', async () => {
    const said: string[] = [];
    const say = (text: string): number => said.push(text);
    assert.deepEqual(await outcomeOf(() => Promise.resolve('/path'), say), { path: '/path' });
    assert.deepEqual(await outcomeOf(() => Promise.reject(new Error('ENOTFOUND')), say), { failed: 'ENOTFOUND' });
    assert.deepEqual(said, ['Not possible here: ENOTFOUND']);
  });
});
