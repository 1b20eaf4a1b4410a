import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkRequirements } from '../../src/specs/checkRequirements.ts';
import { checkTasks } from '../../src/specs/checkTasks.ts';
import { linkTasks } from '../../src/specs/links.ts';
import { outlineRequirements, outlineTasks } from '../../src/specs/outline.ts';
import type { Problem } from '../../src/specs/problems.ts';
import { readRequirements } from '../../src/specs/requirements.ts';
import { readTasks } from '../../src/specs/tasks.ts';
import { indexRequirements, traceTasks } from '../../src/specs/trace.ts';
import { showOutline, showRequirements, showTasks, textAt } from './show.ts';

const folder = fileURLToPath(new URL('../golden/specs/', import.meta.url));

function showMessages(problems: readonly Problem[]): readonly string[] {
  return problems.map((one) => `${one.range.start.line + 1}:${one.range.start.character + 1} ${one.severity} ${one.code}: ${one.message}`);
}

/** All that is said about a spec folder, as one text. `change` is done to the documents before they are read. */
function describeSpec(path: string, change = (text: string): string => text): string {
  const file = existsSync(`${path}/bugfix.md`) ? 'bugfix.md' : 'requirements.md';
  const requirementsText = change(readFileSync(`${path}/${file}`, 'utf8'));
  const tasksText = change(readFileSync(`${path}/tasks.md`, 'utf8'));
  const requirements = readRequirements(requirementsText);
  const index = indexRequirements(requirements);
  const tasks = readTasks(tasksText);
  const links = linkTasks(tasks, index).map(({ range, document, target, tooltip }) => {
    return `${range.start.line + 1}:${range.start.character + 1} ${textAt(tasksText, range)} → ${document} ${target.start.line + 1} (${tooltip})`;
  });
  const waves = tasks.waves.flatMap((block) => block.waves.map((wave) => `${wave.name}: ${wave.tasks.map((task) => task.id).join(' ')}`));
  const parts: readonly (readonly [string, readonly string[]])[] = [
    [file, showRequirements(requirementsText)],
    ['terms', requirements.terms.map((term) => `${term.name}: ${term.definition}`)],
    [`outline of ${file}`, showOutline(outlineRequirements(requirements))],
    [`problems of ${file}`, showMessages(checkRequirements(requirements, traceTasks(index, tasks)))],
    ['tasks.md', showTasks(tasksText)],
    ['waves', waves],
    ['outline of tasks.md', showOutline(outlineTasks(tasks))],
    ['links of tasks.md', links],
    ['problems of tasks.md', showMessages(checkTasks(tasks, index, file))],
  ];
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('\n');
}

describe('R3.2 R6.3 R6.4 the dialects of spec folders', () => {
  for (const dialect of readdirSync(folder)) {
    it(`${dialect} is read as it was meant`, () => {
      const actual = describeSpec(folder + dialect);
      const golden = `${folder}${dialect}/expected.txt`;
      // `UPDATE_GOLDEN=1` writes the file anew, to be read before it is committed.
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, actual);
      assert.ok(existsSync(golden), `There is no ${golden}: run with UPDATE_GOLDEN=1 and read what it wrote.`);
      assert.equal(actual, readFileSync(golden, 'utf8'));
      const withoutEnd = (text: string): string => text.trimEnd();
      const withCarriageReturns = (text: string): string => text.replaceAll('\n', '\r\n');
      for (const change of [withoutEnd, withCarriageReturns]) assert.equal(describeSpec(folder + dialect, change), actual);
    });
  }
});
