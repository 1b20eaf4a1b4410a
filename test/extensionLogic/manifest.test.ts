import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { root } from '../../scripts/paths.ts';

const MenuItem = z.object({
  command: z.string().optional(),
  submenu: z.string().optional(),
  when: z.string().optional(),
  group: z.string().optional(),
});
const Manifest = z.object({
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string() })),
    menus: z.record(z.string(), z.array(MenuItem)),
    submenus: z.array(z.object({ id: z.string() })),
    keybindings: z.array(z.object({ command: z.string(), key: z.string(), mac: z.string().optional(), when: z.string().optional() })),
    configuration: z.object({ properties: z.record(z.string(), z.looseObject({ scope: z.string().optional() })) }),
    walkthroughs: z.array(z.object({ steps: z.array(z.object({ media: z.object({ svg: z.string() }) })) })),
  }),
  capabilities: z.object({ untrustedWorkspaces: z.object({ supported: z.string(), restrictedConfigurations: z.array(z.string()) }) }),
});

const text = readFileSync(join(root, 'package.json'), 'utf8');
const { contributes, capabilities } = Manifest.parse(JSON.parse(text));
const words = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')));
const commands = contributes.commands.map(({ command }) => command);

describe('R0.1 The manifest', () => {
  it('every text that it names is there, and no text is left over', () => {
    const named = new Set([...text.matchAll(/"%([^"%]+)%"/g)].map(([, name]) => name ?? ''));
    assert.deepEqual(
      [...named].filter((name) => !(name in words)),
      [],
    );
    assert.deepEqual(
      Object.keys(words).filter((name) => !named.has(name)),
      [],
    );
  });

  it('menus, keys and welcome texts name only commands that it declares', () => {
    const used = [
      ...Object.values(contributes.menus).flatMap((items) => items.flatMap(({ command }) => command ?? [])),
      ...contributes.keybindings.map(({ command }) => command),
      ...[...JSON.stringify(words).matchAll(/command:(sessionLoom\.\w+)/g)].map(([, command]) => command ?? ''),
    ];
    // Views bring commands of their own, such as `.focus`.
    assert.deepEqual(
      [...new Set(used)].filter((command) => !commands.includes(command) && command !== 'sessionLoom.sessions'),
      [],
    );
    assert.equal(new Set(commands).size, commands.length);
  });

  it('no condition of a menu or of a key says the same twice', () => {
    const conditions = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].flatMap(({ when }) => when ?? []);
    assert.ok(conditions.length > 20);
    assert.deepEqual(
      conditions.filter((when) =>
        when.split('||').some((all) => new Set(all.split('&&').map((one) => one.trim())).size < all.split('&&').length),
      ),
      [],
    );
  });

  it('every command stands in one category of the palette', () => {
    assert.deepEqual([...new Set(contributes.commands.map(({ category }) => category))], ['Session Loom']);
  });

  it('every context key that a menu or a key asks for is set somewhere', () => {
    const source = globSync('src/extension/**/*.ts', { cwd: root })
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    const conditions = JSON.stringify([contributes.menus, contributes.keybindings]);
    const asked = new Set([...conditions.matchAll(/\bsessionLoom\.(\w+)(?=[ )"=!&|])/g)].map(([, name]) => name ?? ''));
    const isSet = (name: string): boolean => new RegExp(`say\\(\\s*'${name}'`).test(source) || source.includes(`'sessionLoom.${name}'`);
    assert.deepEqual(
      [...asked].filter((name) => !commands.includes(`sessionLoom.${name}`) && name !== 'session' && !isSet(name)),
      [],
    );
  });

  it('R1.14 settings that launch programs come from a person, never from a workspace', () => {
    for (const name of ['agents', 'defaultAgent', 'hostNode', 'history', 'agentRegistry', 'loginShell']) {
      assert.equal(contributes.configuration.properties[`sessionLoom.${name}`]?.scope, 'machine', name);
      assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes(`sessionLoom.${name}`), name);
    }
    assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
  });

  it('R1.11 new, next, previous, close, rename, stop, 1 to 9, the message box and find have keys', () => {
    const keyed = new Set(contributes.keybindings.map(({ command }) => command.replace('sessionLoom.', '')));
    const wanted = [
      'newSession',
      'nextSession',
      'previousSession',
      'closeSession',
      'renameSession',
      'stopSession',
      'focusComposer',
      'findInSession',
    ];
    const numbers = Array.from({ length: 9 }, (_, index) => `goToSession${index + 1}`);
    assert.deepEqual(
      [...wanted, ...numbers].filter((name) => !keyed.has(name)),
      [],
    );
  });

  it('R1.8 the tour has three steps, and their pictures are there', () => {
    const [tour] = contributes.walkthroughs;
    assert.equal(tour?.steps.length, 3);
    assert.deepEqual(
      tour.steps.filter(({ media }) => !existsSync(join(root, media.svg))),
      [],
    );
  });
});
