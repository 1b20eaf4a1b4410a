import type { Handlers } from '../../protocol/contract.ts';
import type { panelUiRequests } from '../../protocol/panel.ts';

/** The panel whose page asks. */
export interface AskingPanel {
  readonly sessionId: string;
  readonly title: string;
}

/** The requests of pages that the editor answers; the panel that asks comes with each. */
export type UiHandlers = Handlers<typeof panelUiRequests, AskingPanel>;
