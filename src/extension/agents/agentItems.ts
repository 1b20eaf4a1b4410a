import { assertNever } from '../../base/errors.ts';
import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { oneLine } from '../sessions/tooltip.ts';
import type { Translate } from '../translate.ts';

/** An agent as the host lists it. */
export type AgentChoice = ResultOf<HostRequests['agents/list']>['agents'][number];

/** A row of a list of agents; one with `group` is the heading of those that follow. */
export type AgentItem =
  | { readonly group: string }
  | { readonly agent: AgentChoice; readonly label: string; readonly description: string; readonly detail: string };

/** The agents as rows, in groups by what has to happen before they can be used, in the order in which the host lists them. */
export function agentItems(agents: readonly AgentChoice[], t: Translate): readonly AgentItem[] {
  const groups: readonly (readonly [string, (agent: AgentChoice) => boolean])[] = [
    [t('Ready'), ({ state }) => state === 'ready'],
    [t('Need a Login'), ({ state }) => state === 'needs-login'],
    [t('Can Be Installed'), ({ state }) => state === 'needs-install'],
    [t('Not Usable Here'), ({ state }) => state === 'missing' || state === 'unavailable'],
  ];
  return groups.flatMap(([group, belongs]) => {
    const rows = agents.filter(belongs).map((agent) => agentItem(agent, t));
    return rows.length === 0 ? [] : [{ group }, ...rows];
  });
}

/** One agent as a row. Names and descriptions are those of strangers: they become one plain line. */
export function agentItem(agent: AgentChoice, t: Translate): Extract<AgentItem, { agent: AgentChoice }> {
  const newer = agent.newer === undefined ? [] : [t('{0} is available', oneLine(agent.newer, 40))];
  const words = [...(agent.version === undefined ? [] : [oneLine(agent.version, 40)]), sourceWord(agent, t), ...newer];
  const detail =
    agent.reason ?? ([agent.description, agent.detail].filter((text) => text !== undefined && text !== '').join(' · ') || agent.id);
  return {
    agent,
    label: `$(${iconOf(agent)}) ${wordsOf(agent.name, 100)}`,
    description: words.filter((word) => word !== '').join(' · '),
    detail: wordsOf(detail, 300),
  };
}

/** One line of a stranger's text, in which nothing is read as an icon. */
function wordsOf(text: string, length: number): string {
  return oneLine(text, length).replaceAll('$(', '$ (');
}

function iconOf({ state, builtIn }: AgentChoice): string {
  switch (state) {
    case 'ready':
      return builtIn ? 'robot' : 'check';
    case 'needs-login':
      return 'key';
    case 'needs-install':
      return 'cloud-download';
    case 'missing':
      return 'warning';
    case 'unavailable':
      return 'circle-slash';
    default:
      return assertNever(state);
  }
}

function sourceWord({ source }: AgentChoice, t: Translate): string {
  switch (source) {
    case 'built-in':
      return t('built in, needs no account');
    case 'setting':
      return t('from your settings');
    case 'installed':
      return t('installed');
    case 'path':
      return t('on the path');
    case 'registry':
      return '';
    default:
      return assertNever(source);
  }
}
