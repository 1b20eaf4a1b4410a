/** Variables of the editor's own processes that a host must not inherit. */
const editorVariable = /^(VSCODE_|ELECTRON_)|^(NODE_OPTIONS|BROWSER|GIT_ASKPASS|SSH_ASKPASS|GIT_EDITOR)$/;

/** The environment without what belongs to the editor. */
export function hostEnvironment(from: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !editorVariable.test(name)));
}
