import * as vscode from 'vscode';

/** Lines as a tooltip: strangers wrote them, so every word goes in as text, never as markdown. */
export function plainTooltip(lines: readonly string[]): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  lines.forEach((line, number) => {
    if (number > 0) tooltip.appendMarkdown('\n\n');
    line.split(' ').forEach((word, place) => {
      // `appendText` makes every space a fixed one, and a line of fixed spaces breaks in the middle of words. The first one of a line
      // stays fixed, so that "1. " begins no list.
      if (place === 1) tooltip.appendText(' ');
      if (place > 1) tooltip.appendMarkdown(' ');
      tooltip.appendText(word);
    });
  });
  return tooltip;
}
