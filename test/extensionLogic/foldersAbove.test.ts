import assert from 'node:assert/strict';
import { join, sep } from 'node:path';
import { foldersAbove } from '../../src/extension/panel/foldersAbove.ts';

describe('R1.9 Where instructions for agents are looked for', () => {
  const top = join(sep, 'home', 'ada', 'shop');

  it('from the workspace folder down to where the session works, the outermost first', () => {
    assert.deepEqual(foldersAbove(top, top), [top]);
    assert.deepEqual(foldersAbove(join(top, 'a', 'b'), top), [top, join(top, 'a'), join(top, 'a', 'b')]);
  });

  it('a worktree beside the folder stands for itself', () => {
    assert.deepEqual(foldersAbove(join(sep, 'home', 'ada', 'shop.worktrees', 'x'), top), [join(sep, 'home', 'ada', 'shop.worktrees', 'x')]);
  });
});
