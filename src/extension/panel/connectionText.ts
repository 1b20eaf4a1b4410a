import type { LinkState } from '../../client/hostLink.ts';
import type { Connection } from '../../protocol/panel.ts';
import type { Translate } from '../translate.ts';

/** How a page is told of the state of its link to the host. */
export function connectionOf({ state, text }: LinkState, t: Translate): Connection {
  switch (state) {
    case 'connected':
      return { state: 'connected' };
    case 'idle':
    case 'connecting':
      return { state: 'connecting', text: t('Reaching the session host…') };
    case 'lost':
      return { state: 'lost', text: text ?? t('The session host cannot be reached. It is tried again; what you type is kept.') };
    case 'other-version':
      return { state: 'other-version', ...(text === undefined ? {} : { text }) };
    case 'elsewhere':
      return { state: 'lost', text: text ?? t('The sessions of this folder run on another machine.') };
  }
}
