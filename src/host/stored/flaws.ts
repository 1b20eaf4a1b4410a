import type { JournalFlaws } from '../../model/events.ts';

/** Flaws as a look at a journal finds them. What the look was not about is missing. */
export type FoundFlaws = Partial<JournalFlaws>;

const none: JournalFlaws = { damaged: 0, damagedBlobs: 0, mergedEpochs: [] };
/** Sessions that one message names. */
const named = 3;

/** All flaws that are known after a look. What was found once stays: where its bytes went does not bring it back. */
export function withFlaws(known: JournalFlaws = none, found: FoundFlaws): JournalFlaws {
  return {
    damaged: Math.max(known.damaged, found.damaged ?? 0),
    damagedBlobs: Math.max(known.damagedBlobs, found.damagedBlobs ?? 0),
    mergedEpochs: [...new Set([...known.mergedEpochs, ...(found.mergedEpochs ?? [])])].sort((one, other) => one - other),
  };
}

/** What `flaws` has that was not known before; undefined when that is nothing. */
export function newFlaws(known: JournalFlaws = none, flaws: JournalFlaws): JournalFlaws | undefined {
  const news = {
    damaged: flaws.damaged - known.damaged,
    damagedBlobs: flaws.damagedBlobs - known.damagedBlobs,
    mergedEpochs: flaws.mergedEpochs.filter((epoch) => !known.mergedEpochs.includes(epoch)),
  };
  return news.damaged + news.damagedBlobs + news.mergedEpochs.length === 0 ? undefined : news;
}

/** A session in whose journal something was found. */
export interface FlawedSession {
  readonly id: string;
  readonly title: string;
  /** Only what was not known before. */
  readonly news: JournalFlaws;
}

/** What a person hears of flaws: a sentence about the one session, or one about all of them. */
export function flawSentences(found: readonly FlawedSession[]): readonly string[] {
  const damaged = found.filter(({ news }) => news.damaged + news.damagedBlobs > 0);
  const merged = found.filter(({ news }) => news.mergedEpochs.length > 0);
  return [...(damaged.length === 0 ? [] : [damageOf(damaged)]), ...(merged.length === 0 ? [] : [mergeOf(merged)])];
}

function damageOf(found: readonly FlawedSession[]): string {
  const kept = 'The rest is there; the damaged bytes are kept in the quarantine folder.';
  const [only] = found;
  if (only === undefined || found.length > 1) return `In ${found.length} sessions something could not be read: ${titles(found)}. ${kept}`;
  const { damaged, damagedBlobs } = only.news;
  const records = damaged === 0 ? [] : [damaged === 1 ? 'One record' : `${damaged} records`];
  const blobs =
    damagedBlobs === 0 ? [] : [damagedBlobs === 1 ? 'one long output or attachment' : `${damagedBlobs} long outputs or attachments`];
  const what = [...records, ...blobs].join(' and ');
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} of the session ${titles(found)} could not be read. ${kept}`;
}

function mergeOf(found: readonly FlawedSession[]): string {
  const which = found.length === 1 ? `the session ${titles(found)}` : `${found.length} sessions: ${titles(found)}`;
  return `Two session hosts wrote at the same time in ${which}. Nothing was overwritten: what both wrote is there, one after the other.`;
}

function titles(found: readonly FlawedSession[]): string {
  const shown = found.slice(0, named).map(({ title }) => `"${title}"`);
  return found.length <= named ? shown.join(', ') : `${shown.join(', ')} and ${found.length - named} more`;
}
