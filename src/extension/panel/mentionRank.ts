import uFuzzy from '@leeoniya/ufuzzy';
import type { Mention } from '../../protocol/panel.ts';

/** Mentions that a page is offered at most. */
export const offeredMentions = 40;

/** The mentions that fit what was typed after `@`, best first; all of them where nothing was typed. */
export function rankMentions(mentions: readonly Mention[], query: string, limit = offeredMentions): readonly Mention[] {
  if (query.trim() === '') return mentions.slice(0, limit);
  const fuzzy = new uFuzzy({ intraIns: 1 });
  const texts = mentions.map(({ label, description }) => `${label} ${description}`);
  const found = fuzzy.filter(texts, query) ?? [];
  // Ranking a very large set costs more than it tells; with so many hits one goes on typing anyway.
  if (found.length === 0 || found.length > 5000) return found.slice(0, limit).flatMap((index) => mentions[index] ?? []);
  const info = fuzzy.info(found, texts, query);
  const ranked = fuzzy.sort(info, texts, query).flatMap((place) => mentions[info.idx[place] ?? -1] ?? []);
  // Of names that begin as typed the shortest comes first: `greet.ts` before `greet.test.ts`.
  const typed = query.trim().toLowerCase();
  const missing = ({ label }: Mention): number => (label.toLowerCase().startsWith(typed) ? label.length : Infinity);
  return ranked.toSorted((a, b) => (missing(a) === missing(b) ? 0 : missing(a) - missing(b))).slice(0, limit);
}
