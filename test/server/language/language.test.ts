import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic, DocumentLink, DocumentSymbol, Hover, Location, LocationLink } from 'vscode-languageserver';
import type { Disposable } from '../../../src/base/lifecycle.ts';
import { disposable } from '../../../src/base/lifecycle.ts';
import type { Log } from '../../../src/base/log.ts';
import { silentLog } from '../../../src/base/log.ts';
import { languageCapabilities } from '../../../src/server/language/capabilities.ts';
import { serveLanguage } from '../../../src/server/language/serveLanguage.ts';
import { readSpecFile } from '../../../src/server/language/specFile.ts';
import type { Pair } from './pair.ts';
import { changeDocument, DiagnosticsInbox, initialize, makePair, openDocument } from './pair.ts';

const requirements = `# Requirements Document

### Requirement 1: Store
**User Story:** As a user, I want a store
#### Acceptance Criteria
1. WHEN a THEN the system SHALL store
2. WHEN b THEN the system SHALL keep

### Requirement 2: Show
#### Acceptance Criteria
1. WHEN c THEN the system SHALL show
`;
const tasks = `# Implementation Plan

- [x] 1. Store it
  - _Requirements: 1.1, 1.3_
- [ ] 2. Show it
  - _Requirements: 2.1_
  - _Depends: 1_
`;

/** A clock that stands still until the test lets the pause pass. */
function stoppedClock(): { later: (run: () => void) => Disposable; pass: () => void; readonly waiting: number } {
  const runs = new Set<() => void>();
  return {
    later: (run) => {
      runs.add(run);
      return disposable(() => runs.delete(run));
    },
    pass: () => {
      const now = [...runs];
      runs.clear();
      for (const run of now) run();
    },
    get waiting() {
      return runs.size;
    },
  };
}

function textOf(diagnostic: Diagnostic | undefined): string {
  const message = diagnostic?.message ?? '';
  return typeof message === 'string' ? message : message.value;
}

function shown(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(
    (one) => `${one.range.start.line + 1}:${one.range.start.character + 1} ${String(one.severity)} ${String(one.code)}`,
  );
}

