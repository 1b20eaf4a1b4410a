import type { PlanEntry } from '@agentclientprotocol/sdk';
import { LoomError } from '../base/errors.ts';
import { splitCommand } from './command.ts';
import type { Command } from './command.ts';
import type { Turn } from './turn.ts';

/** How long a step that names no command stays in progress, in milliseconds: long enough to be seen. */
const stepTime = 150;

/** The steps of any goal. They say nothing about the goal itself, because nothing here understands it. */
const usualSteps = ['Look at what is there', 'Decide what to change', 'Make the change', 'Check that it works'];

/**
 * `/plan <goal or list>`: reports a plan and walks it from pending over in progress to completed. A list is one step a line, or steps between
 * semicolons; a single goal gets the same four steps as every other. A step that is a command, such as `/run npm test`, is carried out.
 */
export async function plan(turn: Turn, argument: string, commands: readonly Command[]): Promise<void> {
  const given = stepsOf(argument);
  const [goal] = given;
  if (goal === undefined)
    throw new LoomError('invalid-input', 'Say what to plan: a goal, or one step a line. A step may be a command such as `/run npm test`.');
  const isGoal = given.length === 1 && splitCommand(goal) === undefined;
  const steps = isGoal ? usualSteps : given;
  if (isGoal) await turn.say(`I cannot think about “${goal}”, so these are the usual four steps for you to fill in.\n\n`);

  const status: PlanEntry['status'][] = steps.map(() => 'pending');
  const report = (): Promise<void> =>
    turn.plan(steps.map((content, index) => ({ content, priority: 'medium', status: status[index] ?? 'pending' })));
  await report();
  for (const [index, step] of steps.entries()) {
    status[index] = 'in_progress';
    await report();
    await takeStep(turn, step, commands);
    status[index] = 'completed';
    await report();
  }
  const carriedOut = steps.filter((step) => splitCommand(step) !== undefined).length;
  const left = steps.length - carriedOut;
  await turn.say(
    `Walked through ${steps.length} steps: ${carriedOut} carried out, ${left} only ticked off, because ${left === 1 ? 'it names' : 'they name'} no command.`,
  );
}

/** Carries out a step that is a command, under its own line. An error of the command ends the plan where it stands. */
async function takeStep(turn: Turn, step: string, commands: readonly Command[]): Promise<void> {
  const given = splitCommand(step);
  if (given === undefined) return turn.pause(stepTime);
  const command = commands.find(({ name }) => name === given.name && name !== 'plan');
  if (command === undefined)
    throw new LoomError(
      'invalid-input',
      `I cannot carry out the step “${step}”: a plan may use every command but /plan. The plan stops here.`,
    );
  await command.carryOut(turn, given.argument);
  await turn.say('\n\n');
}

function stepsOf(argument: string): readonly string[] {
  const lines = argument.includes('\n') ? argument.split('\n') : argument.split(';');
  return lines.map((line) => line.replace(/^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?/, '').trim()).filter((line) => line !== '');
}
