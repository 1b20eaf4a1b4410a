/**
 * `extension` is the VS Code side: views, panels, commands, settings. It knows no git, no ACP, no SQL and nothing of how a host keeps its
 * data; it asks the host. Files here that do not import `vscode` are pure and are tested in plain Node.
 */

/** Puts a sentence into the person's language; `{0}` and the like are replaced by the arguments. `vscode.l10n.t` has this shape. */
export type Translate = (message: string, ...args: (string | number | boolean)[]) => string;

/** The sentence in English, for tests and for what is not shown to a person. */
export const english: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (place, index: string) => String(args[Number(index)] ?? place));
