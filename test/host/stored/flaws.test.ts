import assert from 'node:assert/strict';
import type { FlawedSession, FoundFlaws } from '../../../src/host/stored/flaws.ts';
import { flawSentences, newFlaws, withFlaws } from '../../../src/host/stored/flaws.ts';
import { overlappingEpochs } from '../../../src/host/journal/segments.ts';

const flawed = (title: string, found: FoundFlaws): FlawedSession => ({ id: title, title, news: withFlaws(undefined, found) });

describe('R1.12 What is wrong with stored sessions is said once, in few words', () => {
  const check = (found: readonly FlawedSession[], sentences: readonly RegExp[]): void => {
    const said = flawSentences(found);
    assert.equal(said.length, sentences.length);
    sentences.forEach((sentence, index) => assert.match(said[index] ?? '', sentence));
  };

  it('names the session, or the first three of many', () => {
    check([flawed('A', { damaged: 1 })], [/^One record of the session "A" could not be read\. The rest is there; .*quarantine/]);
    check([flawed('A', { damaged: 2, damagedBlobs: 1 })], [/^2 records and one long output or attachment of the session "A" could/]);
    check([flawed('A', { damagedBlobs: 2 })], [/^2 long outputs or attachments of/]);
    check(
      ['A', 'B', 'C', 'D', 'E'].map((title) => flawed(title, { damaged: 1 })),
      [/^In 5 sessions something could not be read: "A", "B", "C" and 2 more\./],
    );
    check(
      [flawed('A', { mergedEpochs: [2, 3] }), flawed('B', { damaged: 1, mergedEpochs: [2, 3] })],
      [/of the session "B"/, /^Two session hosts wrote at the same time in 2 sessions: "A", "B"\. Nothing was overwritten/],
    );
    check([], []);
  });

  it('only what was not known is news', () => {
    const known = withFlaws(undefined, { damaged: 2, mergedEpochs: [4, 3] });
    assert.deepEqual(known, { damaged: 2, damagedBlobs: 0, mergedEpochs: [3, 4] });
    assert.equal(newFlaws(known, withFlaws(known, { damaged: 1, mergedEpochs: [3] })), undefined);
    assert.deepEqual(newFlaws(known, withFlaws(known, { damaged: 3, damagedBlobs: 1, mergedEpochs: [5] })), {
      damaged: 1,
      damagedBlobs: 1,
      mergedEpochs: [5],
    });
  });

  it('two hosts wrote at once where numbers of one epoch go on beside those of a later one', () => {
    const records = (...ranges: readonly (readonly [epoch: number, from: number, to: number])[]) =>
      ranges.flatMap(([epoch, from, to]) => Array.from({ length: to - from + 1 }, (_, index) => ({ epoch, seq: from + index })));
    const cases = [
      [records(), []],
      [records([1, 1, 5], [2, 6, 9], [4, 10, 11]), []],
      [records([1, 1, 5], [2, 5, 9]), [1, 2]],
      [records([1, 1, 9], [2, 10, 12], [3, 8, 20]), [2, 3]],
      [records([1, 1, 9], [2, 4, 6], [3, 7, 7]), [1, 2, 3]],
    ] as const;
    for (const [given, epochs] of cases) assert.deepEqual(overlappingEpochs(given), epochs);
  });
});