describe('R3.2 R6.3 R6.4 language features over the protocol', () => {
  let folder: string;
  let pair: Pair;
  let inbox: DiagnosticsInbox;
  let uriOf: (name: string) => string;
  const errors: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => errors.push(message), error: (message) => errors.push(message) };

  beforeEach(async () => {
    errors.length = 0;
    folder = join(await realpath(await mkdtemp(join(tmpdir(), 'loom specs ü-'))), 'specs', 'my feature');
    await mkdir(folder, { recursive: true });
    uriOf = (name) => pathToFileURL(join(folder, name)).href;
    pair = makePair();
    inbox = new DiagnosticsInbox(pair.client);
    pair.client.listen();
  });

  afterEach(async () => {
    pair.close();
    await rm(join(folder, '..', '..'), { recursive: true, force: true });
    assert.deepEqual(errors, []);
  });

  async function start(later?: (run: () => void) => Disposable): Promise<unknown> {
    serveLanguage(pair.server, { log, ...(later === undefined ? {} : { later }) });
    pair.server.listen();
    return initialize(pair.client);
  }

  it('initialize is answered with what is offered', async () => {
    assert.deepEqual(await start(), { capabilities: languageCapabilities, serverInfo: { name: 'Session Loom' } });
  });

  it('a reference to a requirement that does not exist is an error, with the requirements read from disk', async () => {
    await writeFile(join(folder, 'requirements.md'), requirements);
    await start();
    await openDocument(pair.client, uriOf('tasks.md'), 1, tasks);
    const [problem, ...others] = await inbox.of(uriOf('tasks.md'), 1);
    assert.deepEqual(others, []);
    assert.ok(problem);
    assert.deepEqual(shown([problem]), ['4:25 1 unknown-requirement']);
    assert.match(textOf(problem), /Requirement 1\.3 does not exist in requirements\.md\..*Did you mean 1\.2\?/);
    assert.equal(problem.relatedInformation?.[0]?.location.uri, uriOf('requirements.md'));
  });

  it('an edit of the requirements checks the open tasks again, without saving', async () => {
    await writeFile(join(folder, 'requirements.md'), requirements);
    await start();
    await openDocument(pair.client, uriOf('tasks.md'), 1, tasks);
    assert.equal((await inbox.of(uriOf('tasks.md'), 1)).length, 1);
    await openDocument(pair.client, uriOf('requirements.md'), 5, requirements);
    await inbox.of(uriOf('tasks.md'), 1);
    const end = { line: 7, character: 0 };
    await changeDocument(pair.client, uriOf('requirements.md'), 6, [
      { range: { start: end, end }, text: '3. WHEN d THEN the system SHALL last\n' },
    ]);
    assert.deepEqual(await inbox.of(uriOf('tasks.md'), 1), []);
    await pair.client.sendNotification('textDocument/didClose', { textDocument: { uri: uriOf('requirements.md') } });
    assert.deepEqual(shown(await inbox.of(uriOf('tasks.md'), 1)), ['4:25 1 unknown-requirement'], 'what is on disk counts again');
    assert.deepEqual(await inbox.of(uriOf('requirements.md'), undefined), [], 'a closed document has no diagnostics');
  });

  it('a change on disk checks the open tasks again', async () => {
    await start();
    await openDocument(pair.client, uriOf('tasks.md'), 1, tasks);
    assert.deepEqual(await inbox.of(uriOf('tasks.md'), 1), [], 'without requirements nothing is missing');
    await writeFile(join(folder, 'bugfix.md'), '1.1 WHEN a THEN b\n2.1 WHEN c THEN d\n');
    await pair.client.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf('bugfix.md'), type: 1 }] });
    const [problem] = await inbox.of(uriOf('tasks.md'), 1);
    assert.match(textOf(problem), /1\.3 does not exist in bugfix\.md/);
  });

  it('a client that can is asked to watch spec documents', async () => {
    const registered = new Promise((resolve) => {
      pair.client.onRequest('client/registerCapability', (params: unknown) => {
        resolve(params);
        return null;
      });
    });
    serveLanguage(pair.server, { log });
    pair.server.listen();
    await initialize(pair.client, true);
    const { registrations } = (await registered) as { registrations: { method: string; registerOptions: unknown }[] };
    // A request is answered after the reply to the registration has arrived.
    await pair.client.sendRequest('textDocument/documentSymbol', { textDocument: { uri: uriOf('tasks.md') } });
    assert.equal(registrations[0]?.method, 'workspace/didChangeWatchedFiles');
    assert.deepEqual(registrations[0].registerOptions, {
      watchers: [{ globPattern: '**/specs/*/{requirements,bugfix,design,tasks,spec}.md' }],
    });
  });

  it('while somebody types only the last version is judged', async () => {
    const clock = stoppedClock();
    await start(clock.later);
    await openDocument(pair.client, uriOf('tasks.md'), 1, '- [ ] 1. A\n');
    for (let version = 2; version <= 6; version++)
      await changeDocument(pair.client, uriOf('tasks.md'), version, [{ text: `- [ ] 1. A\n- [ ] 1. ${version}\n` }]);
    // A request is answered after the notifications before it, so all edits have arrived.
    await pair.client.sendRequest('textDocument/documentSymbol', { textDocument: { uri: uriOf('tasks.md') } });
    assert.equal(clock.waiting, 1);
    assert.deepEqual(inbox.received, []);
    clock.pass();
    assert.deepEqual(shown(await inbox.of(uriOf('tasks.md'), 6)), ['2:7 2 duplicate-task']);
    assert.deepEqual(inbox.received, []);
  });

  it('diagnostics of a version that was overtaken while neighbours were read are not sent', async () => {
    const clock = stoppedClock();
    let release: (text: string | undefined) => void = () => undefined;
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    let reads = 0;
    const readFile = (): Promise<string | undefined> => {
      if (++reads > 1) return Promise.resolve(requirements);
      asked();
      return new Promise((resolve) => (release = resolve));
    };
    serveLanguage(pair.server, { log, later: clock.later, readFile });
    pair.server.listen();
    await initialize(pair.client);
    await openDocument(pair.client, uriOf('tasks.md'), 1, tasks);
    await pair.client.sendRequest('textDocument/documentSymbol', { textDocument: { uri: uriOf('tasks.md') } });
    clock.pass();
    await isAsked;
    await changeDocument(pair.client, uriOf('tasks.md'), 2, [{ text: tasks.replace('1.3', '1.2') }]);
    await pair.client.sendRequest('textDocument/documentSymbol', { textDocument: { uri: uriOf('tasks.md') } });
    release(requirements);
    await pair.client.sendRequest('textDocument/documentSymbol', { textDocument: { uri: uriOf('tasks.md') } });
    clock.pass();
    assert.deepEqual(await inbox.of(uriOf('tasks.md'), 2), []);
    assert.deepEqual(inbox.received, [], 'version 1 was never judged');
  });

  it('incremental edits arrive in order, with UTF-16 columns', async () => {
    await start();
    await openDocument(pair.client, uriOf('tasks.md'), 1, '- [ ] 1. 🎉 A\r\n');
    await changeDocument(pair.client, uriOf('tasks.md'), 2, [
      { range: { start: { line: 0, character: 12 }, end: { line: 0, character: 13 } }, text: 'B' },
      { range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } }, text: '- [ ] 1.1 C' },
    ]);
    const symbols = await pair.client.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', {
      textDocument: { uri: uriOf('tasks.md') },
    });
    assert.deepEqual(
      symbols.map((symbol) => [symbol.name, symbol.children?.map((child) => child.name)]),
      [['1 🎉 B', ['1.1 C']]],
    );
  });

  it('links, hover, definition and references lead from tasks to requirements and back', async () => {
    await writeFile(join(folder, 'requirements.md'), requirements);
    await start();
    const textDocument = { uri: uriOf('tasks.md') };
    await openDocument(pair.client, uriOf('tasks.md'), 1, tasks);
    const links = await pair.client.sendRequest<DocumentLink[]>('textDocument/documentLink', { textDocument });
    assert.deepEqual(
      links.map((link) => [link.target, link.tooltip]),
      [
        [`${uriOf('requirements.md')}#L6,4`, 'Criterion 1.1'],
        [`${uriOf('requirements.md')}#L11,4`, 'Criterion 2.1'],
        [`${uriOf('tasks.md')}#L3,1`, 'Task 1: Store it'],
      ],
    );
    const position = { line: 3, character: 19 };
    const hover = await pair.client.sendRequest<Hover>('textDocument/hover', { textDocument, position });
    assert.deepEqual(hover.contents, { kind: 'plaintext', value: 'Requirement 1: Store\n\n1.1  WHEN a THEN the system SHALL store' });
    const [definition] = await pair.client.sendRequest<LocationLink[]>('textDocument/definition', { textDocument, position });
    assert.equal(definition?.targetUri, uriOf('requirements.md'));
    assert.deepEqual(definition.targetSelectionRange.start, { line: 5, character: 3 });
    await openDocument(pair.client, uriOf('requirements.md'), 1, requirements);
    const back = await pair.client.sendRequest<Location[]>('textDocument/references', {
      textDocument: { uri: uriOf('requirements.md') },
      position: { line: 10, character: 5 },
      context: { includeDeclaration: false },
    });
    assert.deepEqual(
      back.map(({ uri, range }) => [uri, range.start]),
      [[uriOf('tasks.md'), { line: 5, character: 19 }]],
    );
    for (const method of ['textDocument/hover', 'textDocument/definition']) {
      assert.equal(await pair.client.sendRequest(method, { textDocument, position: { line: 2, character: 1 } }), null);
    }
  });

  it('documents that are no spec documents get nothing', async () => {
    await start();
    const uri = pathToFileURL(join(folder, '..', '..', 'tasks.md')).href;
    await openDocument(pair.client, uri, 1, tasks);
    for (const method of ['textDocument/documentSymbol', 'textDocument/documentLink'])
      assert.equal(await pair.client.sendRequest(method, { textDocument: { uri } }), null);
  });

  it('a link in a spec folder opens no other file of the machine, a linked spec is read', async function () {
    // Windows lets only administrators make symbolic links.
    if (process.platform === 'win32') this.skip();
    const secret = join(folder, '..', '..', 'secret.md');
    await writeFile(secret, '### Requirement 1\n');
    await symlink(secret, join(folder, 'requirements.md'));
    assert.equal(await readSpecFile(uriOf('requirements.md')), undefined);
    await mkdir(join(folder, '..', '..', 'etc'));
    await writeFile(join(folder, '..', '..', 'etc', 'requirements.md'), 'x');
    await symlink(join(folder, '..', '..', 'etc'), join(folder, '..', 'linked'));
    assert.equal(await readSpecFile(pathToFileURL(join(folder, '..', 'linked', 'requirements.md')).href), undefined);
    const moved = join(folder, '..', '..', 'shared', 'specs', 'other');
    await mkdir(moved, { recursive: true });
    await writeFile(join(moved, 'requirements.md'), 'y');
    await symlink(moved, join(folder, '..', 'other'));
    assert.equal(await readSpecFile(pathToFileURL(join(folder, '..', 'other', 'requirements.md')).href), 'y');
    assert.equal(await readSpecFile(pathToFileURL(secret).href), undefined);
    assert.equal(await readSpecFile('https://example.org/specs/a/tasks.md'), undefined);
    await rename(join(moved, 'requirements.md'), join(moved, 'tasks.md'));
    assert.equal(await readSpecFile(pathToFileURL(join(folder, '..', 'other', 'requirements.md')).href), undefined);
  });

  it('what comes after the end of the connection troubles nobody', async () => {
    const clock = stoppedClock();
    await start(clock.later);
    await openDocument(pair.client, uriOf('tasks.md'), 1, tasks);
    await pair.client.sendRequest('textDocument/documentSymbol', { textDocument: { uri: uriOf('tasks.md') } });
    pair.close();
    clock.pass();
    await new Promise((resolve) => setImmediate(resolve));
    // The check that was waiting has nobody to speak to; that it throws nowhere is what the log shows afterwards.
    assert.deepEqual(inbox.received, []);
  });
});
