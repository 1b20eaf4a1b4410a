import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { DecidedApproval } from '../../protocol/approvalRequests.ts';
import { verdictStatement } from '../../protocol/capability.ts';
import { errnoOf } from '../journal/files.ts';
import { isSignedBy } from './signatures.ts';

/** A line of the file of approvals: a decision, the public key of the window in which it was made, and its signature. */
export const SignedApproval = DecidedApproval.extend({ key: z.string(), signature: z.string() });
export type SignedApproval = Immutable<z.infer<typeof SignedApproval>>;

/** The kind under which the key of another editor is approved: its subject is the key itself. */
export const windowKind = 'window';

/** The lines of a file of approvals that can be read, whoever wrote them; none where there is no file. */
export function readApprovals(file: string): readonly SignedApproval[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = SignedApproval.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      // A line that was cut off or written by somebody else decides nothing.
      return [];
    }
  });
}

/** Adds a line; the file is the user's alone. */
export function appendApproval(file: string, approval: SignedApproval): void {
  const isNew = !existsSync(file);
  appendFileSync(file, `${JSON.stringify(approval)}\n`, { mode: 0o600, flush: true });
  if (isNew) chmodSync(file, 0o600);
}

/** Whether a decision bears the signature that it claims, for this data folder. */
export function isGenuine(dataFolder: string, approval: SignedApproval): boolean {
  const { title, verdict, at, key, signature } = approval;
  return isSignedBy(key, verdictStatement(dataFolder, approval, title, verdict, at), signature);
}

/** What tells one decision from another. */
export function subjectKey({ kind, subject, sha256 }: Pick<SignedApproval, 'kind' | 'subject' | 'sha256'>): string {
  return JSON.stringify([kind, subject, sha256]);
}

/**
 * The decisions that count, by subject, out of genuine lines: those of the key that the host was started with, and of keys that such a key has let
 * in. The latest decision on a subject counts, by its signed time, in whatever order the lines stand.
 */
export function countedApprovals(
  genuine: readonly SignedApproval[],
  rootKey: string | undefined,
): { readonly keys: ReadonlySet<string>; readonly decided: ReadonlyMap<string, SignedApproval> } {
  let keys = new Set<string>(rootKey === undefined ? [] : [rootKey]);
  for (;;) {
    const decided = new Map<string, SignedApproval>();
    for (const each of genuine) {
      if (!keys.has(each.key)) continue;
      const known = decided.get(subjectKey(each));
      if (known === undefined || each.at >= known.at) decided.set(subjectKey(each), each);
    }
    const windows = [...decided.values()].filter(({ kind, verdict }) => kind === windowKind && verdict === 'approved');
    const next = new Set([...keys, ...windows.map(({ subject }) => subject)]);
    if (next.size > keys.size) {
      keys = next;
      continue;
    }
    const approved = new Set(windows.map(({ subject }) => subject));
    return { keys: new Set([...keys].filter((key) => key === rootKey || approved.has(key))), decided };
  }
}
