import './policy.ts';
import { render } from 'preact';
import { messageOf } from '../../base/errors.ts';
import { App } from './app.tsx';
import { watchHeartbeat } from './heartbeat.ts';
import { inbox } from './inbox.ts';
import { Link } from '../page/link.ts';
import { PageContext, createPage } from '../page/page.ts';

/** Wires the page: the channel to the extension, the shared state, the parts. */
function start(): void {
  const editor = acquireVsCodeApi<{ readonly sessionId: string }>();
  const root = document.getElementById('app');
  if (root === null) return;
  const link = new Link((message) => editor.postMessage(message));
  const page = createPage(link);
  const heartbeat = watchHeartbeat(page);
  const handlers = inbox(page);
  const named = document.body.dataset['session'];
  if (named !== undefined && named !== '') editor.setState({ sessionId: named });
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    heartbeat.heard();
    link.receive(event.data, handlers);
    const { id } = page.session.value;
    if (id !== '' && editor.getState()?.sessionId !== id) editor.setState({ sessionId: id });
  });
  window.addEventListener('error', (event) => {
    // The observer's note about a second round in one frame is no error: the rest is delivered with the next frame.
    if (!event.message.includes('ResizeObserver')) link.log('error', `${event.message} (${event.filename}:${event.lineno})`);
  });
  window.addEventListener('unhandledrejection', (event) => link.log('error', messageOf(event.reason)));
  render(
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>,
    root,
  );
  link.ready();
}

start();
