import { messageOf } from '../../base/errors.ts';
import { debounced } from '../page/frame.ts';
import type { Page } from '../page/page.ts';
import type { Chip } from './draft.ts';
import { chipPart, storedChip } from './draft.ts';

/** What is written at the moment. */
export interface Draft {
  readonly text: string;
  readonly chips: readonly Chip[];
}

/** Keeps a draft on the host while it is written: the words a moment after a key, images and long texts as soon as they are there, once each. */
export interface DraftKeeper {
  /** The draft is this now. */
  keep(draft: Draft): void;
  /** Sends what waits, also what could not be sent before. */
  flush(): void;
  /** Until the returned function is called the host keeps the draft that it has: what is being sent is not lost with a page that goes meanwhile. */
  hold(): () => void;
  /** What the host has; nothing is kept before this is known. */
  known(draft: Draft): void;
}

/** Milliseconds after the last key. */
const quietMs = 300;

/** Makes the keeper. `stored` is told of chips whose bytes the host has by now: from then on they travel by their id. */
export function createDraftKeeper(page: Page, stored: (chips: ReadonlyMap<string, Chip>) => void): DraftKeeper {
  let now: Draft | undefined;
  /** What the host has; undefined where that is not known, as after a request whose answer did not come. */
  let savedText: string | undefined;
  let savedChips: string | undefined;
  let isKnown = false;
  let holds = 0;
  let isSaving = false;
  const canSave = (): boolean => isKnown && holds === 0 && now !== undefined && page.isConnected.peek();

  const saveText = (): void => {
    if (!canSave() || now === undefined || now.text === savedText) return;
    const { text } = now;
    savedText = text;
    // What did not arrive is sent again with the next change, or when the connection is back.
    page.link.host('session/view', { draft: text }).catch(() => (savedText = undefined));
  };
  const saveTextSoon = debounced(quietMs, saveText);

  const saveChips = async (): Promise<void> => {
    if (isSaving || !canSave() || now === undefined || namesOf(now.chips) === savedChips) return;
    isSaving = true;
    const { chips } = now;
    try {
      const { parts } = await page.link.host('session/draft', { parts: chips.map(chipPart) });
      savedChips = namesOf(chips);
      stored(new Map(chips.flatMap((chip, index) => changedBy(chip, storedChip(chip, parts[index])))));
    } catch (error) {
      savedChips = undefined;
      page.link.log('warn', `What goes with the draft was not kept: ${messageOf(error)}`);
      return;
    } finally {
      isSaving = false;
    }
    // More may have come meanwhile.
    await saveChips();
  };

  const flush = (): void => {
    saveText();
    void saveChips();
  };
  return {
    keep(draft) {
      now = draft;
      saveTextSoon.call();
      void saveChips();
    },
    flush,
    hold() {
      holds += 1;
      return () => {
        holds -= 1;
        flush();
      };
    },
    known({ text, chips }) {
      isKnown = true;
      savedText = text;
      savedChips = namesOf(chips);
    },
  };
}

function namesOf(chips: readonly Chip[]): string {
  return chips.map(({ id }) => id).join(' ');
}

function changedBy(chip: Chip, stored: Chip): readonly (readonly [string, Chip])[] {
  return stored === chip ? [] : [[chip.id, stored]];
}
