import { taskKey } from './identifiers.ts';
import type { TokenAt } from './links.ts';
import type { TasksDocument } from './tasks.ts';
import type { RequirementIndex, Target } from './trace.ts';
import { resolveReference } from './trace.ts';

const mostTargets = 8;
const longestText = 1200;

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}

function describe(target: Target): string {
  const { requirement, criterion } = target;
  const title =
    requirement === undefined ? '' : [`Requirement ${requirement.id}`, requirement.title].filter((part) => part !== '').join(': ');
  if (criterion !== undefined) return [title, '', `${criterion.id}  ${criterion.text}`, ...criterion.details].join('\n').trim();
  const count = requirement?.criteria.length ?? 0;
  const story = requirement?.story?.text ?? '';
  return [title, story, count === 0 ? '' : `${count} acceptance ${count === 1 ? 'criterion' : 'criteria'}`]
    .filter((line) => line !== '')
    .join('\n');
}

function describeTasks(document: TasksDocument, ids: readonly string[]): readonly string[] {
  return ids.flatMap((id) => {
    const task = document.tasks[document.byKey.get(taskKey(id)) ?? -1];
    return task === undefined ? [] : [`Task ${id}: ${task.title}`];
  });
}

/**
 * What is shown for a token, as **plain text**: the documents are written by people and agents, and nothing of them is to be taken
 * for markup. Undefined when there is nothing to say.
 */
export function hoverText(document: TasksDocument, index: RequirementIndex | undefined, token: TokenAt): string | undefined {
  const { reference } = token;
  const ids = reference.kind === 'id' ? [reference.id] : reference.kind === 'span' ? reference.ids : [];
  const all =
    token.names === 'tasks'
      ? describeTasks(document, ids)
      : (index === undefined ? [] : resolveReference(index, reference).found)
          .filter((target) => target.requirement !== undefined)
          .map(describe);
  if (all.length === 0) return undefined;
  const shown = all.slice(0, mostTargets).map(cut);
  return [...shown, ...(all.length > mostTargets ? [`… and ${all.length - mostTargets} more`] : [])].join('\n\n');
}
