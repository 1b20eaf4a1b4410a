import type { InstanceHealth } from '../../protocol/instanceRequests.ts';
import { ageOf } from '../sessions/age.ts';
import type { Translate } from '../translate.ts';

/** A running agent as a row of a list. */
export interface InstanceRow {
  readonly instance: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

const megabyte = 1024 * 1024;

/** What a person reads of a running agent: what it carries, and what it uses with all that it started. `titleOf` names a session. */
export function instanceRow(health: InstanceHealth, titleOf: (session: string) => string, now: number, t: Translate): InstanceRow {
  const { name, version, state, sessions, working, restarts, startedAt } = health;
  const uses = [
    health.cpu === undefined ? undefined : t('{0} % CPU', health.cpu),
    health.memoryBytes === undefined ? undefined : t('{0} MB', Math.round(health.memoryBytes / megabyte)),
    countText(health.processes, t('1 process'), (count) => t('{0} processes', count)),
    countText(health.threads, t('1 thread'), (count) => t('{0} threads', count)),
    countText(health.files, t('1 open file'), (count) => t('{0} open files', count)),
  ];
  const life = [
    state === 'starting' ? t('starting') : undefined,
    health.pid === undefined ? undefined : t('process {0}', health.pid),
    startedAt === undefined ? undefined : t('started {0}', ageOf(startedAt, now, t)),
    restarts === 0 ? undefined : t('restarted {0} times', restarts),
  ];
  const carried = sessions.length === 0 ? t('no session') : sessions.map((id) => `“${titleOf(id)}”`).join(', ');
  const works = working === 0 ? undefined : t('{0} working', working);
  return {
    instance: health.instance,
    label: version === undefined ? name : `${name} ${version}`,
    description: joined([...life, works]),
    detail: joined([...uses, carried, health.note]),
  };
}

function countText(count: number | undefined, one: string, many: (count: number) => string): string | undefined {
  if (count === undefined) return undefined;
  return count === 1 ? one : many(count);
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' · ');
}
