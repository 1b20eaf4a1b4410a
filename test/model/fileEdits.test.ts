import assert from 'node:assert/strict';
import { changeOf, oneSided } from '../../src/model/fileEdits.ts';

const text = (value: string): { readonly text: string } => ({ text: value });

describe('R0.2 a diff of a new or a deleted file', () => {
  it('says what happened to the file', () => {
    assert.equal(changeOf({}), 'created');
    assert.equal(changeOf({ before: text('a') }), 'changed');
    assert.equal(changeOf({ before: text('a'), deleted: true }), 'deleted');
  });

  it('has one side only, so that no empty line stands against the text', () => {
    assert.equal(oneSided({ after: text('a\n') }), 'after');
    assert.equal(oneSided({ before: text(''), after: text('a\n') }), 'after');
    assert.equal(oneSided({ before: text('a\n'), after: text(''), deleted: true }), 'before');
    assert.equal(oneSided({ before: text('a\n'), after: text('') }), 'before');
    assert.equal(oneSided({ before: text('a\n'), after: text('b\n') }), undefined);
  });

  it('knows a long text by its blob, however short the beginning is that came along', () => {
    assert.equal(oneSided({ before: { text: '', blob: 'a'.repeat(64), bytes: 70_000 }, after: text('b') }), undefined);
  });
});
