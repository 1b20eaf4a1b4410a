import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { SessionSummary } from '../../model/summary.ts';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { t } from '../words.ts';

/** Endings for what an agent sends without a file name. */
const endings: Readonly<Record<string, string>> = {
  'audio/wav': '.wav',
  'audio/mpeg': '.mp3',
  'audio/ogg': '.ogg',
  'audio/webm': '.webm',
  'audio/flac': '.flac',
  'application/pdf': '.pdf',
};

/** A payload of a session that is no text. The name is an agent's word. */
export interface StoredFile {
  readonly name: string;
  readonly mimeType: string;
  readonly blob: string;
}

/** Asks the person where and writes a stored payload there. */
export async function saveFile(call: Call<HostRequests>, session: SessionSummary, { name, mimeType, blob }: StoredFile): Promise<void> {
  const plain = basename(name.replace(/[\\/:*?"<>|\u0000-\u001f]+/g, ' ').trim()) || t('file');
  const proposed = /\.\w{1,8}$/.test(plain) ? plain : `${plain}${endings[mimeType] ?? '.bin'}`;
  const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(vscode.Uri.file(session.folder), proposed) });
  if (target === undefined) return;
  const { data } = await call('session/blob', { sessionId: session.id, blob });
  await vscode.workspace.fs.writeFile(target, Buffer.from(data, 'base64'));
}
