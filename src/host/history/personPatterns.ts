import { Script, createContext } from 'node:vm';
import { messageOf } from '../../base/errors.ts';
import type { Finding } from './secretPatterns.ts';

/** The patterns that a person has set, ready to search with. */
export interface PersonPatterns {
  /** What is wrong with them, as sentences for the person; it grows when a pattern turns out to be slow. */
  readonly problems: readonly string[];
  readonly find: (text: string) => readonly Finding[];
}

/** Milliseconds for one search of a whole text, for one line of it when that was too slow, and for all lines together. */
const wholeMs = 100;
const lineMs = 10;
const allLinesMs = 200;

interface Pattern {
  readonly name: string;
  readonly source: string;
  readonly flags: string;
  isSlow: boolean;
}

const search = new Script(`(() => {
  const found = [];
  for (const match of text.matchAll(new RegExp(source, flags)))
    if (match[0] !== '') found.push(match.index, match.index + match[0].length);
  return found;
})()`);

/**
 * Takes patterns in the language of JavaScript: `secret-\d+`, or `/secret-\d+/i` with flags. One that cannot be read is named in `problems`, the
 * others work. A search that takes too long is broken off, and what it could not look through counts as found: a secret that is not written
 * is the smaller loss, since the session itself keeps all.
 */
export function personPatterns(sources: readonly string[]): PersonPatterns {
  const problems: string[] = [];
  const patterns = sources.flatMap((source, index) => {
    const read = readPattern(source, `your pattern ${index + 1}`);
    if (typeof read !== 'string') return [read];
    problems.push(`The redaction pattern ${index + 1} (${source.slice(0, 60)}) cannot be used: ${read}. Write it like "secret-[0-9]+".`);
    return [];
  });
  return {
    problems,
    find: (text) =>
      patterns.flatMap((pattern) => {
        const wasSlow = pattern.isSlow;
        const findings = findBounded(text, pattern);
        if (!wasSlow && pattern.isSlow) {
          problems.push(
            `${pattern.name[0]?.toUpperCase() ?? ''}${pattern.name.slice(1)} for redaction is too slow; lines that it could not look through are left out of the history. Write it without a repetition inside of a repetition.`,
          );
        }
        return findings;
      }),
  };
}

function readPattern(source: string, name: string): Pattern | string {
  const parts = /^\/(.+)\/([imsu]*)$/s.exec(source);
  const body = parts?.[1] ?? source;
  if (body.trim() === '') return 'it is empty';
  let problem = '';
  for (const flags of ['gmu', 'gm']) {
    try {
      const all = [...new Set(`${flags}${parts?.[2] ?? ''}`)].join('');
      new RegExp(body, all);
      return { name, source: body, flags: all, isSlow: false };
    } catch (error) {
      // The second try allows what is only wrong in the strict reading.
      problem = messageOf(error);
    }
  }
  return problem;
}

function findBounded(text: string, pattern: Pattern): readonly Finding[] {
  if (!pattern.isSlow) {
    const whole = searched(text, 0, pattern, wholeMs);
    if (whole !== undefined) return whole;
    pattern.isSlow = true;
  }
  const findings: Finding[] = [];
  const end = performance.now() + allLinesMs;
  let start = 0;
  for (const line of text.split('\n')) {
    if (performance.now() > end) return [...findings, { start, end: text.length, kind: `not checked, ${pattern.name} is too slow` }];
    const found = searched(line, start, pattern, lineMs) ?? [
      { start, end: start + line.length, kind: `not checked, ${pattern.name} is too slow` },
    ];
    findings.push(...found);
    start += line.length + 1;
  }
  return findings;
}

/** What one search found, at places counted from `offset`; undefined when it took too long. */
function searched(text: string, offset: number, pattern: Pattern, timeout: number): readonly Finding[] | undefined {
  try {
    const context = createContext({ text, source: pattern.source, flags: pattern.flags });
    const places = search.runInContext(context, { timeout }) as readonly number[];
    const findings: Finding[] = [];
    for (let index = 0; index + 1 < places.length; index += 2) {
      findings.push({ start: offset + (places[index] ?? 0), end: offset + (places[index + 1] ?? 0), kind: pattern.name });
    }
    return findings;
  } catch {
    // Too long, or deeper than the engine can go: either way the text was not looked through.
    return undefined;
  }
}
