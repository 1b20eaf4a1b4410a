import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { Call } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { openChanges } from '../documents/openChanges.ts';
import { openWorktreeChanges } from '../documents/worktreeChanges.ts';
import type { FolderHost } from '../hosts/folderHosts.ts';
import { searchSessions } from '../picks/searchSessions.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { ask, offer, sayShortly, withProgress } from './say.ts';
import { hostFor, sessionFor } from './target.ts';

/** Opens the changes of a session in the multi-diff editor. */
export const showChanges: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Changes of which session?'));
  if (session === undefined) return;
  // What a session did in a place of its own is all that differs there, whoever of it told.
  const open = session.worktree?.phase === 'ready' ? openWorktreeChanges : openChanges;
  await withProgress(t('Collecting the changes…'), () => open(app.store.call(session.id), app.documents, session.id, session.title));
};

/** A session that only its written pages tell of, and the host that can read them. */
interface WrittenOnly {
  readonly written: string;
  readonly host: FolderHost | undefined;
}

/** Opens what is written in git about a session, rendered; with no session in focus or passed, the index of all. */
export const openHistory: CommandRun = async (app, ...args) => {
  const [first] = args;
  if (isWrittenOnly(first)) return first.host === undefined ? undefined : showPages(app, first.host.link.call, first.written);
  const asks = args[0] !== undefined || app.panels.active !== undefined;
  const session = asks ? await sessionFor(app, args, t('History of which session?')) : undefined;
  if (asks && session === undefined) return;
  const call = session === undefined ? (await hostFor(app, t('History of which folder?'))).link.call : app.store.call(session.id);
  return showPages(app, call, session?.id, session?.title);
};

function isWrittenOnly(argument: unknown): argument is WrittenOnly {
  return typeof argument === 'object' && argument !== null && 'written' in argument && typeof argument.written === 'string';
}

async function showPages(app: App, call: Call<HostRequests>, sessionId?: string, title?: string): Promise<void> {
  const { pages, problem, ref } = await withProgress(t('Reading the history…'), () =>
    call('history/read', sessionId === undefined ? {} : { sessionId }),
  );
  if (pages.length === 0) {
    const text = problem ?? t('Nothing is written yet. A turn is written when it ends.');
    offer(text, t('Open Settings'), () => vscode.commands.executeCommand('workbench.action.openSettings', 'sessionLoom.history'));
    return;
  }
  if (problem !== undefined) void vscode.window.showWarningMessage(problem);
  const markdown = pages.map((page) => page.markdown.trim()).join('\n\n---\n\n');
  const name = title === undefined ? t('History of Sessions') : t('History of {0}', title);
  app.log.debug(`The history is shown from ${ref ?? 'the working tree'}: ${pages.map(({ path }) => path).join(', ')}`);
  const uri = app.documents.add(`${name.replace(/[/\\?#]+/g, ' ').slice(0, 80)}.md`, () => Promise.resolve(`${markdown}\n`));
  await vscode.commands.executeCommand('markdown.showPreview', uri);
}

/** Searches what was said in all sessions, and opens the one that is picked at the place; of one that is not here, its written pages. */
export const searchHistory: CommandRun = async (app, query) => {
  const found = await searchSessions(app, typeof query === 'string' ? query : '');
  if (found === undefined) return;
  if ('place' in found) app.panels.open(found.place.sessionId).show(found.place);
  else await openHistory(app, found);
};

