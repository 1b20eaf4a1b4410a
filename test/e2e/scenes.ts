/** What the pictures of the README and of the walkthrough show. */
import type { Harness } from './harness.ts';
import type { WorkbenchWindow } from './window.ts';

/** One picture: its file name, and what to do in a new window before it is taken. */
export interface Scene {
  readonly name: string;
  arrange(window: WorkbenchWindow, harness: Harness): Promise<void>;
}

/** Every picture, in the order in which they are taken, each in a window of its own on a new sample workspace. */
export const scenes: readonly Scene[] = [
  {
    name: 'sessions',
    async arrange(window) {
      await window.openContainer('Session Loom');
    },
  },
];
