import { LoomError } from '../../base/errors.ts';
import { parseTree, readObjects } from '../git/catFile.ts';
import type { Identity, NewCommit } from './fastImport.ts';
import { signature, writeCommits } from './fastImport.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Person, Repository } from '../git/repository.ts';
import { linesOf } from '../git/repository.ts';
import type { Change, Found, HistoryStore, Look } from './store.ts';

/** Who commits the history where the user has not said who they are. */
export const ourselves: Identity = { name: 'Session Loom', email: 'session-loom@localhost' };

/** Keeps the history on a ref of a repository. */
export class RefStore implements HistoryStore {
  readonly ref: string;
  readonly #repository: Repository;
  #person: Person | undefined;

  constructor(repository: Repository, ref: string) {
    this.#repository = repository;
    this.ref = ref;
  }

  get place(): string {
    return this.ref;
  }

  async look(paths: readonly string[]): Promise<Look> {
    const [tip, ...objects] = await readObjects(this.#repository, [this.ref, ...paths.map((path) => `${this.ref}:${path}`)]);
    const found = new Map<string, Found>();
    paths.forEach((path, index) => {
      const object = objects[index];
      if (object?.type === 'blob') found.set(path, { kind: 'page', text: object.bytes.toString('utf8') });
      if (object?.type === 'tree') found.set(path, { kind: 'folder', names: parseTree(object).map(({ name }) => name) });
    });
    return { tip: tip?.type === 'commit' ? tip.id : undefined, found };
  }

  async grep(text: string): Promise<readonly { readonly path: string; readonly line: string }[]> {
    if (/[\n\0]/.test(text)) return [];
    const flags = ['-I', '-i', '-F', '-z', '--full-name', '--no-color'];
    const result = await this.#repository.run(['grep', ...flags, '-e', text, this.ref], { timeoutMs: 30_000 });
    // One means that nothing was found.
    if (result.code > 1) throw gitFailed('The history could not be searched', result);
    return linesOf(result).flatMap((found) => {
      const [name = '', line] = found.split('\0');
      return line === undefined ? [] : [{ path: name.slice(this.ref.length + 1), line: line.slice(0, 2000) }];
    });
  }

  async write(change: Change): Promise<string> {
    await assertNotCheckedOut(this.#repository, this.ref);
    const who = await this.#signature(change.seconds);
    const { tip, write, message } = change;
    return writeCommits(this.#repository, this.ref, [{ parent: tip, write, message, author: who, committer: who }]);
  }

  /**
   * Writes all commits of the ref anew without the folder and without the index pages, which name its title; those come back with the last
   * commit. Commits that were about this folder's session are left out. Git keeps the old objects until it tidies up by itself.
   */
  async purge(folder: string, change: Change): Promise<void> {
    await assertNotCheckedOut(this.#repository, this.ref);
    if (change.tip === undefined) return;
    const list = await this.#repository.run(['rev-list', '--first-parent', '--reverse', change.tip, '--']);
    if (list.code !== 0) throw gitFailed('The history could not be read', list);
    const commits = await readObjects(this.#repository, linesOf(list));
    const pages = ['README.md', `${folder.split('/')[0] ?? ''}/README.md`];
    const who = await this.#signature(change.seconds);
    const kept = commits.flatMap((commit) => rewritten(commit?.bytes.toString('utf8') ?? '', [folder, ...pages]));
    const last: NewCommit = {
      parent: undefined,
      remove: [folder, ...pages],
      write: change.write,
      message: change.message,
      author: who,
      committer: who,
    };
    const tree = /^tree (\w+)$/m.exec(commits.at(-1)?.bytes.toString('utf8') ?? '')?.[1];
    const all = [...kept, { ...last, ...(tree === undefined ? {} : { tree }) }].map((commit, index) => ({
      ...commit,
      parent: index === 0 ? undefined : 'before',
    }));
    const temporary = `refs/session-loom/purging/${this.ref.replace(/[^a-zA-Z0-9]+/g, '-')}`;
    await this.#repository.run(['update-ref', '-d', temporary]);
    const tip = await writeCommits(this.#repository, temporary, all);
    const moved = await this.#repository.run(['update-ref', '--no-deref', this.ref, tip, change.tip]);
    await this.#repository.run(['update-ref', '-d', temporary]);
    if (moved.code !== 0) throw new LoomError('conflict', 'The history changed while it was being cleaned. Try again.');
    // A log of the ref, which a user may have switched on, would still lead to the old commits.
    await this.#repository.run(['reflog', 'expire', '--expire=all', '--rewrite', this.ref]);
  }

  async othersThatHold(folder: string): Promise<readonly string[]> {
    const refs = await this.#repository.run([
      'for-each-ref',
      '--format=%(refname)',
      'refs/heads/',
      'refs/remotes/',
      'refs/tags/',
      'refs/session-loom/',
    ]);
    const names = linesOf(refs).filter((name) => name !== this.ref);
    const trees = await readObjects(
      this.#repository,
      names.map((name) => `${name}:${folder}`),
    );
    return names.filter((_, index) => trees[index] !== undefined);
  }

  async #signature(seconds: number): Promise<string> {
    // Asked again only while something is missing: a person may still say who they are.
    if (this.#person?.name === undefined || this.#person.email === undefined) this.#person = await this.#repository.person();
    const person = this.#person;
    return signature({ name: person.name ?? ourselves.name, email: person.email ?? ourselves.email }, seconds);
  }
}

/** Rejects with `conflict` when a working tree has the branch checked out: its files would then seem deleted or changed. */
export async function assertNotCheckedOut(repository: Repository, ref: string): Promise<void> {
  if (!ref.startsWith('refs/heads/')) return;
  const list = await repository.text(['worktree', 'list', '--porcelain']);
  if (!list.split('\n').includes(`branch ${ref}`)) return;
  throw new LoomError(
    'conflict',
    `The branch ${ref.slice('refs/heads/'.length)} is checked out, so that the history cannot be written to it. Switch to another branch.`,
  );
}

/** A commit of ours again, without some paths; nothing for a commit whose message says that it is about the removed session. */
function rewritten(raw: string, remove: readonly string[]): readonly NewCommit[] {
  const end = raw.indexOf('\n\n');
  const head = raw.slice(0, end);
  const message = raw.slice(end + 2);
  const [tree, author, committer] = ['tree', 'author', 'committer'].map((name) => new RegExp(`^${name} (.+)$`, 'm').exec(head)?.[1]);
  const session = /^Session-Folder: (.+)$/m.exec(message)?.[1];
  if (tree === undefined || author === undefined || committer === undefined || session === remove[0]) return [];
  return [{ parent: undefined, tree, remove, message, author, committer }];
}
