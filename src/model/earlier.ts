import type { Entry, QuestionEntry, ToolEntry } from './entries.ts';
import { promptText } from './content.ts';
import type { SessionState, Turn } from './session.ts';
import { isTerminal } from './states.ts';

/** Letters that are kept of one output, one input and one prompt. */
const outputLength = 600;
const inputLength = 300;
const promptLength = 20_000;
/** Letters that the short form of a turn keeps of its prompt and of its last message. */
const shortLength = 1500;
/** The part of the room that whole turns get, where not all of them fit. */
const wholeShare = 0.7;
/** Files that are named. */
const mostFiles = 200;

/**
 * What was said and done in a session before its last turn, in words for an agent that does not know it: the newest turns whole, older ones in
 * short, within a number of letters. Empty where nothing was said.
 */
export function earlierText(state: SessionState, limit: number): string {
  const before = state.turns.slice(0, -1);
  if (before.length === 0) return '';
  const head = headOf(state, before);
  const foot = footOf(state, before);
  const room = Math.max(0, limit - head.length - foot.length - 200);
  const { told, left } = within(before, state, room);
  const more = left === 0 ? [] : [`(${left === 1 ? 'One earlier turn is' : `${left} earlier turns are`} left out here.)`];
  return [head, ...more, ...told, foot].filter((part) => part !== '').join('\n\n');
}

function headOf(state: SessionState, before: readonly Turn[]): string {
  const other = before.at(-1)?.madeBy?.name;
  const now = state.agentName ?? state.agent;
  const who = other === undefined || other === now ? '' : ` Until now it was with the agent “${other}”; you take it over from here.`;
  return `What was said and done in this session before, for you do not remember it.${who} It is over: do not answer it and do not do it again. What is wanted now follows after it.`;
}

/** What stands at the end is read last: what has become of the files and of the plan. */
function footOf(state: SessionState, before: readonly Turn[]): string {
  const files = state.files
    .slice(-mostFiles)
    .map((file) => `- ${file.path} (+${file.added} −${file.removed}${file.change === undefined ? '' : `, ${file.change}`})`);
  const plan = before
    .flatMap(({ entries }) => entries)
    .filter((entry) => entry.kind === 'plan')
    .findLast(({ removed }) => removed !== true);
  const items = plan?.items.map(({ text, state: how }) => `- [${how === 'completed' || how === 'succeeded' ? 'x' : ' '}] ${text}`) ?? [];
  const lines = [...(plan?.text === undefined ? [] : [plan.text]), ...items];
  return [
    ...(files.length === 0 ? [] : [`## Files that this session changed\n${files.join('\n')}`]),
    ...(lines.length === 0 ? [] : [`## The plan as it stands\n${lines.join('\n')}`]),
  ].join('\n\n');
}

/** From the newest backwards: all turns whole where they fit, else a part of the room for whole ones and the rest for short ones. Of the newest at least the end is told. */
function within(before: readonly Turn[], state: SessionState, room: number): { readonly told: readonly string[]; readonly left: number } {
  const texts = before.map((turn) => turnText(turn, state, entryText));
  const fits = texts.reduce((sum, text) => sum + text.length + 2, 0) <= room;
  const wholeRoom = fits ? room : room * wholeShare;
  const told: string[] = [];
  let used = 0;
  let isShort = false;
  for (const [index, turn] of [...before.entries()].toReversed()) {
    const whole = texts[index] ?? '';
    isShort ||= used + whole.length > (told.length === 0 ? room : wholeRoom);
    const text = isShort ? shortText(turn, state) : whole;
    if (used + text.length > room) {
      if (told.length === 0 && room > 0) told.push(whole.slice(-room));
      break;
    }
    told.unshift(text);
    used += text.length + 2;
  }
  return { told, left: before.length - told.length };
}

function turnText(turn: Turn, state: SessionState, tell: (entry: Entry) => string): string {
  const said = turn.entries.map(tell).filter((text) => text !== '');
  return [headingOf(turn, state), `User: ${cut(promptText(turn.prompt), promptLength)}`, ...said, ...endOf(turn)].join('\n\n');
}

function shortText(turn: Turn, state: SessionState): string {
  const message = turn.entries.findLast((entry) => entry.kind === 'message');
  const tools = turn.entries.flatMap((entry) => (entry.kind === 'tool' ? [cut(entry.title, 120)] : []));
  return [
    headingOf(turn, state),
    `User: ${cut(promptText(turn.prompt), shortLength)}`,
    ...(tools.length === 0 ? [] : [`(Tools: ${cut(tools.join('; '), shortLength)})`]),
    ...(message === undefined ? [] : [`Assistant: ${cut(message.text.trim(), shortLength)}`]),
    ...endOf(turn),
  ].join('\n\n');
}

function headingOf(turn: Turn, state: SessionState): string {
  const name = turn.madeBy?.name;
  return `## Turn ${turn.index + 1}${name === undefined || name === state.agentName ? '' : ` (with ${name})`}`;
}

function endOf(turn: Turn): readonly string[] {
  if (turn.reason === undefined || turn.reason === 'finished') return [];
  return [`(The turn ended: ${turn.reason}.${turn.error === undefined ? '' : ` ${cut(turn.error, inputLength)}`})`];
}

function entryText(entry: Entry): string {
  switch (entry.kind) {
    case 'message':
      return entry.text.trim() === '' ? '' : `Assistant: ${entry.text.trim()}`;
    case 'tool':
      return toolText(entry);
    case 'notice':
      return entry.level === 'info' ? '' : `(${cut(entry.text, inputLength)})`;
    case 'restore':
      return `(The person put files back: ${cut(entry.files.map(({ path }) => path).join(', '), outputLength)})`;
    case 'image':
      return '(An image was shown.)';
    case 'file':
      return `(A file was sent: ${cut(entry.name, inputLength)}.)`;
    case 'question':
      return questionText(entry);
    case 'thought':
    case 'plan':
    case 'permission':
      return '';
  }
}

function questionText({ title, answer }: QuestionEntry): string {
  const said = answer?.values === undefined ? (answer?.outcome ?? 'not answered') : JSON.stringify(answer.values);
  return `(Asked with a form: ${cut(title, inputLength)} — ${cut(said, outputLength)})`;
}

function toolText(entry: ToolEntry): string {
  const how = entry.refused === true ? 'refused by the person' : isTerminal(entry.state) ? entry.state : 'not ended';
  const content = entry.content.map((part): string => {
    switch (part.type) {
      case 'text':
        return ends(part.text.text.trim());
      case 'diff':
        return `${part.diff.deleted === true ? 'deleted' : 'changed'} ${part.diff.path} (+${part.diff.added} −${part.diff.removed})`;
      case 'resource':
        return part.name;
      case 'file':
        return part.name;
      case 'image':
        return 'an image';
    }
  });
  const input = entry.input?.text.trim() ?? '';
  return [
    `Tool: ${cut(entry.title, inputLength)} (${how})`,
    ...(input === '' ? [] : [`  input: ${cut(input, inputLength)}`]),
    ...content.filter((text) => text !== '').map((text) => `  result: ${text}`),
  ].join('\n');
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()} …`;
}

/** Of a long output the beginning and, more of it, the end: there stands how it went. */
function ends(text: string): string {
  if (text.length <= outputLength) return text;
  const first = Math.floor(outputLength / 3);
  return `${text.slice(0, first).toWellFormed()} … ${text.slice(-(outputLength - first)).toWellFormed()}`;
}
