import type { Turn } from '../../model/session.ts';
import type { LaunchGate } from '../limits/launchGate.ts';
import type { Session } from '../session/session.ts';

/** What the surroundings of a turn know: the repository, and who writes the history. */
export interface TurnSurroundings {
  /** The commit that HEAD names in a folder, where there is one. */
  head(cwd: string): Promise<string | undefined>;
  commitsSince(cwd: string, head: string | undefined): Promise<readonly string[]>;
  branch(cwd: string): Promise<string | undefined>;
  /** Called after a turn's end is on the disk. */
  ended(session: Session, turn: Turn): void;
  /** The one place where work starts. */
  readonly launch: Launch;
}

/** What a session needs of the limits. */
export interface Launch {
  readonly gate: LaunchGate;
  /** A turn begins: what it costs is counted while it runs, and the person is told where that is much of a budget. `stop` ends it when one is used up. */
  began(session: Session, stop: () => void): void;
  /** The end of the turn is recorded. */
  ended(session: Session): void;
}
