import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { readAsked } from '../../../src/host/permissions/asked.ts';
import { decide } from '../../../src/host/permissions/decide.ts';
import type { Decision, OwnedRule } from '../../../src/host/permissions/decide.ts';
import { offersFor } from '../../../src/host/permissions/offers.ts';
import type { PermissionRule } from '../../../src/model/permissionRules.ts';
import { PermissionRule as RuleSchema } from '../../../src/model/permissionRules.ts';
import { ruleText } from '../../../src/model/ruleText.ts';
import type { ToolKind } from '../../../src/model/toolKind.ts';
import { ToolKind as Kinds } from '../../../src/model/toolKind.ts';
import { hostile, plain, withRm } from './hostile.ts';

/** Whether a shell replaces something in a text, as far as a look at its letters tells; what is quoted, escaped or a remark is left out. */
function expands(text: string): boolean {
  const bare = text.replaceAll(/\\.|'[^']*'|(^|[\s;&|(){}])#[^\n]*/gs, '$1 ');
  return /`|\$[A-Za-z0-9_({@*?!-]/.test(bare);
}

type Question = string | { readonly kind: ToolKind; readonly paths?: readonly string[]; readonly command?: string };

const user = (rule: PermissionRule): OwnedRule => ({ rule, origin: 'user' });
/** As generous as rules can be. */
const everything: readonly OwnedRule[] = [
  ...Kinds.options.map((kind) => user({ decision: 'allow', kind })),
  user({ decision: 'allow', path: '**' }),
];

describe('R6.8 R1.14 Permission rules', () => {
  let top: string;
  let folder: string;
  before(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'loom-rules-')));
    folder = join(top, 'work');
    for (const each of ['work/src', 'work/.git/hooks', 'elsewhere', 'work/vendored/objects', 'work/vendored/refs', 'work/src/x/y'])
      mkdirSync(join(top, each), { recursive: true });
    for (const each of ['work/src/a.ts', 'work/.env', 'elsewhere/secret', 'outside.txt', 'work/vendored/HEAD'])
      writeFileSync(join(top, each), 'x');
    symlinkSync(join(top, 'elsewhere'), join(folder, 'link'));
    symlinkSync(join(top, 'nowhere'), join(folder, 'dangling'));
    symlinkSync(join(folder, '.env'), join(folder, 'harmless'));
    symlinkSync(join(folder, 'src'), join(folder, 'inner'));
    symlinkSync(join(folder, 'src/x/y'), join(folder, 'deep'));
  });
  after(() => rmSync(top, { recursive: true, force: true }));

  const decided = async (question: Question, rules: readonly OwnedRule[], shell: 'posix' | 'other' = 'posix'): Promise<Decision> => {
    const asked = typeof question === 'string' ? { kind: 'execute' as const, command: question, paths: [] } : { paths: [], ...question };
    return decide(await readAsked(asked, folder, shell), rules);
  };
  const outcome = async (question: Question, ...rules: readonly PermissionRule[]): Promise<string> =>
    (await decided(question, rules.map(user))).outcome;
  const allow = (rule: Omit<PermissionRule, 'decision'>): PermissionRule => ({ decision: 'allow', ...rule });
  const deny = (rule: Omit<PermissionRule, 'decision'>): PermissionRule => ({ decision: 'deny', ...rule });

  describe('about commands', () => {
    it('let none of the hostile commands through, however generous they are', async () => {
      assert.ok(hostile.length >= 60);
      const through: string[] = [];
      for (const command of hostile) if ((await decided(command, everything)).outcome !== 'ask') through.push(command);
      assert.deepEqual(through, []);
    });

    it('say what made them ask, with the part', async () => {
      const why = async (command: string): Promise<string> => {
        const decision = await decided(command, everything);
        return decision.outcome === 'ask' ? decision.reasons.map(({ text, part }) => `${text} ${part ?? ''}`).join('\n') : decision.outcome;
      };
      assert.match(await why('ls $(id)'), /\$\(id\)/);
      assert.match(await why('sudo ls'), /"sudo" runs what its arguments say\. sudo ls/);
      assert.match(await why('A=1 ls'), /variable is set.* A=1/);
      assert.match(await why("echo 'x"), /shell would not take this/);
    });

    it('find what a rule is against, wherever it stands', async () => {
      for (const command of withRm)
        assert.equal(await outcome(command, deny({ command: 'rm *' }), ...everything.map(({ rule }) => rule)), 'deny', command);
    });

    it('let through what is what it seems', async () => {
      for (const command of plain) assert.equal((await decided(command, everything)).outcome, 'allow', command);
    });

    it('ask about every part that no rule allows', async () => {
      const rules = [allow({ command: 'git status' }), allow({ command: 'npm run *' })];
      assert.equal(await outcome('git status && npm run build', ...rules), 'allow');
      assert.equal(await outcome('git status && npm install', ...rules), 'ask');
      assert.equal(await outcome('git status | tee x', ...rules), 'ask');
      assert.equal(await outcome('git status --short', ...rules), 'ask');
      assert.equal(await outcome('git', ...rules), 'ask');
      assert.equal(await outcome('npm run', ...rules), 'allow');
      assert.equal(await outcome('git status > src/x', ...rules), 'ask');
      assert.equal(await outcome('git status > src/x', ...rules, allow({ kind: 'edit', path: 'src/**' })), 'allow');
    });

    it('mean a star in a word as any letters of that word, and what is quoted as it stands', async () => {
      const rule = allow({ command: 'npm run test:*' });
      assert.equal(await outcome('npm run test:unit', rule), 'allow');
      assert.equal(await outcome('npm run test:unit --watch', rule), 'ask');
      assert.equal(await outcome('npm run build', rule), 'ask');
      const message = allow({ command: "git commit -m 'a b; *'" });
      assert.equal(await outcome('git commit -m "a b; *"', message), 'allow');
      assert.equal(await outcome('git commit -m "a b; c"', message), 'ask');
      assert.equal(await outcome('/usr/bin/git status', allow({ command: 'git status' })), 'ask');
      assert.equal(await outcome('GIT status', allow({ command: 'git status' })), 'ask');
    });

    it('that are no plain command allow nothing, and deny word for word', async () => {
      for (const command of ['ls && rm', '$X', 'sudo ls; id', 'a > b', 'A=1 b', 'a &', '(ls)', '"'])
        assert.equal(await outcome(command, allow({ command })), 'ask', command);
      assert.equal(await outcome('terraform $X', deny({ command: 'terraform $X' })), 'deny');
    });

    it('look at the paths in words that a star stands for, and not at those that the rule names itself', async () => {
      assert.equal(await outcome('cat /etc/hosts', allow({ command: 'cat *' })), 'ask');
      assert.equal(await outcome('cat /etc/hosts', allow({ command: 'cat /etc/hosts' })), 'allow');
      assert.equal(await outcome('cat inner/a.ts', allow({ command: 'cat *' })), 'allow');
      assert.equal(await outcome('cat dangling', allow({ command: 'cat *' })), 'ask');
      assert.equal(await outcome(`cat ${folder}/src/a.ts`, allow({ command: 'cat *' })), 'allow');
    });

    it('see a denied file in the words of a command', async () => {
      const rule = deny({ path: '.env' });
      for (const command of [
        'cat .env',
        'cat < .env',
        'cp .env x',
        'cat ./src/../.env',
        'cat .ENV',
        'cat harmless',
        'x --file=.env',
        'bash -c "cat .env"',
      ])
        assert.equal(await outcome(command, rule, allow({ kind: 'execute' })), 'deny', command);
      assert.equal(await outcome('cat src/a.ts', rule, allow({ kind: 'execute' })), 'allow');
    });

    it('go where the session is without a question, and ask about all else that goes anywhere', async () => {
      assert.equal(await outcome(`cd ${folder} && ls`, allow({ command: 'ls' })), 'allow');
      assert.equal(await outcome('cd . && ls', allow({ command: 'ls' })), 'allow');
      assert.equal(await outcome('cd src; ls', allow({ command: 'ls' }), allow({ command: 'cd *' })), 'ask');
    });

    it('are read in the folder to which `cd … &&` goes, and every part of it still needs its rule', async () => {
      const rules = [allow({ command: 'ls' }), allow({ command: 'cat *' }), allow({ command: 'cat /etc/hosts' })];
      assert.equal(await outcome('cd src && ls', ...rules), 'allow');
      assert.equal(await outcome('cd src && cat a.ts', ...rules), 'allow');
      assert.equal(await outcome('cd src && cat ../.env', ...rules), 'allow');
      assert.equal(await outcome('cd src && cat ../../outside.txt', ...rules), 'ask');
      assert.equal(await outcome('cd src && cat /etc/hosts', ...rules), 'ask');
      assert.equal(await outcome('cd src && rm a.ts', ...rules), 'ask');
      assert.equal(await outcome('cd src && ls > b.ts', ...rules), 'ask');
      assert.equal(await outcome('cd src && ls > b.ts', ...rules, allow({ kind: 'edit', path: 'src/**' })), 'allow');
      assert.equal(await outcome('cd src && ls > ../b.ts', ...rules, allow({ kind: 'edit', path: 'src/**' })), 'ask');
      assert.equal(await outcome('cd src && cat a.ts', deny({ path: 'src/a.ts' }), ...rules), 'deny');
      assert.equal(await outcome('cd src && cat ../.env', deny({ path: '.env' }), ...rules), 'deny');
      assert.equal(await outcome('cd src && cat ../src/*.ts', deny({ path: 'src/a.ts' }), ...rules), 'deny');
      assert.equal(await outcome('cat .e*', deny({ path: '.env' }), ...rules), 'deny');
      assert.equal(await outcome('cd src', ...rules), 'ask');
    });

    it('are not read for other shells', async () => {
      assert.equal((await decided('ls', everything, 'other')).outcome, 'ask');
      assert.equal((await decided('rm x', [user(deny({ command: 'rm *' })), ...everything], 'other')).outcome, 'deny');
    });

    it('ask about a command of 1 MB, of 100,000 brackets and of 10,000 files without hanging', async () => {
      const big = ['echo ' + 'a'.repeat(1024 * 1024), '('.repeat(100_000), '$('.repeat(9000), '{'.repeat(19_000), '`'.repeat(19_000)];
      for (const command of [
        ...big,
        `cat ${Array.from({ length: 5000 }, (_, n) => n)
          .join(' ')
          .slice(0, 19_000)}`,
      ])
        assert.equal((await decided(command, everything)).outcome, 'ask', command.slice(0, 20));
    });

    it('never throw, and allow nothing that bash would not take as plain words, for any text', async () => {
      const letters = fc.string({ unit: fc.constantFrom(...Array.from('abrm -;&|$(){}[]<>`\'"\\*?~#!=\n\t ./%^@+')), maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(fc.oneof(letters, fc.string({ unit: 'binary', maxLength: 60 })), async (command) => {
          const { outcome: said } = await decided(command, everything);
          assert.ok(said === 'ask' || !expands(command), command);
        }),
        { numRuns: 400 },
      );
    });
  });

  describe('about files', () => {
    const edit = (...paths: readonly string[]): Question => ({ kind: 'edit', paths });

    it('allow by kind and by path, and ask about everything else', async () => {
      assert.equal(await outcome(edit('src/a.ts'), allow({ kind: 'edit', path: 'src/**' })), 'allow');
      assert.equal(await outcome(edit('src/new/b.ts'), allow({ kind: 'edit', path: 'src/**' })), 'allow');
      assert.equal(await outcome(edit(join(folder, 'src/a.ts')), allow({ path: 'src/**' })), 'allow');
      assert.equal(await outcome(edit('README.md'), allow({ kind: 'edit', path: 'src/**' })), 'ask');
      assert.equal(await outcome(edit('src/a.ts', 'README.md'), allow({ kind: 'edit', path: 'src/**' })), 'ask');
      assert.equal(await outcome({ kind: 'delete', paths: ['src/a.ts'] }, allow({ kind: 'edit' })), 'ask');
      assert.equal(await outcome(edit('x/b.ts'), allow({ kind: 'edit', path: '*.ts' })), 'allow');
      assert.equal(await outcome(edit('x/b.ts'), allow({ kind: 'edit', path: './*.ts' })), 'ask');
      assert.equal(await outcome(edit('SRC/a.ts'), allow({ kind: 'edit', path: 'src/**' })), 'ask');
      assert.equal(await outcome(edit(), allow({ kind: 'edit' })), 'ask');
      assert.equal(await outcome({ kind: 'think' }, allow({ kind: 'think' })), 'allow');
      assert.equal(await outcome({ kind: 'execute' }, allow({ kind: 'execute' })), 'ask');
    });

    for (const path of [
      '../outside.txt',
      '/etc/passwd',
      'link/secret',
      'link/new',
      'dangling',
      'src/../../outside.txt',
      'link/../outside.txt',
      '.git/config',
      '.GIT/hooks/x',
      'sub/.git/config',
      '.session-loom/x',
    ])
      it(`ask about ${path} even where all edits are allowed`, async () => {
        const decision = await decided(edit(path), everything);
        assert.ok(decision.outcome === 'ask' && decision.outside.length + decision.reasons.length > 0);
      });

    it('say where a link leads', async () => {
      const decision = await decided(edit('link/secret'), everything);
      assert.deepEqual(decision.outcome === 'ask' ? decision.outside : [], [
        `${join(folder, 'link/secret')} → ${join(top, 'elsewhere/secret')}`,
      ]);
    });

    it('deny by what a path is called, by where it leads, and in whatever case', async () => {
      const rule = deny({ path: '.env' });
      for (const path of ['.env', 'sub/.env', '.ENV', 'harmless', './x/../.env', '/elsewhere/.env'])
        assert.equal(await outcome(edit(path), rule, allow({ kind: 'edit' })), 'deny', path);
      assert.equal(await outcome(edit('.envrc'), rule, allow({ kind: 'edit' })), 'allow');
      assert.equal(await outcome(edit('link/secret'), deny({ path: `${top}/elsewhere/**` })), 'deny');
      assert.equal(
        await outcome({ kind: 'read', paths: ['.env'] }, deny({ kind: 'edit', path: '.env' }), allow({ kind: 'read' })),
        'allow',
      );
    });
  });

  describe('in their order', () => {
    const rule = fc.record(
      {
        decision: fc.constantFrom('allow' as const, 'ask' as const, 'deny' as const),
        kind: fc.constantFrom<ToolKind>('edit', 'execute', 'read'),
        command: fc.constantFrom('ls', 'ls *', 'git *', 'rm *', '$X', 'npm run test:*'),
        path: fc.constantFrom('**', 'src/**', '.env', '*.ts', '/etc/**', '['),
      },
      { requiredKeys: ['decision'] },
    );
    const rules = fc.array(
      rule.map(({ command, path, ...each }): PermissionRule => ({
        kind: 'edit',
        ...each,
        ...(command === undefined ? (path === undefined ? {} : { path }) : { command }),
      })),
      { maxLength: 6 },
    );
    const question = fc.oneof(
      fc.constantFrom<Question>('ls', 'ls -l', 'git status && ls', 'rm x', 'ls > src/x', 'sudo ls', 'cat .env'),
      fc.record({
        kind: fc.constantFrom<ToolKind>('edit', 'read'),
        paths: fc.array(fc.constantFrom('src/a.ts', '.env', '../x', 'x.ts'), { maxLength: 2 }),
      }),
    );
    const rank = { allow: 2, ask: 1, deny: 0 } as const;

    it('a rule that denies never makes anything allowed, and one that asks neither', async () => {
      await fc.assert(
        fc.asyncProperty(question, rules, rule, async (asked, known, { command: _command, path: _path, ...each }) => {
          const added: PermissionRule = { kind: 'execute', ...each, decision: each.decision === 'allow' ? 'deny' : each.decision };
          const before = (await decided(asked, known.map(user))).outcome;
          const after = (await decided(asked, [...known, added].map(user))).outcome;
          assert.ok(rank[after] <= rank[before]);
        }),
        { numRuns: 200 },
      );
    });

    it('a workspace never loosens, whatever its rules say and wherever they stand', async () => {
      await fc.assert(
        fc.asyncProperty(question, rules, rules, async (asked, own, foreign) => {
          const workspace = foreign.map((each): OwnedRule => ({ rule: each, origin: 'workspace' }));
          const before = (await decided(asked, own.map(user))).outcome;
          for (const all of [
            [...own.map(user), ...workspace],
            [...workspace, ...own.map(user)],
          ])
            assert.ok(rank[(await decided(asked, all)).outcome] <= rank[before]);
        }),
        { numRuns: 200 },
      );
    });

    it('their order does not count', async () => {
      await fc.assert(
        fc.asyncProperty(question, rules, async (asked, known) => {
          assert.equal((await decided(asked, known.map(user))).outcome, (await decided(asked, known.toReversed().map(user))).outcome);
        }),
        { numRuns: 100 },
      );
    });

    it('without any rule a person is asked', async () => {
      for (const asked of [...plain, { kind: 'edit', paths: ['src/a.ts'] } as const, { kind: 'think' } as const])
        assert.equal((await decided(asked, [])).outcome, 'ask');
    });
  });

  describe('that are offered', () => {
    const offered = async (question: Question): Promise<readonly string[]> => {
      const asked = typeof question === 'string' ? { kind: 'execute' as const, command: question, paths: [] } : { paths: [], ...question };
      return offersFor(await readAsked(asked, folder, 'posix'), []).map((rules) => rules.map(ruleText).join(' + '));
    };

    it('are just this first, then wider ones', async () => {
      assert.deepEqual(await offered('npm test --watch'), ['npm test --watch', 'npm test *', 'npm *']);
      assert.deepEqual(await offered('git status && ls > src/x'), ['git status + ls + edit src/x']);
      assert.deepEqual(await offered("git commit -m 'it''s'"), ['git commit -m its', 'git commit *']);
      assert.deepEqual(await offered(`git commit -m "it's $"`), [String.raw`git commit -m 'it'\''s $'`, 'git commit *']);
      assert.deepEqual(await offered({ kind: 'edit', paths: ['src/a.ts'] }), ['edit src/a.ts', 'edit src/**', 'edit']);
      assert.deepEqual(await offered({ kind: 'edit', paths: ['package.json'] }), ['edit ./package.json', 'edit']);
    });

    it('are never wide for what removes or runs', async () => {
      assert.deepEqual(await offered('rm src/a.ts'), ['rm src/a.ts']);
      assert.deepEqual(await offered('python3 x.py'), ['python3 x.py']);
    });

    it('are none where no rule could allow it', async () => {
      for (const command of [...hostile, 'sudo ls']) {
        const offers = await offered(command);
        // What lies outside can be allowed by a rule that names it, and by no wider one.
        assert.ok(offers.every((text) => !text.includes('*')) && offers.length <= 1, `${command}: ${offers.join(', ')}`);
      }
      assert.deepEqual(await offered('ls $(id)'), []);
      assert.deepEqual(await offered({ kind: 'edit', paths: ['../x'] }), []);
    });

    it('say no more than they show, for any words', async () => {
      const word = fc.string({ unit: fc.constantFrom(...Array.from('ab*?\'"\\ $;[]{}~#=-/.!')), minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 3 }), word, async (args, other) => {
          const shell = (words: readonly string[]): string =>
            ['tool', ...words].map((each) => `'${each.replaceAll("'", String.raw`'\''`)}'`).join(' ');
          const asked = await readAsked({ kind: 'execute', command: shell(args), paths: [] }, folder, 'posix');
          const [exact] = offersFor(asked, []);
          if (exact === undefined) return;
          assert.equal((await decided(shell(args), exact.map(user))).outcome, 'allow');
          if (args.length !== 1 || args[0] !== other) assert.equal((await decided(shell([other]), exact.map(user))).outcome, 'ask');
        }),
        { numRuns: 150 },
      );
    });
  });

  it('that name nothing, or a command and a path, or something unknown, are no rules', () => {
    for (const rule of [
      {},
      { decision: 'allow' },
      { decision: 'yes', kind: 'edit' },
      { decision: 'allow', command: 'a', path: 'b' },
      { decision: 'allow', command: ' ' },
      { decision: 'allow', kind: 'edit', tool: 'x' },
      'allow',
      null,
    ])
      assert.equal(RuleSchema.safeParse(rule).success, false, JSON.stringify(rule));
  });
});
