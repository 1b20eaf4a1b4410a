import assert from 'node:assert/strict';
import { desktopPlaces, hasScreen } from './desktop.ts';
import { desktopArguments, underScreen } from './desktopArguments.ts';

// The paths are those of the platform that the tests run on, so only their order and their parts are compared.
const executables = (...args: Parameters<typeof desktopPlaces>): string[] =>
  desktopPlaces(...args).map(({ executable }) => executable.replaceAll('\\', '/'));

describe('R6.14 Where a desktop VS Code is looked for', () => {
  it('on macOS in both application folders', () => {
    const found = executables('darwin', {}, '/Users/ada');
    assert.ok(found[0]?.startsWith('/Applications/Visual Studio Code.app/Contents/MacOS/'));
    assert.ok(found.some((path) => path.startsWith('/Users/ada/Applications/')));
  });

  it('on Windows in the folders that the environment names, and nowhere else', () => {
    const found = executables('win32', { LOCALAPPDATA: 'C:/Users/ada/AppData/Local' }, 'C:/Users/ada');
    assert.deepEqual(found, ['C:/Users/ada/AppData/Local/Programs/Microsoft VS Code/Code.exe']);
  });

  it('on Linux first where the path leads', () => {
    assert.deepEqual(executables('linux', {}, '/home/ada', '/opt/mine').slice(0, 2), ['/opt/mine/code', '/usr/share/code/code']);
    assert.equal(executables('linux', {}, '/home/ada')[0], '/usr/share/code/code');
  });
});

describe('R6.14 Whether a desktop window can appear', () => {
  it('always outside Linux; on Linux with a screen, or with a virtual one that is good enough', () => {
    assert.equal(hasScreen('win32', {}, false), true);
    assert.equal(hasScreen('darwin', {}, false), true);
    assert.equal(hasScreen('linux', { DISPLAY: ':0' }, false), true);
    assert.equal(hasScreen('linux', { WAYLAND_DISPLAY: 'wayland-0' }, false), true);
    assert.equal(hasScreen('linux', { DISPLAY: '' }, false), false);
    assert.equal(hasScreen('linux', {}, false), false);
    assert.equal(hasScreen('linux', {}, true), true);
  });

  it('the virtual screen is put around the program only where there is no real one', () => {
    assert.deepEqual(underScreen('/code', ['a'], 'linux', { DISPLAY: ':0' }), { executable: '/code', args: ['a'] });
    assert.deepEqual(underScreen('/code', ['a'], 'darwin', {}), { executable: '/code', args: ['a'] });
    assert.deepEqual(underScreen('/code', ['a'], 'linux', {}), { executable: 'xvfb-run', args: ['--auto-servernum', '/code', 'a'] });
  });

  it('trust is asked for in a folder of one’s own and not in the sample', () => {
    const arguments_ = (trustEverything: boolean): string[] => desktopArguments('/profile', '/extensions', { trustEverything });
    assert.ok(arguments_(true).includes('--disable-workspace-trust'));
    assert.ok(!arguments_(false).includes('--disable-workspace-trust'));
    assert.ok(arguments_(false).includes('--user-data-dir=/profile'));
  });
});
