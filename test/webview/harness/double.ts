/**
 * The other side of the message boundary, inside the page: stands for the extension. Under a test it hands every message to the test;
 * as a demo it plays a small session by itself.
 */
import '../../../src/webview/chat/policy.ts';
import { startDemo } from './demo.ts';

type Handed = (message: unknown) => void;

const visit = Number(new URLSearchParams(location.search).get('visit'));

const scope = globalThis as unknown as {
  /** Is told which visit the message is of: the page that was there before may still say something when the next one comes. */
  toExtension?: (message: unknown, visit: number) => void;
  acquireVsCodeApi: () => unknown;
  savedState?: unknown;
  violations: string[];
  fromExtension: (message: unknown) => void;
};

scope.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  scope.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});

scope.fromExtension = (message) => {
  window.dispatchEvent(new MessageEvent('message', { data: message }));
};

const handed: Handed = 'demo' in document.body.dataset ? startDemo(scope.fromExtension) : (message) => scope.toExtension?.(message, visit);

scope.acquireVsCodeApi = () => ({
  postMessage: (message: unknown) => handed(structuredClone(message)),
  getState: () => scope.savedState,
  setState: (state: unknown) => {
    scope.savedState = state;
  },
});
