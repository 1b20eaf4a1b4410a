/** Settings of a VS Code that nobody has used before: quiet, offline, and without what is not ours. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The four kinds of theme that VS Code has, each by the name of one of its own themes. */
export const themes = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  hcLight: 'Default High Contrast Light',
  hcDark: 'Default High Contrast',
} as const;

/** One of the kinds of theme. */
export type Theme = keyof typeof themes;

/** The class that the workbench has while a theme of this kind is shown. */
export const baseClasses: Readonly<Record<Theme, string>> = { light: 'vs', dark: 'vs-dark', hcLight: 'hc-light', hcDark: 'hc-black' };

/** A calm start: no telemetry, no welcome page, no AI features of VS Code itself, no recommendations, no updates. */
export const calmSettings: Readonly<Record<string, unknown>> = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.editor.useModal': 'off',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'npm.fetchOnlinePackageInfo': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
};

/** Writes the calm settings with `more` on top of them into a settings file, whatever was there before. */
export async function writeSettings(file: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...calmSettings, ...more }, undefined, 2)}\n`);
}
