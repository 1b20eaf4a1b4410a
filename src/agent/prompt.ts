import { RequestError } from '@agentclientprotocol/sdk';
import type { ContentBlock, SessionUpdate, StopReason } from '@agentclientprotocol/sdk';
import { LoomError } from '../base/errors.ts';
import { answer } from './answer.ts';
import { splitCommand } from './command.ts';
import type { Command } from './command.ts';
import { introduction } from './help.ts';
import { readPrompt, storedBlock } from './mentions.ts';
import type { AgentSession, Client } from './session.ts';
import type { Sessions } from './sessions.ts';
import { Turn } from './turn.ts';

/** The size that usage updates name. The agent has no context window, so it is a round number. Tokens. */
const nominalContext = 200_000;

/** Answers one prompt and says why the turn ended. One turn at a time in a session: a second prompt is refused. */
export async function answerPrompt(
  sessions: Sessions,
  session: AgentSession,
  client: Client,
  commands: readonly Command[],
  blocks: readonly ContentBlock[],
  requestSignal: AbortSignal,
): Promise<StopReason> {
  if (session.turn !== undefined)
    throw RequestError.invalidRequest(undefined, 'A turn of this session is still running. Wait for its end or cancel it.');
  const stop = new AbortController();
  const turn = new Turn(session, client, AbortSignal.any([stop.signal, requestSignal]));
  const answered = answerIn(turn, sessions, commands, blocks).finally(() => {
    session.turn = undefined;
  });
  session.turn = { stop, ended: answered.then(nothing, nothing) };
  return answered;
}

const nothing = (): void => undefined;

async function answerIn(
  turn: Turn,
  sessions: Sessions,
  commands: readonly Command[],
  blocks: readonly ContentBlock[],
): Promise<StopReason> {
  try {
    await sessions.remember(
      turn.session,
      blocks.map((block) => ({ sessionUpdate: 'user_message_chunk', content: storedBlock(block) })),
    );
    return await carryOut(turn, commands, blocks);
  } finally {
    await turn.finish();
    await sessions.remember(turn.session, turn.record.take());
  }
}

async function carryOut(turn: Turn, commands: readonly Command[], blocks: readonly ContentBlock[]): Promise<StopReason> {
  const { text, attached } = readPrompt(turn.session.folder, blocks);
  turn.session.characters += text.length;
  try {
    await nameSession(turn, text);
    await dispatch(turn, commands, text, attached);
    return turn.stopReason;
  } catch (error) {
    if (turn.signal.aborted) return 'cancelled';
    const sayable = sayableReason(error);
    if (sayable === undefined) throw error;
    await turn.settle(sayable);
    await turn.say(sayable);
    return 'end_turn';
  } finally {
    await turn.send(usageOf(turn.session));
  }
}

/** What the person can do something about is said in the conversation; anything else is a fault of the program and breaks the request. */
function sayableReason(error: unknown): string | undefined {
  if (error instanceof LoomError) return error.message;
  return error instanceof Error && 'syscall' in error ? `The system did not allow that: ${error.message}.` : undefined;
}

async function dispatch(turn: Turn, commands: readonly Command[], text: string, attached: readonly string[]): Promise<void> {
  const given = splitCommand(text);
  const command = commands.find(({ name }) => name === given?.name);
  // A recording is shown as it is, and `/help` opens with the introduction itself.
  if (!turn.session.introduced && command?.name !== 'play' && command?.name !== 'help') {
    turn.session.introduced = true;
    await turn.say(`${introduction}\n\n`);
  }
  if (command !== undefined && given !== undefined) return command.carryOut(turn, given.argument);
  if (attached.length > 0) await turn.say(`I see ${attached.join(', ')}. I cannot interpret any of it.\n\n`);
  await answer(turn, text, commands);
}

/** Gives a session its title: the first line of its first prompt. */
async function nameSession(turn: Turn, text: string): Promise<void> {
  const [line = ''] = text.trim().split('\n');
  if (turn.session.title !== undefined || line === '') return;
  turn.session.title = line.length > 60 ? `${line.slice(0, 59)}…` : line;
  await turn.send({ sessionUpdate: 'session_info_update', title: turn.session.title });
}

function usageOf(session: AgentSession): SessionUpdate {
  const used = Math.ceil(session.characters / 4);
  return { sessionUpdate: 'usage_update', used, size: nominalContext, _meta: { estimate: 'characters / 4' } };
}
