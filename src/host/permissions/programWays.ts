/** Words by which a program runs others, or settings of somebody else. `first` is the place of the first word behind the program's name. */
type Look = (words: readonly string[]) => boolean;

/** Long options of git and tar may be cut as long as they are clear. */
function isOption(word: string, ...names: readonly string[]): boolean {
  const given = word.split('=', 1)[0] ?? '';
  return given.length > 2 && given.startsWith('--') && names.some((name) => `--${name}`.startsWith(given));
}

/** Subcommands of git that run what their words say. */
const gitRuns: Readonly<Record<string, Look>> = {
  submodule: (words) => words.includes('foreach'),
  bisect: (words) => words.includes('run'),
  rebase: (words) => words.some((word) => /^-[a-zA-Z]*x/.test(word) || isOption(word, 'exec')),
  difftool: () => true,
  mergetool: () => true,
  'filter-branch': () => true,
  'for-each-repo': () => true,
  hook: () => true,
  'send-email': () => true,
  p4: () => true,
  svn: () => true,
  daemon: () => true,
  'remote-ext': () => true,
  grep: (words) => words.some((word) => word.startsWith('-O') || isOption(word, 'open-files-in-pager')),
  // To say settings is to name programs: pagers, editors, aliases, filters.
  config: (words) => !words.some((word) => /^(--get|--get-all|--get-regexp|--list|-l|--show-origin|--show-scope|get|list)$/.test(word)),
};

/** Words before the subcommand that take the next one along. */
const takesNext = new Set(['-C', '--git-dir', '--work-tree', '--namespace', '--super-prefix', '--attr-source']);

function gitRunsOthers(words: readonly string[]): boolean {
  let at = 0;
  for (; at < words.length && words[at]?.startsWith('-') === true; at++) {
    const word = words[at] ?? '';
    if (/^(-c|--config-env|--exec-path=|--git-dir|--work-tree|-p$|--paginate)/.test(word)) return true;
    if (takesNext.has(word)) at++;
  }
  const rest = words.slice(at + 1);
  if (gitRuns[words[at] ?? '']?.(rest) === true) return true;
  const programs = ['upload-pack', 'receive-pack', 'exec', 'ext-diff', 'textconv', 'extcmd', 'template', 'config-env'];
  const isClone = words[at] === 'clone';
  return rest.some((word) => isOption(word, ...programs) || /^(ext|fd)::/i.test(word) || (isClone && /^-[cu]/.test(word)));
}

/** One step of sed that neither runs nor writes anything: prints, deletes, ends, replaces; with what ends it. */
const plainSed =
  /\s*(?:(?:\d+|\$|\/(?:[^/\\\n]|\\.)*\/)(?:,(?:\d+|\$|\/(?:[^/\\\n]|\\.)*\/))?!?\s*)?(?:[pdqQ=]|s([/|#,])(?:(?!\1)[^\\\n]|\\.)*\1(?:(?!\1)[^\\\n]|\\.)*\1[gpiI\d]*)?\s*(?:;|$)/y;

/** A longer script is looked at by a person. Letters. */
const longestScript = 1000;

function isPlainSed(script: string): boolean {
  if (script.length > longestScript) return false;
  plainSed.lastIndex = 0;
  while (plainSed.lastIndex < script.length) if (!plainSed.test(script)) return false;
  return true;
}

function sedRunsOthers(words: readonly string[]): boolean {
  if (words.some((word) => /^-[a-zA-Z]*f/.test(word) || isOption(word, 'file'))) return true;
  const scripts: string[] = [];
  let isNamed = false;
  for (const [index, word] of words.entries()) {
    const attached = /^(?:--expression=|-[nErsuz]*e)([^]+)$/.exec(word)?.[1];
    if (attached !== undefined) scripts.push(attached);
    if (/^(-[nErsuz]*e|--expression)$/.test(word)) scripts.push(words[index + 1] ?? '');
    isNamed ||= /^(-[nErsuz]*e|--e)/.test(word);
  }
  const first = words.find((word) => !word.startsWith('-') || word === '-');
  const all = isNamed ? scripts : [first ?? ''];
  return all.length === 0 || !all.every(isPlainSed);
}

/** The words of programs which can run others by more than an option, each behind the name of the program. */
export const programWays: Readonly<Record<string, Look>> = {
  git: gitRunsOthers,
  sed: sedRunsOthers,
  gsed: sedRunsOthers,
  awk: awkRunsOthers,
  gawk: awkRunsOthers,
  mawk: awkRunsOthers,
  nawk: awkRunsOthers,
  tar: tarRunsOthers,
  gtar: tarRunsOthers,
  bsdtar: tarRunsOthers,
  sort: (words) => words.some((word) => isOption(word, 'compress-program')),
  // A shell reads the place in a list as arithmetic, which can run commands.
  test: (words) => words.some((word) => /\[[^]*[$`]/.test(word)),
  '[': (words) => words.some((word) => /\[[^]*[$`]/.test(word)),
  printf: (words) => words.some((word) => word.startsWith('-v')),
  jobs: (words) => words.some((word) => word.startsWith('-x')),
  wait: (words) => words.some((word) => word.startsWith('-p')),
  man: (words) => words.some((word) => /^-[PHX]/.test(word) || isOption(word, 'pager', 'html')),
  zip: (words) => words.some((word) => word.startsWith('-TT') || isOption(word, 'unzip-command')),
  go: (words) => words.some((word) => /^--?(exec|toolexec|vettool)/.test(word)),
  less: (words) => words.some((word) => word.startsWith('+')),
};

function awkRunsOthers(words: readonly string[]): boolean {
  return words.some(
    (word) => /system|getline|[|>@]/.test(word) || /^-[^-]*[fEi]/.test(word) || isOption(word, 'file', 'exec', 'include', 'load'),
  );
}

function tarRunsOthers(words: readonly string[]): boolean {
  const names = [
    'checkpoint-action',
    'to-command',
    'use-compress-program',
    'rsh-command',
    'rmt-command',
    'info-script',
    'new-volume-script',
  ];
  return words.some(
    (word, index) => isOption(word, ...names) || (index === 0 || word.startsWith('-') ? /^-?[a-zA-Z]*[FI]/.test(word) : false),
  );
}