/** Publishes the history to an ordinary branch, after saying what that means. */
export const shareHistory: CommandRun = async (app) => {
  const host = await hostFor(app, t('History of which folder?'));
  const branch = await vscode.window.showInputBox({
    title: t('Share History'),
    prompt: t('The branch to publish to. It is made where it does not exist.'),
    value: 'session-loom/history',
    validateInput: (value) =>
      /^(?!\/|.*(?:[\s~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.lock$|\.$)).+$/.test(value)
        ? undefined
        : t('This is no name for a branch. Example: session-loom/history'),
  });
  if (branch === undefined) return;
  const detail = t(
    'Whoever can read the branch after you push it can read what was said in your sessions. Secrets that were found are already taken out. What other machines have shared there is kept.',
  );
  const { remotes } = await withProgress(t('Reading the history…'), () => host.link.call('history/sessions', {}));
  const publish = t('Publish');
  const [remote] = remotes.includes('origin') ? ['origin'] : remotes;
  const pushing = remote === undefined ? undefined : t('Publish and Push to {0}', remote);
  const chosen = await ask(
    t('Publish the history to the branch “{0}”?', branch),
    detail,
    publish,
    ...(pushing === undefined ? [] : [pushing]),
  );
  if (chosen === undefined) return;
  const wish = { branch, ...(chosen === pushing && remote !== undefined ? { remote } : {}) };
  const { commit, pushed } = await withProgress(t('Publishing the history…'), () => host.link.call('history/share', wish));
  sayShortly(
    pushed === undefined
      ? t('The history is on the branch {0} ({1}). Push it to share it.', branch, commit.slice(0, 8))
      : t('The history is on the branch {0} of {1} ({2}).', branch, pushed, commit.slice(0, 8)),
  );
};

/** Copies a session as markdown. */
export const copyAsMarkdown: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Copy which session?'));
  if (session === undefined) return;
  const { markdown, redacted } = await transcriptOf(app, session);
  await vscode.env.clipboard.writeText(markdown);
  sayShortly(t('Copied.') + redactedText(redacted));
};

/** Writes a session into a markdown file that the person names. */
export const exportSession: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Export which session?'));
  if (session === undefined) return;
  const name = `${
    session.title
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) || 'session'
  }.md`;
  const target = await vscode.window.showSaveDialog({
    title: t('Export Session'),
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(session.folder), name),
    filters: { Markdown: ['md'] },
  });
  if (target === undefined) return;
  const { markdown, redacted } = await transcriptOf(app, session);
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(markdown));
  const text = t('“{0}” is exported.', session.title) + redactedText(redacted);
  offer(text, t('Open'), () => vscode.commands.executeCommand('vscode.open', target));
};

function transcriptOf(app: App, { id }: SessionSummary): Promise<{ readonly markdown: string; readonly redacted: number }> {
  return withProgress(t('Writing the transcript…'), () => app.store.call(id)('session/transcript', { sessionId: id }));
}

function redactedText(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ` ${t('One secret was taken out.')}` : ` ${t('{0} secrets were taken out.', count)}`;
}

/** Commits spec documents on the current branch, after showing what goes in. */
export const commitSpecs: CommandRun = async (app) => {
  const { folder, link } = await hostFor(app, t('Spec documents of which folder?'));
  const path = folder.uri.fsPath;
  const { files, branch, message, leftOut } = await withProgress(t('Looking for changed spec documents…'), () =>
    link.call('specs/candidates', { folder: path }),
  );
  if (leftOut.length > 0) {
    const named = leftOut.slice(0, 3).join(', ');
    void vscode.window.showWarningMessage(
      t(
        '{0} changed files are left out, because git changes them on their way in or they are in conflict: {1}. Commit them yourself.',
        leftOut.length,
        named,
      ),
    );
  }
  if (files.length === 0) {
    if (leftOut.length === 0) sayShortly(t('No spec document has changed under specs/ or .kiro/specs/.'));
    return;
  }
  const words = { added: t('new'), modified: t('changed'), deleted: t('deleted'), renamed: t('renamed') };
  const items = files.map((file) => ({
    path: file.path,
    label: file.path,
    description: `${words[file.change]} · +${file.added} −${file.removed}`,
    picked: true,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: branch === undefined ? t('Commit Spec Documents (no branch is checked out)') : t('Commit Spec Documents on {0}', branch),
    placeHolder: t('What goes in. Everything else stays as it is, staged or not.'),
    canPickMany: true,
  });
  if (picked === undefined || picked.length === 0) return;
  // The box has one line; what stands below the first goes with it as it is.
  const [subject = '', ...below] = message.split('\n');
  const text = await vscode.window.showInputBox({
    title: t('Message of the Commit'),
    value: subject,
    validateInput: (value) => (value.trim() === '' ? t('A commit needs a message.') : undefined),
  });
  if (text === undefined) return;
  const paths = picked.map((item) => item.path);
  const { commit, skippedHooks } = await withProgress(t('Committing…'), () =>
    link.call('specs/commit', { folder: path, paths, message: [text.trim(), ...below].join('\n') }),
  );
  if (commit === '') throw new LoomError('git', t('Nothing was committed: the documents have not changed any more.'));
  const done = t('Committed {0} spec documents as {1}.', paths.length, commit.slice(0, 8));
  sayShortly(skippedHooks.length === 0 ? done : `${done} ${t('These hooks were not run: {0}.', skippedHooks.join(', '))}`);
};
