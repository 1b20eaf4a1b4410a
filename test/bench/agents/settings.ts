/** The agents of the benchmark as a person would name them in the settings. */
import { join } from 'node:path';
import { execPath } from 'node:process';

const agent = (id: string, name: string): { id: string; name: string; command: string; args: string[] } => ({
  id,
  name,
  command: execPath,
  args: [join(import.meta.dirname, `${id}.ts`)],
});

/** Says the time in each of its updates. */
export const stamping = agent('stamping', 'Stamping agent');

/** The same program once more: an agent of its own for the host, and so a second instance. */
export const stampingToo = { ...stamping, id: 'stamping-too', name: 'Second stamping agent' };

/** Floods as fast as its pipe takes it. */
export const flooding = agent('flooding', 'Flooding agent');

/** All of them. */
export const testAgents = [stamping, stampingToo, flooding];
