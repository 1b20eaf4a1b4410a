import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { inRoot } from '../../scripts/paths.ts';

const folder = inRoot('media', 'pictures');
/** The first bytes of every PNG, up to the width. */
const widthAt = 16;

describe('R1.8 The pictures of the README', () => {
  const files = readdirSync(folder);

  it('every file that the README links is there', () => {
    const links = [...readFileSync(inRoot('README.md'), 'utf8').matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map((match) => match[1] ?? '');
    assert.ok(links.some((link) => link.startsWith('media/pictures/')));
    assert.deepEqual(
      links.filter((link) => !existsSync(inRoot(link))),
      [],
    );
  });

  it('each scene is there in dark, light and high contrast, and all are 1280 pixels wide', () => {
    for (const scene of ['sessions', 'chat', 'switch'])
      for (const theme of ['dark', 'light', 'hc-dark']) assert.ok(files.includes(`${scene}-${theme}.png`), `${scene}-${theme}`);
    for (const file of files) assert.equal(readFileSync(inRoot('media', 'pictures', file)).readUInt32BE(widthAt), 1280, file);
  });

  it('together they take less than 2.5 MB of the repository', () => {
    assert.ok(files.reduce((sum, file) => sum + readFileSync(inRoot('media', 'pictures', file)).length, 0) < 2_500_000);
  });
});
