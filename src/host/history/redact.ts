import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Redaction } from '../../model/transcript/options.ts';
import { personPatterns } from './personPatterns.ts';
import { findSecrets } from './secretPatterns.ts';
import type { Finding } from './secretPatterns.ts';

/** Takes secrets out of texts before they are written to where others read them. */
export interface Redactor {
  /** What is wrong with the person's own patterns, as sentences. */
  readonly problems: readonly string[];
  readonly redact: (text: string) => Promise<{ readonly text: string; readonly found: readonly Redaction[] }>;
  /** The same for many texts at once, which is much cheaper. The order stays; a secret does not reach from one text into another. */
  readonly redactAll: (texts: readonly string[]) => Promise<{ readonly texts: readonly string[]; readonly found: readonly Redaction[] }>;
}

/** Characters that are searched in one go, and by how many the next go overlaps, so that no secret falls between two. */
const windowLength = 256 * 1024;
const overlap = 16 * 1024;
const separator = '\n\u0000\n';

/**
 * Makes a redactor of a maintained detector, of patterns for what that one does not know, and of the person's own patterns (see
 * `personPatterns`). What was found is replaced by what it was: `[redacted: github token]`.
 */
export function createRedactor(options: { readonly patterns: readonly string[] }): Redactor {
  const own = personPatterns(options.patterns);
  const redactAll = async (texts: readonly string[]): ReturnType<Redactor['redactAll']> => {
    const joined = texts.join(separator);
    const findings = merged(await findAll(joined, own.find));
    const counts = new Map<string, number>();
    for (const { kind } of findings) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return { texts: replaced(texts, findings), found: [...counts].map(([kind, count]) => ({ kind, count })) };
  };
  return {
    problems: own.problems,
    redactAll,
    redact: async (text) => {
      const { texts, found } = await redactAll([text]);
      return { text: texts[0] ?? '', found };
    },
  };
}

async function findAll(text: string, findOwn: (text: string) => readonly Finding[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (let start = 0; start === 0 || start < text.length - overlap; start += windowLength - overlap) {
    const part = text.slice(start, start + windowLength);
    for (const found of [...(await detected(part)), ...findSecrets(part), ...findOwn(part)]) {
      findings.push({ ...found, start: found.start + start, end: found.end + start });
    }
    // A long text must not hold up the sessions that stream meanwhile.
    await breathe();
  }
  return findings;
}

/** What the detector finds. Comments by which a text could switch it off are changed before, by as many characters. */
async function detected(text: string): Promise<readonly Finding[]> {
  const content = text.replace(/secretlint/gi, 'secretl1nt');
  const { messages } = await lintSource({
    source: { filePath: 'text.md', content, ext: '.md', contentType: 'text' },
    options: { config: { rules: [{ id: 'recommended', rule: creator, options: {} }] }, noPhysicFilePath: true },
  });
  return messages.map(({ range: [start, end], messageId, ruleId }) => ({
    start,
    end: endOfWord(text, end),
    kind: kindOf(messageId, ruleId),
  }));
}

/** The detector's range can end before the secret does (it does for AWS keys with their name in front). */
function endOfWord(text: string, end: number): number {
  let at = end;
  while (/[A-Za-z0-9]/.test(text.charAt(at - 1)) && /[A-Za-z0-9+/=_]/.test(text.charAt(at))) at++;
  return at;
}

function kindOf(messageId: string, ruleId: string): string {
  if (ruleId.endsWith('database-connection-string')) return 'database address';
  return messageId
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase();
}

/** The findings in order, those that touch or overlap as one; what began first gives it its name. */
function merged(findings: readonly Finding[]): readonly Finding[] {
  const result: Finding[] = [];
  for (const next of findings.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || next.start >= last.end) result.push(next);
    else if (next.end > last.end) result[result.length - 1] = { ...last, end: next.end };
  }
  return result;
}

function replaced(texts: readonly string[], findings: readonly Finding[]): readonly string[] {
  let offset = 0;
  let first = 0;
  return texts.map((text) => {
    const end = offset + text.length;
    let out = '';
    let at = offset;
    while (first < findings.length && (findings[first]?.end ?? 0) <= offset) first++;
    for (let index = first; index < findings.length; index++) {
      const found = findings[index];
      if (found === undefined || found.start >= end) break;
      out += `${text.slice(at - offset, Math.max(at, found.start) - offset)}[redacted: ${found.kind}]`;
      at = Math.min(end, found.end);
    }
    out += text.slice(at - offset);
    offset = end + separator.length;
    return out;
  });
}
