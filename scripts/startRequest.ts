/** What `npm start` was asked for, and how a page is shown to a person: decisions without effects. */
import { resolve } from 'node:path';

/** `folder` is absolute; without one a sample is made. `open` shows the page or window, `stay` waits for Ctrl+C. */
export interface StartRequest {
  readonly folder: string | undefined;
  readonly open: boolean;
  readonly stay: boolean;
  readonly forced: 'download' | 'server' | undefined;
}

const usage = 'Usage: npm start [-- [--no-open] [--exit-when-ready] [--server | --download] [folder]]';

/** Reads the arguments behind `npm start --`. Throws the usage when they make no sense. */
export function readStartRequest(args: readonly string[], currentFolder: string): StartRequest {
  const options = args.filter((argument) => argument.startsWith('--'));
  const folders = args.filter((argument) => !argument.startsWith('--'));
  const unknown = options.find((option) => !['--no-open', '--exit-when-ready', '--server', '--download'].includes(option));
  if (unknown !== undefined) throw new Error(`Unknown option ${unknown}. ${usage}`);
  if (folders.length > 1) throw new Error(`One folder at a time. ${usage}`);
  return {
    folder: folders[0] === undefined ? undefined : resolve(currentFolder, folders[0]),
    open: !options.includes('--no-open'),
    stay: !options.includes('--exit-when-ready'),
    forced: options.includes('--server') ? 'server' : options.includes('--download') ? 'download' : undefined,
  };
}

/** The program that shows an address in the person's browser, or undefined where none can appear. */
export function browserCommand(
  address: string,
  platform: NodeJS.Platform,
  { hasScreen, hasOpener }: { readonly hasScreen: boolean; readonly hasOpener: boolean },
): readonly [program: string, ...args: string[]] | undefined {
  if (platform === 'darwin') return ['open', address];
  // `start` is part of the command interpreter, takes its first quoted argument as a title, and `&` would begin a second command.
  if (platform === 'win32') return ['cmd', '/d', '/s', '/c', 'start', '""', address.replaceAll('&', '^&')];
  return hasScreen && hasOpener ? ['xdg-open', address] : undefined;
}
