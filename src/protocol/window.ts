/**
 * What a host asks of a window, on the connection that the window has made: what lives only in an editor. Each request goes to the window that
 * has the session open, else to any other; with no window there is a defined answer, which the doc of the request says.
 */
import * as z from 'zod';
import { Id } from '../model/entries.ts';
import { request } from './contract.ts';

const Nothing = z.object({});

/** A file: as the agent named it, and where that really leads. An editor may have it open by either. Both are absolute. */
const FilePlace = { path: z.string(), real: z.string() };

/** Requests from a host to a window. */
export const windowRequests = {
  'window/readFile': request(
    'The text of a file as an editor holds it, with changes that are not saved. Without `text`, and without a window, the disk counts.',
    z.object(FilePlace),
    z.object({ text: z.string().optional() }),
  ),
  'window/writeFile': request(
    'Replaces the text of a file that is there, as an edit that can be undone, and saves it. `before` and `after` are what the editor had and has; without `written` or a `problem`, and without a window, the host writes the file itself.',
    z.object({ ...FilePlace, text: z.string() }),
    z.object({ written: z.object({ before: z.string(), after: z.string() }).optional(), problem: z.string().optional() }),
  ),
  'window/openExternal': request(
    'Asks the person and then opens an address of the web. Without a window it is not opened.',
    z.object({ url: z.string(), by: z.string() }),
    z.object({ opened: z.boolean() }),
  ),
  'window/secrets': request(
    'The values that the person has stored for an agent, by the names of their environment variables. Without a window there are none.',
    z.object({ agent: Id }),
    z.object({ values: z.record(z.string(), z.string()) }),
  ),
  'window/askSecret': request(
    'Asks the person for a value, hidden while it is typed, and keeps it in the secret storage of the editor. Without a window it is not given.',
    z.object({ agent: Id, agentName: z.string(), variable: z.string(), label: z.string(), isSecret: z.boolean() }),
    z.object({ stored: z.boolean() }),
  ),
  'window/forgetSecrets': request('Removes what is stored for an agent.', z.object({ agent: Id }), Nothing),
  'window/inputs': request(
    'Values for `${input:…}` in the settings of an MCP server: stored ones, and those that the person gives when asked. Without a window there are none.',
    z.object({ server: z.string(), inputs: z.array(z.object({ id: z.string(), label: z.string(), isSecret: z.boolean() })) }),
    z.object({ values: z.record(z.string(), z.string()) }),
  ),
  'window/runLogin': request(
    'Runs a program in a terminal of the editor, in which the person signs in, and answers when it has ended. Without a window it is not run.',
    z.object({
      title: z.string(),
      command: z.string(),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string()),
      cwd: z.string().optional(),
    }),
    z.object({ exitCode: z.number().int().optional() }),
  ),
} as const;

export type WindowRequests = typeof windowRequests;
