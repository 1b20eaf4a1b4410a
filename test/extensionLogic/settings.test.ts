import assert from 'node:assert/strict';
import { limitsFrom, numberSettings } from '../../src/extension/limitValues.ts';
import { LimitSettings } from '../../src/protocol/settings.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/paths.ts';
import { hostSettingsFrom } from '../../src/extension/settingsValues.ts';
import { choiceFrom, hostNodeFrom, switchFrom, windowProblems } from '../../src/extension/windowValues.ts';

/** What the manifest says each setting is where nobody set it. */
function readDefaults(): Readonly<Record<string, unknown>> {
  const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> } };
  };
  return Object.fromEntries(
    Object.entries(contributes.configuration.properties).map(([name, value]) => [name.replace('sessionLoom.', ''), value.default]),
  );
}

describe('R1.12 Settings that cannot be used', () => {
  const usable = { agents: [], defaultAgent: 'built-in', history: 'ref', redactionPatterns: [] };

  it('permission rules of a workspace can ask and deny; one that allows is named and left out', () => {
    const workspace = [
      [
        { decision: 'allow', kind: 'edit' },
        { decision: 'deny', path: '.env' },
      ],
      undefined,
    ];
    const { values, problems } = hostSettingsFrom({ ...usable, permissions: { user: [{ decision: 'allow', command: 'ls' }], workspace } });
    assert.deepEqual(values.permissions, [
      { rule: { decision: 'allow', command: 'ls' }, origin: 'user' },
      { rule: { decision: 'deny', path: '.env' }, origin: 'workspace' },
    ]);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /of the workspace, item 1, allows something/);
  });

  it('settings that nobody touched are usable and without a problem', () => {
    const { values, problems } = hostSettingsFrom(usable);
    assert.deepEqual(values, { agents: [], defaultAgent: 'built-in', history: 'ref', redactionPatterns: [] });
    assert.deepEqual(problems, []);
  });

  it('an agent without a command is left out, named, and the others stay', () => {
    const agents = [
      { id: 'a', name: 'A', command: 'a' },
      { id: 'b', name: 'B', command: '' },
    ];
    const { values, problems } = hostSettingsFrom({ ...usable, agents, defaultAgent: 'b' });
    assert.deepEqual(
      values.agents.map(({ id }) => id),
      ['a'],
    );
    assert.equal(values.defaultAgent, 'built-in');
    assert.match(problems[0] ?? '', /item 2: command/);
    assert.match(problems[1] ?? '', /defaultAgent names "b"/);
  });

  it('nonsense is replaced by the default and named', () => {
    const { values, problems } = hostSettingsFrom({
      agents: 'x',
      defaultAgent: 7,
      history: 'somewhere',
      redactionPatterns: [['(', 'ok'], 5],
    });
    assert.deepEqual(values, { agents: [], defaultAgent: 'built-in', history: 'ref', redactionPatterns: ['ok'] });
    assert.equal(problems.length, 5);
  });

  describe('invalid settings: each is named with its value, what it must be, and what is used instead', () => {
    /** Values that a setting cannot have, with what the sentence about each says. */
    const wrong: Record<string, readonly (readonly [value: unknown, says: RegExp])[]> = {
      agents: [
        ['x', /^sessionLoom\.agents is "x", and must be a list of agents\. Only the built-in agent is offered\.$/],
        [[{ id: 'a b', name: 'A', command: 'a' }], /^sessionLoom\.agents, item 1: id .*It is left out\.$/],
        [[7], /^sessionLoom\.agents, item 1: .*It is left out\.$/],
      ],
      defaultAgent: [
        [7, /^sessionLoom\.defaultAgent is 7, and must be the id of an agent\. The built-in agent is used\.$/],
        ['nobody', /^sessionLoom\.defaultAgent names "nobody", .* The built-in agent is used\.$/],
      ],
      history: [
        ['somewhere', /^sessionLoom\.history must be "ref", "branch", "folder" or "off"\. "ref" is used\.$/],
        [true, /"ref" is used\.$/],
      ],
      redactionPatterns: [
        ['x', /^sessionLoom\.redactionPatterns is "x", and must be a list of regular expressions\. It is left out\.$/],
        [['('], /^sessionLoom\.redactionPatterns: "\(" is no regular expression\. It is left out\.$/],
      ],
      permissions: [
        ['x', /^sessionLoom\.permissions must be a list of rules .* It is left out\.$/],
        [[{ decision: 'allow' }], /^sessionLoom\.permissions, item 1: must name a kind, a command or a path\. It is left out/],
        [[{ decision: 'maybe', kind: 'edit' }], /^sessionLoom\.permissions, item 1: decision: .* It is left out/],
      ],
      mcpServers: [
        ['x', /^sessionLoom\.mcpServers must be an object of servers by their names\. It is left out\.$/],
        [{ a: { url: 'ftp://x' } }, /^sessionLoom\.mcpServers: the server "a" has neither a command nor an address .*It is left out\.$/],
      ],
      sendWith: [['space', /^sessionLoom\.sendWith is "space", and must be "enter" or "ctrl\+enter"\. "enter" is used\.$/]],
      openIn: [[1, /^sessionLoom\.openIn is 1, and must be "active" or "beside"\. "active" is used\.$/]],
      groupBy: [[['date'], /^sessionLoom\.groupBy is \["date"\], and must be .* or "date"\. "status" is used\.$/]],
      agentRegistry: [['always', /^sessionLoom\.agentRegistry is "always", and must be "shipped" or "refresh"\. "shipped" is used\.$/]],
      loginShell: [[true, /^sessionLoom\.loginShell is true, and must be .* or "never"\. "auto" is used\.$/]],
      'notifications.needsYou': [['yes', /is "yes", and must be true or false\. true is used\.$/]],
      'notifications.finished': [[0, /is 0, and must be true or false\. true is used\.$/]],
      'notifications.failed': [[{}, /is \{\}, and must be true or false\. true is used\.$/]],
      statusBar: [['off', /^sessionLoom\.statusBar is "off", and must be true or false\. true is used\.$/]],
      keepPanelsLoaded: [[1, /^sessionLoom\.keepPanelsLoaded is 1, and must be true or false\. true is used\.$/]],
      isolation: [['tree', /^sessionLoom\.isolation is "tree", and must be "folder" or "worktree"\. "folder" is used\.$/]],
      'worktrees.copyLimit': [
        [-1, /^sessionLoom\.worktrees\.copyLimit is -1, and must be a number of megabytes from 0 to 1048576\. 1024 is used\.$/],
      ],
      'worktrees.setupTimeout': [
        [0, /^sessionLoom\.worktrees\.setupTimeout is 0, and must be a number of minutes from 0\.1 to 1440\. 10 is used\.$/],
      ],
      'worktrees.ports': [[1.5, /^sessionLoom\.worktrees\.ports is 1\.5, and must be a number of ports from 0 to 100\. 10 is used\.$/]],
      'worktrees.runFilters': [['yes', /^sessionLoom\.worktrees\.runFilters is "yes", and must be true or false\. false is used\.$/]],
      instances: [['each', /^sessionLoom\.instances is "each", and must be "shared" or "perSession"\. "shared" is used\.$/]],
      'times.endLongCommands': [[1, /^sessionLoom\.times\.endLongCommands is 1, and must be true or false\. false is used\.$/]],
      'budget.currency': [
        ['euro', /^sessionLoom\.budget\.currency is "euro", and must be three capital letters, as "EUR"\. "USD" is used\.$/],
      ],
      'budget.letTurnsEnd': [[1, /^sessionLoom\.budget\.letTurnsEnd is 1, and must be true or false\. false is used\.$/]],
      hostNode: [[['node'], /^sessionLoom\.hostNode is \["node"\], and must be the path of a Node program\. The editor’s own is used\.$/]],
    };
    const rawOf = (name: string, value: unknown): object => {
      if (name === 'permissions') return { permissions: { user: value, workspace: [] } };
      return name === 'redactionPatterns' ? { [name]: [value] } : { [name]: value };
    };
    for (const { name } of numberSettings)
      wrong[name] = [['many', new RegExp(`^sessionLoom\\.${name} is "many", and must be .*\\. It is left out\\.$`)]];
    const problemsWith = (name: string, value: unknown): readonly string[] => {
      const limits = (each: string): readonly unknown[] => (each === name ? [value] : []);
      const raw = { ...usable, limits, redactionPatterns: [], ...rawOf(name, value) };
      return [...hostSettingsFrom(raw).problems, ...windowProblems((each) => (each === name ? value : undefined))];
    };

    for (const [name, cases] of Object.entries(wrong)) {
      it(name, () => {
        for (const [value, says] of cases) {
          const problems = problemsWith(name, value);
          assert.equal(problems.length, 1, problems.join(' '));
          assert.match(problems[0] ?? '', says);
        }
      });
    }

    it('there is no other setting, and the default of each is no problem', () => {
      const defaults = readDefaults();
      assert.deepEqual(Object.keys(defaults).sort(), Object.keys(wrong).sort());
      for (const [name, value] of Object.entries(defaults)) assert.deepEqual(problemsWith(name, value), []);
      for (const name of ['sendWith', 'openIn', 'groupBy', 'agentRegistry', 'loginShell'] as const)
        assert.equal(choiceFrom(name, 7), defaults[name]);
      assert.deepEqual([switchFrom('no'), switchFrom(false), hostNodeFrom(7), hostNodeFrom(' ')], [true, false, undefined, undefined]);
    });
  });

  it('a workspace adds patterns to those of the person and takes none away', () => {
    const { values } = hostSettingsFrom({ ...usable, redactionPatterns: [['mine'], ['theirs', 'mine'], undefined] });
    assert.deepEqual(values.redactionPatterns, ['mine', 'theirs']);
  });

  it('R5.3 R1.6 what the manifest says of limits and times is what counts without it', () => {
    const defaults = readDefaults();
    for (const setting of numberSettings) assert.equal(defaults[setting.name], setting.default, setting.name);
  });

  it('R6.9 a workspace may only tighten limits, and times are checked', () => {
    const values: Readonly<Record<string, readonly unknown[]>> = {
      maxActiveSessions: [undefined, 4, 20],
      'budget.session.tokens': [1000, 5000],
      'budget.day.cost': [undefined, 3],
      'budget.day.turns': [0, 0],
      'times.idle': [0, 60],
      'times.cancel': [0],
      memoryLimit: ['lots', 1],
    };
    const { limits, problems } = limitsFrom((name) => values[name] ?? []);
    assert.deepEqual([limits.maxActiveSessions, limits.budget], [4, { session: { tokens: 1000 }, day: { cost: 3 }, currency: 'USD' }]);
    assert.deepEqual([limits.times?.idle, limits.times?.cancel, limits.memoryMb], [0, 10, undefined]);
    assert.deepEqual(problems, [
      'sessionLoom.memoryLimit is "lots", and must be a number of megabytes from 256, or 0 for no limit. It is left out.',
      'sessionLoom.times.cancel is 0, and must be a number of seconds from 1 to 600. It is left out.',
    ]);
    assert.deepEqual(LimitSettings.parse(limits), limits);
  });
});
