/** What the shell of a page is made of: addresses that the webview may load, and a fresh nonce. */
export interface PageParts {
  readonly script: string;
  readonly styles: readonly string[];
  /** The source that VS Code gives this webview's own files. */
  readonly source: string;
  readonly nonce: string;
  readonly sessionId: string;
  readonly title: string;
  readonly language: string;
  /** English sentences and what they are in the person's language; missing where that is English. */
  readonly sentences?: Readonly<Record<string, string>> | undefined;
}

/** The shell of a chat page. Its policy knows no network: only our own files, pictures as data, and the one script with the nonce. */
export function pageHtml({ script, styles, source, nonce, sessionId, title, language, sentences }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `font-src ${source}`,
    `img-src ${source} data: blob:`,
  ].join('; ');
  const links = styles.map((style) => `<link rel="stylesheet" href="${escapeHtml(style)}">`).join('\n    ');
  // Data, which no policy has to allow; a `<` in it would end the element.
  const data =
    sentences === undefined
      ? ''
      : `<script type="application/json" id="l10n">${JSON.stringify(sentences).replaceAll('<', '\\u003c')}</script>\n    `;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    ${links}
  </head>
  <body data-session="${escapeHtml(sessionId)}">
    <div id="app"></div>
    ${data}<script type="module" nonce="${nonce}" src="${escapeHtml(script)}"></script>
  </body>
</html>
`;
}

/** A page that only says something. It has no script. */
export function sayingHtml(text: string, language: string): string {
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'">
    <title>Session Loom</title>
  </head>
  <body><p role="status">${escapeHtml(text)}</p></body>
</html>
`;
}

/** Text as it may stand in HTML and in an attribute with double quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
