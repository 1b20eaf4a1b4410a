/**
 * The door to every script: `node scripts/setup.mjs NAME [arguments]` installs what is missing and runs `scripts/NAME.ts` on the Node that
 * npm brings. Plain JavaScript without dependencies, because it starts on a fresh clone with Node 20.19.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseNode, compareVersions, oldestNode, reasonToInstall, wantedMajor } from './dependencies.mjs';

/** When this began, for whoever says how long it took. */
const started = Date.now();

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const markFile = join(modules, '.session-loom-lock');
const bundledNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function say(text) {
  process.stdout.write(`${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function readText(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function readJson(file) {
  const text = readText(file);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Runs a command to its end with our own output. npm is a script on Windows and needs a shell there; no argument of ours needs quoting. */
function run(command, args, cwd) {
  const shell = command === 'npm' && process.platform === 'win32';
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], shell });
  return status === 0;
}

function versionOf(node) {
  const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function installDependencies() {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lockText).digest('hex');
  const mark = readText(markFile);
  const reason = reasonToInstall({ mark, hash, lock: JSON.parse(lockText), installed: readJson(join(modules, '.package-lock.json')) });
  if (reason !== undefined) {
    say(`Installing the dependencies (${reason}) …`);
    const installing = Date.now();
    if (!run('npm', ['ci', '--no-audit', '--no-fund'], root)) {
      fail(
        'npm ci failed: see its message above. The set-up needs npm and its registry once; run the same command again when it is reachable.',
      );
    }
    say(`Dependencies installed in ${((Date.now() - installing) / 1000).toFixed(1)} s.`);
  }
  if (mark !== hash) writeFileSync(markFile, hash);
}

/** The Node that runs the scripts. A newer npm may have refused to run install scripts: then the one of `node` is run here. */
function findNode() {
  for (const fetched of [false, true]) {
    const choice = chooseNode({ bundled: versionOf(bundledNode), own: process.version, fetched });
    if (choice === 'bundled') return bundledNode;
    if (choice === 'own') return process.execPath;
    if (choice === 'none') break;
    say(`Fetching Node ${wantedMajor} from npm …`);
    run(process.execPath, ['installArchSpecificPackage.js'], join(modules, 'node'));
  }
  return fail(
    `Node ${wantedMajor} from npm does not run on this machine (${process.platform} ${process.arch}). ` +
      `Install Node ${wantedMajor} yourself and run the same command with it.`,
  );
}

function main() {
  if (compareVersions(process.version, oldestNode) < 0) {
    fail(`Node ${process.version} is too old: install Node ${oldestNode} or newer and run the same command again.`);
  }
  const [name, ...args] = process.argv.slice(2);
  const script = join(root, 'scripts', `${name}.ts`);
  if (name === undefined || !existsSync(script)) fail(`There is no script scripts/${name ?? 'NAME'}.ts. See "scripts" in package.json.`);
  installDependencies();
  const env = { ...process.env, SESSION_LOOM_STARTED: String(started), PATH: [join(modules, '.bin'), process.env.PATH].join(delimiter) };
  const child = spawn(findNode(), ['--disable-warning=ExperimentalWarning', script, ...args], { cwd: root, stdio: 'inherit', env });
  // A terminal sends Ctrl+C to the whole group: the script tidies up, and this process waits for it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

main();
