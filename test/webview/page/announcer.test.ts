import assert from 'node:assert/strict';
import { Announcer, announcementGap } from '../../../src/webview/page/announcer.ts';

describe('R0.2 announcements', () => {
  it('come at most once in five seconds, and of those between only the last', () => {
    let now = 1000;
    const timers: { readonly at: number; readonly run: () => void }[] = [];
    const announcer = new Announcer(
      () => now,
      (milliseconds, run) => timers.push({ at: now + milliseconds, run }),
    );
    const said: string[] = [];
    announcer.text.subscribe((text) => said.push(text));
    announcer.say('one');
    now += 100;
    announcer.say('two');
    announcer.say('three');
    assert.deepEqual(said, ['', 'one']);
    assert.deepEqual(
      timers.map((timer) => timer.at),
      [1000 + announcementGap],
    );
    now = 1000 + announcementGap;
    timers[0]?.run();
    assert.deepEqual(said, ['', 'one', 'three']);
  });
});
