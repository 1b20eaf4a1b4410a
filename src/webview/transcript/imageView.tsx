import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../base/errors.ts';
import { Button } from '../page/controls.tsx';
import { usePage } from '../page/page.ts';
import { short, t } from '../page/words.ts';

/** Kinds that a browser draws without running anything. */
const drawable: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'image/avif']);
/** Larger pictures are fetched only when asked for. */
const unaskedLimit = 5_000_000;

interface StoredImageProps {
  readonly blob: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly name?: string;
}

/** A picture of the session, fetched from the host and shown from memory. */
export function StoredImage({ blob, mimeType, bytes, name }: StoredImageProps): JSX.Element {
  const [isWanted, want] = useState(bytes <= unaskedLimit);
  const [shown, show] = useState<{ readonly url?: string; readonly problem?: string }>({});
  const page = usePage();
  useEffect(() => {
    if (!isWanted || !drawable.has(mimeType)) return undefined;
    let url: string | undefined;
    let isGone = false;
    page.link.host('session/blob', { blob }).then(
      ({ data }) => {
        if (isGone) return;
        url = URL.createObjectURL(new Blob([bytesOf(data)], { type: mimeType }));
        show({ url });
      },
      (thrown: unknown) => show({ problem: messageOf(thrown) }),
    );
    return () => {
      isGone = true;
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [isWanted, blob, mimeType]);
  const label = name ?? t('Image');
  if (!drawable.has(mimeType)) return <div class="quiet">{t('{0}: images of type {1} are not shown.', label, mimeType)}</div>;
  if (!isWanted) return <Button onClick={() => want(true)}>{t('Show image ({0} bytes)', short(bytes))}</Button>;
  if (shown.problem !== undefined) return <div class="quiet">{t('{0} could not be loaded: {1}', label, shown.problem)}</div>;
  return shown.url === undefined ? <div class="image-place" aria-busy="true" /> : <img class="stored-image" src={shown.url} alt={label} />;
}

/** The bytes of base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
