import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { t } from '../words.ts';

/** The mirrors that are open, so that a second look at a terminal shows the first mirror of it. */
const open = new Map<string, vscode.Terminal>();

/** Shows a terminal of an agent as a terminal of the editor that one can watch. Closing it ends the watching, not the command. */
export function showTerminal(call: Call<HostRequests>, sessionId: string, id: string, name: string): void {
  const known = open.get(id);
  if (known !== undefined) {
    known.show(true);
    return;
  }
  const mirror = vscode.window.createTerminal({ name, pty: mirrorOf(call, sessionId, id), iconPath: new vscode.ThemeIcon('eye') });
  open.set(id, mirror);
  const closed = vscode.window.onDidCloseTerminal((terminal) => {
    if (terminal !== mirror) return;
    open.delete(id);
    closed.dispose();
  });
  mirror.show(true);
}

function mirrorOf(call: Call<HostRequests>, sessionId: string, terminal: string): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  let isClosed = false;
  const follow = async (): Promise<void> => {
    let from = 0;
    let isFirst = true;
    try {
      while (!isClosed) {
        const { command, text, next, ended } = await call('terminal/read', { sessionId, terminal, from });
        if (isFirst) written.fire(`\u001b[1m${printable(command)}\u001b[0m\r\n`);
        written.fire(text.replace(/\r?\n/g, '\r\n'));
        // What has ended and has nothing more to say is over.
        if (ended !== undefined && next === from) {
          end(endText(ended));
          return;
        }
        from = next;
        isFirst = false;
      }
    } catch (error) {
      end(messageOf(error));
    }
  };
  const end = (text: string): void => written.fire(`\r\n\u001b[2m${printable(text)}\u001b[0m\r\n`);
  return {
    onDidWrite: written.event,
    open: () => void follow(),
    close: () => {
      isClosed = true;
      written.dispose();
    },
  };
}

function endText({ exitCode, signal }: { readonly exitCode?: number | undefined; readonly signal?: string | undefined }): string {
  if (signal !== undefined) return t('[Ended by {0}]', signal);
  return exitCode === undefined ? t('[Ended]') : t('[Ended with exit code {0}]', exitCode);
}

/** The words of an agent in one line, without signs that move the cursor. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, 1000);
}
