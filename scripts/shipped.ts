/** What may be inside a VSIX. */

const allowed = [
  /^dist\/[\w.-]+\.(cjs|js|css|wasm)$/,
  /^dist\/codicons\/codicon\.(css|ttf)$/,
  // The pictures of the README stay in the repository.
  /^media\/(?!pictures\/)/,
  /^l10n\//,
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^(README|CHANGELOG|THIRD-PARTY-NOTICES)\.md$/,
  /^LICENSE$/,
];

/** The files of a VSIX, by their paths in it, that nothing above allows: sources, tests, maps, whatever somebody left in the checkout. */
export function strangeFiles(files: readonly string[]): string[] {
  return files.filter((file) => !allowed.some((pattern) => pattern.test(file.replaceAll('\\', '/'))));
}
