/** From one session to another. */
import { BenchWindow } from '../benchWindow.ts';
import type { StoredSession } from '../conversations.ts';
import { endOf } from '../conversations.ts';
import type { Figure } from '../figure.ts';
import { inTranscript } from '../probe.ts';
import { median, repeat } from '../samples.ts';

const names = ['amber', 'birch', 'cedar', 'delta', 'ember'];

/** Both switches: to a session whose panel is open behind another, and to one whose panel is closed. */
export const switchFigure: Figure = {
  name: 'switch',
  needs: 'window',
  async measure(ground) {
    const sessions: readonly StoredSession[] = names.map((title) => ({ title, messages: 40 }));
    const place = await BenchWindow.open(ground, sessions);
    try {
      const wish = (session: StoredSession) => inTranscript(endOf(session), session.title);
      const click = async (session: StoredSession): Promise<number> => {
        const row = place.window.treeRows(session.title).first();
        await row.waitFor();
        return (await place.probe.one(wish(session), 'mousedown', () => row.click())).milliseconds;
      };
      const closed = await repeat(15, 5, async (round) => {
        const session = sessions[round % sessions.length] ?? sessions[0];
        if (session === undefined) throw new Error('There are no sessions.');
        const milliseconds = await click(session);
        await place.closeTab();
        return milliseconds;
      });
      for (const session of sessions) await click(session);
      let current = sessions.at(-1)?.title ?? '';
      const open = await repeat(20, 3, async () => {
        await place.press('Control+K');
        const others = sessions.filter(({ title }) => title !== current).map(wish);
        const [seen] = await place.probe.time(others, 'keydown', () => place.press('PageDown'), { enough: 1 });
        current = seen?.id ?? '';
        // The next switch comes when the person has looked at this one.
        await new Promise((resolve) => setTimeout(resolve, 300));
        return seen?.milliseconds ?? Number.NaN;
      });
      const anchor = { what: 'between two text editors', value: median(await textEditors(place)) };
      return [
        { quantity: 'session switch: open panel shown', unit: 'ms', samples: open, anchor, goals: [{ of: 'p95', limit: 150 }] },
        { quantity: 'session switch: closed panel opened', unit: 'ms', samples: closed, anchor, goals: [{ of: 'p95', limit: 300 }] },
      ];
    } finally {
      await place.close();
    }
  },
};

/** Milliseconds of VS Code's own switches between two tabs with text. */
async function textEditors(place: BenchWindow): Promise<readonly number[]> {
  const { window, probe } = place;
  await window.runCommand('View: Close All Editors');
  await window.openContainer('Explorer');
  for (const file of ['package.json', 'README.md']) await window.treeRows(file).first().dblclick();
  const inEditor = (text: string) => ({ id: text, text, where: 'workbench', within: '.part.editor .view-lines' }) as const;
  await window.page.locator('.part.editor .view-lines', { hasText: 'Greeter' }).waitFor();
  return repeat(10, 2, async (round) => {
    const text = round % 2 === 0 ? '"private"' : 'Greeter';
    const seen = await probe.one(inEditor(text), 'keydown', () => place.press('Control+PageDown'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    return seen.milliseconds;
  });
}
