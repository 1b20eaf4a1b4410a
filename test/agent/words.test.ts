import assert from 'node:assert/strict';
import { takeWord } from '../../src/agent/argument.ts';
import { splitCommand } from '../../src/agent/command.ts';
import { editDistance, nearest } from '../../src/agent/editDistance.ts';
import { globMatcher } from '../../src/agent/glob.ts';
import { queryOf } from '../../src/agent/searchQuery.ts';

describe('R1.12 R6.14 what a person types is read as it was meant', () => {
  it('a command is a name after a slash and everything that follows', () => {
    const check = (text: string, expected: unknown): void => assert.deepEqual(splitCommand(text), expected);
    check('/run git status', { name: 'run', argument: 'git status' });
    check('  /Help', { name: 'help', argument: '' });
    check('/write a.md\nfirst\n\nlast', { name: 'write', argument: 'a.md\nfirst\n\nlast' });
    check('/usr/bin/env', undefined);
    check('run it', undefined);
    check('/', undefined);
  });

  it('a word ends at white space unless it is quoted', () => {
    const check = (text: string, word: string, rest: string): void => assert.deepEqual(takeWord(text), { word, rest });
    check('a.md text', 'a.md', 'text');
    check('"my file.md" text', 'my file.md', 'text');
    check("'it''s", "'it''s", '');
    check('a.md\ntext', 'a.md', '\ntext');
    check('"open text', '"open', 'text');
    check('', '', '');
  });

  it('a near miss finds the command that was meant, a far one finds none', () => {
    const commands = ['help', 'run', 'read', 'write', 'search', 'plan', 'play'];
    const check = (word: string, expected: string | undefined): void => assert.equal(nearest(word, commands), expected);
    check('rnu', 'run');
    check('serach', 'search');
    check('hlep', 'help');
    check('wrte', 'write');
    check('hello', undefined);
    check('git', undefined);
    assert.equal(editDistance('', 'abc'), 3);
    assert.equal(editDistance('kitten', 'sitting'), 3);
    assert.equal(editDistance('same', 'same'), 0);
  });

  it('a file pattern is about names, or about paths when it has a slash', () => {
    const check = (pattern: string, path: string, expected: boolean): void =>
      assert.equal(globMatcher(pattern)(path), expected, `${pattern} ${path}`);
    check('*.ts', 'src/deep/a.ts', true);
    check('*.ts', 'src/a.tsx', false);
    check('src/*.ts', 'src/a.ts', true);
    check('src/*.ts', 'src/deep/a.ts', false);
    check('src/**/*.ts', 'src/a.ts', true);
    check('src/**/*.ts', 'src/very/deep/a.ts', true);
    check('*.{md,txt}', 'docs/a.txt', true);
    check('a?.md', 'ab.md', true);
    check('a+b(1).md', 'a+b(1).md', true);
    check('{.md', '{.md', true);
  });

  it('a search is an expression, a quoted text, or words with a file pattern at the end', () => {
    const check = (text: string, expected: unknown): void => assert.deepEqual(queryOf(text), expected);
    check('todo', { shown: '“todo”', pattern: 'todo' });
    check('two words', { shown: '“two words”', pattern: 'two words' });
    check('two words *.ts', { shown: '“two words”', pattern: 'two words', glob: '*.ts' });
    check('"a * b"', { shown: '“a * b”', pattern: 'a * b' });
    check('"a b" src/**', { shown: '“a b”', pattern: 'a b', glob: 'src/**' });
    check('/fix(me)?/i', { shown: '/fix(me)?/i', pattern: 'fix(me)?', flags: 'i' });
    check('/a b/ *.md', { shown: '/a b/', pattern: 'a b', flags: '', glob: '*.md' });
    check('/usr/bin', { shown: '“/usr/bin”', pattern: '/usr/bin' });
    assert.throws(() => queryOf(''), /Say what to search for/);
  });
});
