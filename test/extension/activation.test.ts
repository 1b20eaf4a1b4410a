import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const id = 'session-loom.session-loom';

describe('R6.14 The extension in a real VS Code', () => {
  it('VS Code knows Session Loom, as an extension that runs beside the files', () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension);
    assert.equal(extension.extensionKind, vscode.ExtensionKind.Workspace);
  });

  it('it activates without an error', async () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('every command of its manifest is there to be run once it is active', async () => {
    const extension = vscode.extensions.getExtension<unknown>(id);
    assert.ok(extension);
    const manifest = extension.packageJSON as { readonly contributes?: { readonly commands?: readonly { readonly command: string }[] } };
    const declared = manifest.contributes?.commands?.map(({ command }) => command) ?? [];
    assert.notEqual(declared.length, 0);
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      declared.filter((command) => !known.has(command)),
      [],
    );
  });
});
