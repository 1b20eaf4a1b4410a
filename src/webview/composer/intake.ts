import type { Page } from '../page/page.ts';
import { t } from '../page/words.ts';
import type { ComposerState } from './composerState.ts';
import { isLongPaste } from './draft.ts';

/** Bytes of the largest image that is taken. */
const largestImage = 15_000_000;

/** Takes what was pasted or dropped. True where it became chips, so that the text field need not take it. */
export function takeTransfer(data: DataTransfer, page: Page, state: ComposerState): boolean {
  const images = [...data.files].filter((file) => file.type.startsWith('image/'));
  if (images.length > 0) {
    for (const file of images) void takeImage(file, page, state);
    return true;
  }
  const uris = data.getData('application/vnd.code.uri-list') || data.getData('text/uri-list');
  const paths = uris.split(/\r?\n/).flatMap((uri) => pathOf(uri.trim()) ?? []);
  if (paths.length > 0) {
    for (const path of paths.slice(0, 50)) mention(page, state, path);
    return true;
  }
  const text = data.getData('text/plain');
  if (!isLongPaste(text)) return false;
  const lines = text.slice(0, 10_000_000).split('\n').length;
  state.addChip({ kind: 'attachment', id: state.newId(), name: t('Pasted text ({0} lines)', lines), text });
  page.announcer.say(t('The long text was attached.'));
  return true;
}

/** The path of a file's address, also of a remote one; undefined for everything else. */
export function pathOf(uri: string): string | undefined {
  const path = /^(?:file|vscode-remote):\/\/[^/]*(\/.*)$/i.exec(uri)?.[1];
  if (path === undefined) return undefined;
  try {
    const decoded = decodeURIComponent(path.replace(/[?#].*$/, ''));
    return /^\/[A-Za-z]:/.test(decoded) ? decoded.slice(1) : decoded;
  } catch {
    return undefined;
  }
}

/** Puts a file into the text as `@path`, relative to the folder of the session where it lies in it. */
export function mention(page: Page, state: ComposerState, path: string): void {
  const folder = page.session.value.cwd;
  const isInside = folder !== '' && (path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`));
  addMention(state, { label: isInside ? path.slice(folder.length + 1) : path, path });
}

interface Mentioned {
  readonly label: string;
  readonly path: string;
  readonly range?: { readonly start: number; readonly end: number };
}

/** Adds a mention at the end of the text. */
export function addMention(state: ComposerState, mentioned: Mentioned): void {
  state.addChip({ kind: 'mention', id: state.newId(), ...mentioned });
  const text = state.text.value;
  const next = `${text}${text === '' || /\s$/.test(text) ? '' : ' '}@${mentioned.label} `;
  state.setText(next, next.length);
}

async function takeImage(file: File, page: Page, state: ComposerState): Promise<void> {
  const { accepts, agentPhase } = page.session.value;
  if (agentPhase === 'ready' && !accepts.image) {
    page.trouble.value = t('This agent takes no images. Save the image as a file and mention it with @ instead.');
    return;
  }
  if (file.size > largestImage) {
    page.trouble.value = t('The image is larger than 15 MB. Make it smaller and paste it again.');
    return;
  }
  const name = file.name === '' ? t('Pasted image') : file.name;
  state.addChip({ kind: 'image', id: state.newId(), name, mimeType: file.type, data: await base64(file) });
}

function base64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result.slice(reader.result.indexOf(',') + 1) : '');
    reader.onerror = () => reject(reader.error ?? new Error('The image could not be read.'));
    reader.readAsDataURL(file);
  });
}
