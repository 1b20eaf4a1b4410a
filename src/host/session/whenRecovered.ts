import type { Session } from './session.ts';

/** Resolves when a disk that took nothing has all that waited for it. */
export function whenRecovered(session: Session): Promise<void> {
  return new Promise((resolve) => {
    const recovered = session.onRecovered(() => {
      recovered.dispose();
      resolve();
    });
  });
}
