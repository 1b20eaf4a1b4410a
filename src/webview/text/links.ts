import type { Location } from '../../model/content.ts';

/** Where a link in an answer leads, if anywhere: outside (after a question) or to a file of the machine. */
export type LinkTarget = { readonly kind: 'external'; readonly url: string } | { readonly kind: 'file'; readonly location: Location };

const external = /^(?:https?:\/\/|mailto:)/i;
const drive = /^[A-Za-z]:[\\/]/;
const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/**
 * Judges the address of a link by an allow list: http, https and mailto lead outside, a path leads to a file (relative ones from `cwd`),
 * everything else (`command:`, `javascript:`, `data:`, …) leads nowhere.
 */
export function linkTarget(href: string, cwd: string): LinkTarget | undefined {
  const address = href.trim();
  if (external.test(address)) return { kind: 'external', url: address };
  if (address === '' || address.startsWith('#') || address.startsWith('//')) return undefined;
  const path = address.startsWith('file://')
    ? fileUrlPath(address)
    : drive.test(address) || !scheme.test(address)
      ? address
      : suffixed(address);
  return path === undefined ? undefined : { kind: 'file', location: locationOf(decoded(path), cwd) };
}

/** `main.ts:12` looks like a scheme but is a file and a line. */
function suffixed(address: string): string | undefined {
  return /^[^:/\\]+\.[A-Za-z0-9]+:\d+(?::\d+)?$/.test(address) ? address : undefined;
}

function fileUrlPath(address: string): string | undefined {
  const path = /^file:\/\/(?:localhost)?(\/.*)$/i.exec(address)?.[1];
  return path !== undefined && /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Takes `#L12`, `#12` and `:12:3` off the end; lines there count from 1. */
function locationOf(path: string, cwd: string): Location {
  const place = /^(.*?)(?:#L?(\d+)(?:-L?\d+)?|:(\d+)(?::\d+)?)?$/s.exec(path);
  const name = place?.[1] ?? path;
  const line = Number(place?.[2] ?? place?.[3] ?? 0);
  return { path: absolute(name, cwd), ...(line > 0 ? { line: line - 1 } : {}) };
}

function absolute(path: string, cwd: string): string {
  if (path.startsWith('/') || drive.test(path) || path.startsWith('\\\\')) return path;
  const parts = cwd.split(/[\\/]/).filter((part, index) => part !== '' || index === 0);
  for (const part of path.split(/[\\/]/)) {
    if (part === '..') {
      if (parts.length > 1) parts.pop();
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
