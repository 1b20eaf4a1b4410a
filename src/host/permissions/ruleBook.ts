import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { SessionState } from '../../model/session.ts';
import type { OwnedRule } from './decide.ts';

/** The rules that hold in every session of this host: those of the person's settings, and those of the workspace, which only tighten. */
export class RuleBook {
  readonly #changed = new Emitter<undefined>();
  #rules: readonly OwnedRule[] = [];

  /** The rules are others than before. */
  readonly onChanged: Event<undefined> = this.#changed.event;

  /** Takes the rules that a window has read from its settings. */
  set(rules: readonly OwnedRule[]): void {
    if (JSON.stringify(rules) === JSON.stringify(this.#rules)) return;
    this.#rules = rules;
    this.#changed.fire(undefined);
  }

  /** All rules that hold in a session. */
  of(state: Pick<SessionState, 'rules'>): readonly OwnedRule[] {
    return [...this.#rules, ...(state.rules ?? []).map(({ rule }) => ({ rule, origin: 'session' as const }))];
  }
}
