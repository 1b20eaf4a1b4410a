import type { ElementContent } from 'hast';
import type { LanguageFn } from 'highlight.js';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';

/** A piece of code in one colour; `scope` is a class name such as `keyword`, empty for plain text. */
export interface CodeToken {
  readonly text: string;
  readonly scope: string;
}

/** C# and INI are left out: hostile text costs seconds with their grammars. */
const languages: Readonly<Record<string, LanguageFn>> = {
  bash, c, cpp, css, diff, dockerfile, go, java, javascript, json, kotlin, markdown, php, python, ruby, rust, sql, typescript, xml, yaml,
}; // prettier-ignore

let made: ReturnType<typeof createLowlight> | undefined;

/** The highlighter, made for the first code there is: a page without code opens without it. */
function lowlight(): ReturnType<typeof createLowlight> {
  return (made ??= createLowlight(languages));
}

const maxCharacters = 30_000;
const maxLine = 1_000;
const longWord = /\w{101}/;

/** Whether a text is harmless to highlight: every highlighter takes quadratic time on long words. */
export function canHighlight(language: string, text: string): boolean {
  if (text.length > maxCharacters || language === '' || !lowlight().registered(language.toLowerCase())) return false;
  return !longWord.test(text) && text.split('\n').every((line) => line.length <= maxLine);
}

/** Code as coloured pieces, line by line. Undefined where it stays plain: an unknown language or a text that the guards refuse. */
export function highlightLines(language: string, text: string): readonly (readonly CodeToken[])[] | undefined {
  if (!canHighlight(language, text)) return undefined;
  const lines: CodeToken[][] = [[]];
  const add = (content: string, scope: string): void => {
    content.split('\n').forEach((piece, index) => {
      if (index > 0) lines.push([]);
      if (piece !== '') lines.at(-1)?.push({ text: piece, scope });
    });
  };
  const walk = (nodes: readonly ElementContent[], scope: string): void => {
    for (const node of nodes) {
      if (node.type === 'text') add(node.value, scope);
      else if (node.type === 'element') walk(node.children, scopeOf(node.properties['className']) || scope);
    }
  };
  walk(lowlight().highlight(language.toLowerCase(), text).children as readonly ElementContent[], '');
  return lines;
}

function scopeOf(classes: unknown): string {
  const first: unknown = Array.isArray(classes) ? classes[0] : undefined;
  return typeof first === 'string' ? first.replace(/^hljs-/, '').replace(/[^a-z_-]/g, '') : '';
}
