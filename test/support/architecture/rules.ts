/** The house rules about files of `src`, each a function from a parsed file to sentences about what is wrong in it. */
import ts from 'typescript';
import { importProblems } from './importRules.ts';
import type { Source } from './source.ts';
import { lineOf, parseSource, walk } from './source.ts';
import { longestFile, pureLayers } from './table.ts';

/** A rule. Its sentences start with the path, and the line where there is one. */
export type Rule = (source: Source) => string[];

/** Every rule by its name. */
export const rules: Readonly<Record<string, Rule>> = {
  imports: importProblems,

  'file size': ({ path, text }) => {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    return lines > longestFile ? [`${path} has ${String(lines)} lines, ${String(longestFile)} at most: give it one reason to exist`] : [];
  },

  'no any': (source) => nodeProblems(source, (node) => (node.kind === ts.SyntaxKind.AnyKeyword ? 'says any' : undefined)),

  'no silenced compiler': ({ path, text }) =>
    [...text.matchAll(/@ts-(ignore|nocheck|expect-error)/g)].map(([directive]) => `${path} silences the compiler with ${directive}`),

  'no console': (source) =>
    nodeProblems(source, (node) =>
      ts.isPropertyAccessExpression(node) && node.expression.getText() === 'console' ? 'writes to the console' : undefined,
    ),

  'zod as a namespace': (source) =>
    nodeProblems(source, (node) => {
      if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier) || node.moduleSpecifier.text !== 'zod')
        return undefined;
      const bindings = node.importClause?.namedBindings;
      const isNamespace = bindings !== undefined && ts.isNamespaceImport(bindings) && node.importClause?.name === undefined;
      return isNamespace ? undefined : 'imports zod by name, which bundles every locale';
    }),

  'no default export': (source) =>
    nodeProblems(source, (node) => {
      if (ts.isExportAssignment(node)) return 'has a default export';
      if (ts.isExportSpecifier(node) && node.name.text === 'default') return 'has a default export';
      const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
      return modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword) ? 'has a default export' : undefined;
    }),

  'no barrel': (source) => {
    const statements = [...source.tree.statements];
    const isReExport = (statement: ts.Statement): boolean => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;
    if (statements.length > 0 && statements.every(isReExport)) return [`${source.path} only passes on what other files export`];
    return nodeProblems(source, (node) =>
      ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && node.exportClause === undefined
        ? 'passes on everything that another file exports'
        : undefined,
    );
  },

  'no clock and no chance in pure layers': (source) => {
    if (!pureLayers.some((layer) => source.path.startsWith(`src/${layer}/`))) return [];
    return nodeProblems(source, (node) => {
      if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) return 'reads the clock';
      if (!ts.isPropertyAccessExpression(node)) return undefined;
      return ['Date.now', 'Math.random', 'performance.now'].includes(node.getText()) ? `calls ${node.getText()}` : undefined;
    });
  },
};

/** Everything that is wrong in these files, given by path. */
export function problemsOf(files: ReadonlyMap<string, string>): string[] {
  const sources = [...files].map(([path, text]) => parseSource(path, text));
  return sources.flatMap((source) => Object.values(rules).flatMap((rule) => rule(source)));
}

function nodeProblems(source: Source, judge: (node: ts.Node) => string | undefined): string[] {
  const problems: string[] = [];
  walk(source.tree, (node) => {
    const problem = judge(node);
    if (problem !== undefined) problems.push(`${source.path}:${String(lineOf(source.tree, node))} ${problem}`);
  });
  return problems;
}
