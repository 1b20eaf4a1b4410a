import * as vscode from 'vscode';
import type { Translate } from './translate.ts';

/** Puts a sentence into the language of the editor. */
export const t: Translate = (message, ...args) => vscode.l10n.t(message, ...args);
