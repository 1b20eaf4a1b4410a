/** The files of the sample workspace, by path. The last task names a requirement that does not exist: it shows what the editor says. */
export const sampleFiles: Readonly<Record<string, string>> = {
  'README.md': `# Greeter

A small library that greets people. It is the sample workspace of Session Loom: change whatever you like.

- \`src/greet.ts\` makes greetings, \`src/languages.js\` knows the languages.
- \`specs/sample/\` says what comes next. Open \`tasks.md\` and look at the outline, the links and the problem in it.
`,
  '.gitignore': 'node_modules/\n',
  'package.json': `${JSON.stringify({ name: 'greeter', version: '1.0.0', private: true, type: 'module' }, undefined, 2)}\n`,
  'src/languages.js': `/** The words of each language. */
export const words = {
  en: { hello: 'Hello' },
  de: { hello: 'Hallo' },
  fr: { hello: 'Bonjour' },
};
`,
  'src/greet.ts': `import { words } from './languages.js';

/** A language that the library can greet in. */
export type Language = keyof typeof words;

/** Greets somebody by name. */
export function greet(name: string, language: Language = 'en'): string {
  return \`\${words[language].hello}, \${name}!\`;
}
`,
  'test/greet.test.ts': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../src/greet.ts';

test('greets in English unless told otherwise', () => {
  assert.equal(greet('Ada'), 'Hello, Ada!');
});

test('greets in French', () => {
  assert.equal(greet('Ada', 'fr'), 'Bonjour, Ada!');
});
`,
  'specs/sample/requirements.md': `# Requirements Document

## Introduction

The greeter learns to say goodbye and to greet a group.

## Requirements

### Requirement 1: Say goodbye

**User Story:** As a visitor, I want to be sent off in my own language, so that I come back.

#### Acceptance Criteria

1. WHEN a visitor leaves, THE Greeter SHALL say goodbye in the language of the greeting.
2. IF the language is unknown, THEN THE Greeter SHALL say goodbye in English.

### Requirement 2: Greet a group

**User Story:** As a host, I want to greet a group at once, so that nobody waits.

#### Acceptance Criteria

1. WHEN two or more names are given, THE Greeter SHALL name all of them in one sentence.
2. WHILE a group is greeted, THE Greeter SHALL keep the order of the names.
3. THE Greeter SHALL greet at most 20 people in one sentence.
`,
  'specs/sample/design.md': `# Design Document

## Overview

Two functions beside \`greet\`: \`farewell\` and \`greetAll\`. The words stay in \`src/languages.js\`.

## Components

### Farewell

Looks its word up as \`greet\` does and falls back to English.

### Group greeting

Joins the names with commas and a final "and", up to 20 names.

## Testing

Each acceptance criterion has a test of its own in \`test/\`.
`,
  'specs/sample/tasks.md': `# Implementation Plan

- [x] 1. Make room for more words
  - [x] 1.1 Give each language a record of words in \`src/languages.js\`
    - _Requirements: 1.1_
  - [x] 1.2 Keep \`greet\` working with the records
    - _Requirements: 1.1_
- [ ] 2. Say goodbye
  - [ ] 2.1 Add \`farewell\` with its fallback
    - _Requirements: 1.1, 1.2_
  - [ ] 2.2 Test both criteria
    - _Requirements: 1.1, 1.2_
- [ ] 3. Greet a group
  - [ ] 3.1 Add \`greetAll\`
    - _Requirements: 2.1, 2.2_
  - [ ] 3.2 Refuse more than 20 names
    - _Requirements: 2.3, 7.1_
`,
  'specs/sample/spec-metadata.json': `${JSON.stringify({ version: 1, name: 'sample', title: 'Greeter: goodbyes and groups' }, undefined, 2)}\n`,
};
