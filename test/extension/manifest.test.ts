import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('R0.5 The commands in a real VS Code', () => {
  it('no command of ours is there that the manifest does not name, but those that views bring', async () => {
    const extension = vscode.extensions.getExtension<unknown>('session-loom.session-loom');
    assert.ok(extension);
    await extension.activate();
    const manifest = extension.packageJSON as { readonly contributes: { readonly commands: readonly { readonly command: string }[] } };
    const declared = new Set(manifest.contributes.commands.map(({ command }) => command));
    const ours = (await vscode.commands.getCommands(true)).filter((command) => command.startsWith('sessionLoom.'));
    const extra = ours.filter((command) => !declared.has(command) && !/^sessionLoom\.(sessions|inbox)\./.test(command));
    assert.deepEqual(extra, []);
    assert.deepEqual(
      [...declared].filter((command) => !ours.includes(command)),
      [],
    );
  });
});
