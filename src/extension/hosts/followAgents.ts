import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore, disposable } from '../../base/lifecycle.ts';
import type { FolderHosts } from './folderHosts.ts';
import { configure, sayBadSettings } from './windowLink.ts';
import type { AgentCatalogue } from '../agents/agentCatalogue.ts';

/** Milliseconds after the start of a window until what nobody needs any more is removed: nothing waits for that. */
const cleanUpAfterMs = 30_000;

/** Tells the hosts when settings of theirs or the known agents change, and the person when a setting cannot be used. */
export function followAgents(agents: AgentCatalogue, hosts: FolderHosts, log: vscode.LogOutputChannel): Disposable {
  const owned = new DisposableStore();
  const tell = (): void => {
    for (const { link } of hosts.all) if (link.state.state === 'connected') void configure(link.call, log, agents);
  };
  owned.add(agents.onDidChange(tell));
  owned.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      // In a window that is not trusted no program is looked for, and no shell is asked.
      if (!vscode.workspace.isTrusted) return;
      const concerns = (...names: readonly string[]): boolean => names.some((name) => change.affectsConfiguration(`sessionLoom.${name}`));
      if (concerns('agents', 'agentRegistry')) void agents.lookAgain().then(tell);
      else if (
        concerns(
          'defaultAgent',
          'history',
          'redactionPatterns',
          'permissions',
          'maxActiveSessions',
          'instances',
          'memoryLimit',
          'budget',
          'times',
        )
      )
        tell();
      else return;
      if (concerns('agentRegistry')) agents.refresh();
      void sayBadSettings(agents);
    }),
  );
  const later = setTimeout(() => {
    if (!vscode.workspace.isTrusted) return;
    agents.refresh();
    void agents.cleanUp();
  }, cleanUpAfterMs);
  owned.add(disposable(() => clearTimeout(later)));
  return owned;
}
