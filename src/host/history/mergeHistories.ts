import { LoomError } from '../../base/errors.ts';
import { frontMatterText } from '../../model/transcript/frontMatter.ts';
import type { IndexRow } from '../../model/transcript/indexPage.ts';
import { indexMarkdown, monthMarkdown, rowsOf, withRow } from '../../model/transcript/indexPage.ts';
import { readObjects } from '../git/catFile.ts';
import { writeCommits } from './fastImport.ts';
import type { Repository } from '../git/repository.ts';

/** A file of a tree: the id of its content. */
type Files = ReadonlyMap<string, string>;

const month = /^(?:\d{4}-\d{2}|undated)$/;
const turnPage = /\/\d{4,}\.md$/;

/**
 * Joins histories into one commit on a ref, by plumbing alone: the first head is where the ref is, or is to begin. The tree is the union of all: a
 * page that one has is taken, of a page that several have the latest, and where two of them are of different turns both are kept; the index pages
 * are made anew. Gives the new commit. Rejects with `conflict` when the ref was moved meanwhile.
 */
export async function mergeHistories(
  repository: Repository,
  ref: string,
  heads: readonly [string, ...string[]],
  signature: string,
): Promise<string> {
  const trees: Files[] = [];
  for (const head of heads) trees.push(await filesOf(repository, head));
  const [first, ...others] = heads;
  const base = trees[0] ?? new Map<string, string>();
  const link = new Map<string, string>();
  for (const [path, ids] of versionsOf(trees)) {
    if (path === 'README.md' || isMonthPage(path)) continue;
    for (const [target, id] of await choose(repository, path, ids)) if (base.get(target) !== id) link.set(target, id);
  }
  const names = new Set([...base.keys(), ...link.keys()]);
  return writeCommits(repository, ref, [
    {
      parent: first,
      merge: others,
      link,
      write: await indexPages(repository, heads, names),
      message: [
        'Join histories of sessions',
        '',
        `The sessions of ${heads.length} histories stand side by side.`,
        '',
        'Session-History: joined',
        'Tests: none; this joins records of sessions',
        'Validation: every page of each of them is here',
        '',
      ].join('\n'),
      author: signature,
      committer: signature,
    },
  ]);
}

/** The regular files of a commit. Links and submodules have no place in a history and are left out. */
async function filesOf(repository: Repository, commit: string): Promise<Files> {
  const list = await repository.text(['ls-tree', '-r', '-z', '--full-tree', commit], { timeoutMs: 60_000 });
  const entries = list.split('\0').flatMap((entry): [string, string][] => {
    const [, id, path] = /^100(?:644|755) blob ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    return id === undefined || path === undefined ? [] : [[path, id]];
  });
  return new Map(entries);
}

/** Each path with its different contents, in the order of the trees. */
function versionsOf(trees: readonly Files[]): ReadonlyMap<string, readonly string[]> {
  const versions = new Map<string, string[]>();
  for (const tree of trees) {
    for (const [path, id] of tree) {
      const known = versions.get(path);
      if (known === undefined) versions.set(path, [id]);
      else if (!known.includes(id)) known.push(id);
    }
  }
  return versions;
}

/** Which content goes where. Of a page that was written again the latest counts; other turns of the same number get a name of their own. */
async function choose(repository: Repository, path: string, ids: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const [only] = ids;
  if (only === undefined) return [];
  if (ids.length === 1) return [[path, only]];
  const pages = (await readObjects(repository, ids)).map((object, index) => {
    const text = object?.bytes.toString('utf8') ?? '';
    const said = (name: string): string => frontMatterText(text, name) ?? '';
    return { id: ids[index] ?? '', turn: turnPage.test(path) ? said('started') : '', at: said('updated') || said('ended') };
  });
  const [latest, ...rest] = pages.toSorted((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  if (latest === undefined) return [];
  const apart = rest.filter(({ turn }) => turn !== latest.turn);
  return [[path, latest.id], ...apart.map(({ id }) => [path.replace(/\.md$/, `.${id.slice(0, 8)}.md`), id] as const)];
}

async function indexPages(
  repository: Repository,
  heads: readonly string[],
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, Set<string>>();
  for (const path of names) {
    const [name = '', folder = '', file] = path.split('/');
    if (month.test(name) && file !== undefined) folders.set(name, (folders.get(name) ?? new Set()).add(folder));
  }
  const months = [...folders.keys()].sort();
  const pages = new Map<string, string>();
  const all: IndexRow[] = [];
  for (const name of months) {
    const found = await readObjects(
      repository,
      heads.map((head) => `${head}:${name}/README.md`),
    );
    let rows: readonly IndexRow[] = [];
    for (const object of found) {
      for (const row of rowsOf(object?.type === 'blob' ? object.bytes.toString('utf8') : '', name)) {
        const known = rows.find(({ folder }) => folder === row.folder);
        if (folders.get(name)?.has(row.folder) === true && (known === undefined || known.turns < row.turns)) rows = withRow(rows, row);
      }
    }
    pages.set(`${name}/README.md`, monthMarkdown(name, rows));
    all.push(...rows);
  }
  return pages.set('README.md', indexMarkdown(all, months));
}

function isMonthPage(path: string): boolean {
  const [name = '', file, ...deeper] = path.split('/');
  return month.test(name) && file === 'README.md' && deeper.length === 0;
}

/** Rejects with `conflict` where a commit holds something else than a history. */
export async function assertHistory(repository: Repository, commit: string, name: string): Promise<void> {
  const [page] = await readObjects(repository, [`${commit}:README.md`]);
  if (page?.type === 'blob' && page.bytes.toString('utf8').startsWith('# Session history\n')) return;
  throw new LoomError(
    'conflict',
    `The branch ${name} holds something else than a history of sessions, and is left as it is. Choose another name, or delete that branch first.`,
  );
}
