/**
 * `host/worktrees` makes git worktrees for sessions, brings their changes back, and removes them without losing work. It knows neither journals
 * nor agents nor doors; what a session is to it is an id and a folder.
 */
import { slugOf } from '../../model/transcript/slug.ts';

/** Names that Windows keeps for devices. */
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** A title as the name of a folder and of a branch: letters and digits without accents where that is possible, lower case, joined by dashes. */
export function worktreeName(title: string): string {
  const plain = slugOf(title.normalize('NFKD').replace(/\p{M}+/gu, ''), 32);
  return devices.test(plain) ? `${plain}-session` : plain;
}

/** The name, or the name with the first number that no taken one has; case and accents make no difference, since on some disks they make none. */
export function freeName(name: string, taken: Iterable<string>): string {
  const keys = new Set([...taken].map(nameKey));
  for (let number = 1; ; number++) {
    const next = number === 1 ? name : `${name}-${String(number)}`;
    if (!keys.has(nameKey(next))) return next;
  }
}

/** What two names have in common that one folder of a careless disk cannot hold both of. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** A taken branch that a new one cannot stand beside: the same but for case, or one of the two as a folder of the other. */
export function clashingBranch(wanted: string, taken: readonly string[]): string | undefined {
  const key = nameKey(wanted);
  return taken.find((each) => {
    const other = nameKey(each);
    return other === key || other.startsWith(`${key}/`) || key.startsWith(`${other}/`);
  });
}
