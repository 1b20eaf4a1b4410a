import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LoomError } from '../base/errors.ts';
import { takeWord } from './argument.ts';
import { playSteps } from './playback.ts';
import { Pacer } from './pacer.ts';
import { parseRecording, speedOf } from './playFile.ts';
import { isMissing } from './roots.ts';
import type { Turn } from './turn.ts';

/**
 * `/play <file> [speed]`: plays back a recorded session. Nothing of what it shows is carried out. The file may lie anywhere, because recordings
 * do not belong to a project and nothing but recordings is shown.
 */
export async function play(turn: Turn, argument: string): Promise<void> {
  const { word: given, rest } = takeWord(argument);
  if (given === '') throw new LoomError('invalid-input', 'Say which recording to play, for example `/play demo.jsonl 4x`.');
  const recording = parseRecording(await textOf(resolve(turn.session.folder, given.replace(/^@/, '')), given));
  const speed = rest.trim() === '' ? recording.speed : speedOf(rest.trim());
  if (!recording.quiet) await turn.say(`Playing back \`${given}\`: nothing of what follows is carried out.\n\n`);
  const prefix = `play-${++turn.session.serial}`;
  await playSteps({ turn, pacer: new Pacer(speed, turn.signal), prefix }, recording.steps, 1);
}

async function textOf(path: string, given: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) throw new LoomError('not-found', `There is no file ${given} to play.`, { cause });
    throw new LoomError('storage', `${given} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}
