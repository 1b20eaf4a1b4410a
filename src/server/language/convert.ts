import type { Diagnostic, DocumentLink, DocumentSymbol, LocationLink } from 'vscode-languageserver';
import { DiagnosticSeverity, SymbolKind } from 'vscode-languageserver';
import type { Link } from '../../specs/links.ts';
import type { OutlineSymbol } from '../../specs/outline.ts';
import type { Problem } from '../../specs/problems.ts';

/** The URIs of the two documents between which links lead. */
export interface LinkedUris {
  readonly same: string;
  readonly requirements: string | undefined;
}

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

const symbolKinds = {
  section: SymbolKind.Namespace,
  requirement: SymbolKind.Class,
  criterion: SymbolKind.Property,
  term: SymbolKind.Key,
  task: SymbolKind.Method,
  'finished-task': SymbolKind.Constant,
} as const;

/** A problem as the protocol has it. `code` is stable; `data` are the ids in the message. */
export function toDiagnostic(problem: Problem, uris: LinkedUris): Diagnostic {
  const related = (problem.related ?? []).flatMap((place) => {
    const uri = uris[place.document];
    return uri === undefined ? [] : [{ location: { uri, range: place.range }, message: place.message }];
  });
  return {
    source: 'Session Loom',
    code: problem.code,
    severity: severities[problem.severity],
    message: problem.message,
    range: problem.range,
    ...(problem.data === undefined ? {} : { data: problem.data }),
    ...(related.length === 0 ? {} : { relatedInformation: related }),
  };
}

/** An outline entry as the protocol has it. */
export function toSymbol(symbol: OutlineSymbol): DocumentSymbol {
  return {
    name: symbol.name,
    ...(symbol.detail === '' ? {} : { detail: symbol.detail }),
    kind: symbolKinds[symbol.kind],
    range: symbol.range,
    selectionRange: symbol.selection,
    children: symbol.children.map(toSymbol),
  };
}

/** A link as the protocol has it. The target's fragment, `#L12,5` (from 1), is how VS Code writes a place in a file. */
export function toDocumentLink(link: Link, uris: LinkedUris): DocumentLink | undefined {
  const uri = uris[link.document];
  if (uri === undefined) return undefined;
  const { line, character } = link.target.start;
  return { range: link.range, target: `${uri}#L${line + 1},${character + 1}`, tooltip: link.tooltip };
}

/** A link as the answer to "go to definition". */
export function toLocationLink(link: Link, uris: LinkedUris): LocationLink | undefined {
  const targetUri = uris[link.document];
  if (targetUri === undefined) return undefined;
  return { originSelectionRange: link.range, targetUri, targetRange: link.target, targetSelectionRange: link.target };
}
