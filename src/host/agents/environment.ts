/** The variable that marks every process of one running agent, so that children which left its process group can be found. */
export const instanceVariable = 'SESSION_LOOM_AGENT_INSTANCE';

/** The variable that marks everything that one host started. */
export const tokenVariable = 'SESSION_LOOM_TOKEN';

/**
 * What an editor puts into its processes for itself: an agent that inherits it runs Node as Electron, or asks for passwords in vain. And where a shell
 * looks for folders beside the one that it is in, since permissions are given for what `cd` says.
 */
const editorOnly = /^(ELECTRON_.*|VSCODE_.*|NODE_OPTIONS|.*ASKPASS.*|CDPATH)$/i;

/** A remote editor sets `BROWSER` to a script that only works with the variables that are taken out here. */
const editorBrowser = /[\\/]helpers[\\/]browser/;

/** The environment as the window sent it, without what belongs to the editor, and with additions of ours and of the settings. */
export function agentEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  additions: Readonly<Record<string, string>>,
  platform: NodeJS.Platform,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || editorOnly.test(name)) continue;
    if (name.toUpperCase() === 'BROWSER' && editorBrowser.test(value)) continue;
    environment[name] = value;
  }
  for (const [name, value] of Object.entries(additions)) {
    if (platform === 'win32') removeOtherSpellings(environment, name);
    environment[name] = value;
  }
  return environment;
}

/** On Windows `Path` and `PATH` are one variable: with both in the table, which one counts is chance. */
function removeOtherSpellings(environment: Record<string, string>, name: string): void {
  for (const other of Object.keys(environment)) {
    if (other !== name && other.toUpperCase() === name.toUpperCase()) Reflect.deleteProperty(environment, other);
  }
}
