import type { Readable, Writable } from 'node:stream';
import { setImmediate as nextTurnOfTheLoop, setTimeout as delay } from 'node:timers/promises';
import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import type { Fields } from './fields.ts';
import { fieldsOf, textOf } from './fields.ts';
import type { Line } from './lines.ts';
import { LineSplitter } from './lines.ts';
import type { LoopShare } from './loopShare.ts';
import { LoopShares, sliceMs } from './loopShare.ts';
import { lostMessage } from './lostMessage.ts';

/** Who hears what is taken off the stream before the SDK sees it. Nothing here may throw. */
export interface StreamTaps {
  /** The parameters of a `session/update`, as they came. `size` is the length of its line in characters. */
  update(params: unknown, size: number): void;
  /** A line that is no message. */
  garbage(line: string): void;
  /** A line over the limit, of which only the beginning is known. */
  dropped(head: string, bytes: number): void;
  /** Resolves when those who listen can take more; undefined when they can now. */
  ready(): Promise<void> | undefined;
}

/** The longest line that is read, in bytes. */
export const longestLine = 32 * 1024 * 1024;

/** JSON-RPC's number for a request that is none. */
const tooLong = -32600;

/** How many bytes may wait for an agent that does not read before nothing is read from it either. */
const unread = 32 * 1024 * 1024;

/**
 * The pipes of an agent as a stream of messages for the SDK, with guards the SDK does not have: lines that are too long or no JSON are skipped,
 * a flood is read in slices, not faster than it is taken, and while other agents work not beyond this one's share of the loop; updates are taken off
 * before the SDK's router, which drops the kinds it does not know.
 * Each message that goes to the SDK is handled before the next line is read: the order of the pipe is the order of the calls.
 */
export function agentStream(
  stdout: Readable,
  stdin: Writable,
  taps: StreamTaps,
  share: LoopShare = new LoopShares().join(),
  limit = longestLine,
): Stream {
  const asked = new Set<unknown>();
  let controller: ReadableStreamDefaultController<AnyMessage> | undefined;
  let open = true;

  /** True when the line went to the SDK, which needs a turn of the loop for it. Updates do not: a promise for each would cost more than they do. */
  function isForSdk(text: string): boolean {
    if (text.trim() === '') return false;
    const message = messageOf(text);
    if (message === undefined) {
      taps.garbage(text);
      return false;
    }
    if (message['method'] === 'session/update' && message['id'] === undefined) {
      taps.update(message['params'], text.length);
      return false;
    }
    // An answer that nobody waits for, or a second one, is printed by the SDK; here it is noise like any other.
    if (message['method'] === undefined && !asked.delete(message['id'])) return false;
    if (!open) return false;
    controller?.enqueue({ ...message, jsonrpc: '2.0' } as AnyMessage);
    return true;
  }

  /** Who waits for a message that was too long is told so at once, on either side. */
  function drop({ head, tail, bytes }: Extract<Line, { readonly type: 'dropped' }>): boolean {
    taps.dropped(head, bytes);
    const { kind, id } = lostMessage(head, tail);
    const error = { code: tooLong, message: `The message was ${Math.round(bytes / 1024 / 1024)} MB long, which is too much to be read.` };
    if (kind === 'request' && !stdin.destroyed && !stdin.writableEnded) stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`);
    if (kind !== 'answer') return false;
    // Without an id it can only be told whose answer it was while a single request waits.
    const answered = id ?? (asked.size === 1 ? [...asked][0] : undefined);
    if (answered === undefined || !asked.has(answered)) return false;
    return isForSdk(JSON.stringify({ jsonrpc: '2.0', id: answered, error }));
  }

  async function letOthersGo(began: number, characters: number): Promise<void> {
    const pause = share.worked(began, performance.now(), characters);
    await taps.ready();
    if (pause > 0) await delay(pause);
    else await nextTurnOfTheLoop();
  }

  async function read(): Promise<void> {
    const lines = new LineSplitter(limit);
    for await (const chunk of stdout as AsyncIterable<Uint8Array>) {
      let [began, characters] = [performance.now(), 0];
      for (const line of lines.push(chunk)) {
        const isHandedOn = line.type === 'dropped' ? drop(line) : isForSdk(line.text);
        characters += line.type === 'dropped' ? line.bytes : line.text.length;
        if (!isHandedOn && performance.now() < began + sliceMs) continue;
        await letOthersGo(began, characters);
        [began, characters] = [performance.now(), 0];
      }
      await letOthersGo(began, characters);
      if (stdin.writableLength > unread) await drained(stdin);
    }
    for (const line of lines.end()) if (line.type === 'line' && isForSdk(line.text)) await nextTurnOfTheLoop();
  }

  const readable = new ReadableStream<AnyMessage>({
    start(started) {
      controller = started;
      // A pipe that breaks and one that ends mean the same here: how the process ended says the rest.
      void read()
        .catch(() => undefined)
        .then(() => {
          share.leave();
          if (open) started.close();
          open = false;
        });
    },
    cancel() {
      open = false;
    },
  });
  const writable = new WritableStream<AnyMessage>({
    write(message) {
      if (stdin.destroyed || stdin.writableEnded) throw new Error('The agent no longer reads.');
      if ('method' in message && 'id' in message) asked.add(message.id);
      stdin.write(`${JSON.stringify(message)}\n`);
    },
  });
  return { readable, writable };
}

/** The message in a line: a request or notification with a method, or an answer with an id. A missing `jsonrpc` is forgiven. */
function messageOf(text: string): Fields | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  if ('method' in fields) return textOf(fields['method']) === undefined ? undefined : fields;
  return 'id' in fields && ('result' in fields || 'error' in fields) ? fields : undefined;
}

function drained(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    stdin.once('drain', resolve);
    stdin.once('close', resolve);
  });
}
