import type { Heading } from './headings.ts';
import type { JsonNode } from './json.ts';
import { readJson } from './json.ts';
import type { Fence, Prose } from './prose.ts';
import type { Range } from './text.ts';
import { positionAt, rangeOnLine } from './text.ts';

/** The id of a task in a wave, as written, and where it stands (without quotes). */
export interface WaveTask {
  readonly id: string;
  readonly range: Range;
}

/** Tasks that may run side by side. `name` is the wave's own id, number or name; `dependsOn` names other waves or tasks. */
export interface Wave {
  readonly name: string;
  readonly description?: string;
  readonly tasks: readonly WaveTask[];
  readonly dependsOn: readonly WaveTask[];
  readonly range: Range;
}

/** A JSON block of waves in tasks.md. `problem` is what kept it from being read; `waves` is then empty. */
export interface WavesBlock {
  readonly waves: readonly Wave[];
  readonly range: Range;
  readonly problem?: { readonly message: string; readonly range: Range };
}

interface Source {
  readonly prose: Prose;
  readonly offset: number;
}

function rangeOf({ prose, offset }: Source, node: JsonNode): Range {
  const quote = node.kind === 'string' ? 1 : 0;
  return { start: positionAt(prose.lines, offset + node.start + quote), end: positionAt(prose.lines, offset + node.end - quote) };
}

function scalar(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' || node?.kind === 'number' ? node.text.trim() : undefined;
}

/** A list of ids: bare (`"1.1"`, `1.1`), or objects with an `id` or `task`. One id may stand without a list. */
function idsOf(source: Source, node: JsonNode | undefined): readonly WaveTask[] | undefined {
  if (node === undefined || (node.kind === 'word' && node.text === 'null')) return [];
  if (node.kind !== 'array') {
    const id = scalar(node);
    return id === undefined ? undefined : [{ id, range: rangeOf(source, node) }];
  }
  const ids: WaveTask[] = [];
  for (const item of node.items) {
    const named = item.kind === 'object' ? (item.members.get('id') ?? item.members.get('task') ?? item.members.get('taskId')) : item;
    const id = scalar(named);
    if (named === undefined || id === undefined) return undefined;
    ids.push({ id, range: rangeOf(source, named) });
  }
  return ids;
}

function waveOf(source: Source, node: JsonNode, place: number): Wave | undefined {
  const members = node.kind === 'object' ? node.members : new Map([['tasks', node]]);
  const first = (names: readonly string[]): JsonNode | undefined =>
    names.map((name) => members.get(name)).find((found) => found !== undefined);
  const tasks = idsOf(source, first(['tasks', 'taskIds', 'task_ids', 'items']));
  const dependsOn = idsOf(source, first(['depends_on', 'dependsOn', 'dependencies', 'depends']));
  if (tasks === undefined || dependsOn === undefined || (node.kind !== 'object' && node.kind !== 'array')) return undefined;
  const description = scalar(members.get('description'));
  const name = scalar(first(['id', 'wave', 'number', 'name'])) ?? String(place);
  return { name, ...(description === undefined ? {} : { description }), tasks, dependsOn, range: rangeOf(source, node) };
}

/** The list of waves in the value: under `waves` or `wave`, as a map from name to tasks, or the value itself. */
function listOf(node: JsonNode): readonly (readonly [string | undefined, JsonNode])[] | undefined {
  const held = node.kind === 'object' ? (node.members.get('waves') ?? (node.members.has('wave') ? undefined : node)) : node;
  if (held === undefined) return [[undefined, node]];
  if (held.kind === 'array') return held.items.map((item) => [undefined, item] as const);
  if (held.kind === 'object' && held !== node) return [...held.members];
  return undefined;
}

function readBlock(prose: Prose, fence: Fence): WavesBlock {
  const lines = prose.lines.slice(fence.first, fence.last + 1);
  const source = { prose, offset: lines[0]?.offset ?? 0 };
  const text = lines.map((line) => line.text + line.ending).join('');
  const end = prose.lines[Math.max(fence.last, fence.opening)];
  const range = {
    start: { line: fence.opening, character: 0 },
    end: { line: end?.number ?? fence.opening, character: end?.text.length ?? 0 },
  };
  const opening = rangeOnLine(fence.opening, 0, prose.lines[fence.opening]?.text.length ?? 0);
  const json = readJson(text);
  if (!json.isValid) {
    const at = positionAt(prose.lines, source.offset + json.offset);
    const rest = prose.lines[at.line]?.text.length ?? at.character;
    return { waves: [], range, problem: { message: json.message, range: rangeOnLine(at.line, Math.min(at.character, rest), rest) } };
  }
  const unknown: WavesBlock = {
    waves: [],
    range,
    problem: { message: 'The JSON holds no list of waves that can be read', range: opening },
  };
  const list = listOf(json.node);
  if (list === undefined) return unknown;
  const waves: Wave[] = [];
  for (const [place, [name, node]] of list.entries()) {
    const wave = waveOf(source, node, place);
    if (wave === undefined) {
      const at = rangeOf(source, node);
      return {
        waves: [],
        range,
        problem: {
          message: 'This wave has no list of task ids that can be read',
          range: rangeOnLine(at.start.line, at.start.character, prose.lines[at.start.line]?.text.length ?? 0),
        },
      };
    }
    waves.push(name === undefined ? wave : { ...wave, name });
  }
  return { waves, range };
}

/** Finds the JSON blocks of waves: fences that speak of waves, and JSON fences under a "Task Dependency Graph" heading. */
export function readWaves(prose: Prose, headings: readonly Heading[]): readonly WavesBlock[] {
  return prose.fences.flatMap((fence) => {
    if (!/^(?:json[c5]?)?(?:\s|$)/iu.test(fence.info)) return [];
    const content = prose.lines.slice(fence.first, fence.last + 1);
    const speaksOfWaves = content.some((line) => /"waves?"\s*:/u.test(line.text));
    const heading = headings.findLast((candidate) => candidate.line < fence.opening);
    const isGraph = /dependency\s+graph|waves|依赖图|依賴圖|依存関係|의존성|зависимост|dependencias|depend[eê]ncias/iu.test(
      heading?.title ?? '',
    );
    const isJson = /^json/iu.test(fence.info) || /^\s*[[{]/u.test(content.find((line) => line.text.trim() !== '')?.text ?? '');
    return speaksOfWaves || (isGraph && isJson && /^json/iu.test(fence.info)) ? [readBlock(prose, fence)] : [];
  });
}
