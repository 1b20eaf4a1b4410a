import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import type { WorktreeStep } from '../../../src/model/worktree.ts';
import type { WorktreeRecord } from '../../../src/host/worktrees/records.ts';
import type { Filling, NewWorktree, WorktreesOptions } from '../../../src/host/worktrees/worktrees.ts';
import { Worktrees } from '../../../src/host/worktrees/worktrees.ts';
import { Sandbox } from '../git/sandbox.ts';

/** What a test makes a worktree with. */
export interface Making {
  readonly wish?: Partial<NewWorktree>;
  readonly filling?: Filling;
  readonly onStep?: (step: WorktreeStep) => void;
  readonly setup?: (record: WorktreeRecord) => Promise<Partial<WorktreeRecord>>;
  readonly signal?: AbortSignal;
  readonly copyLimit?: number;
  readonly runsFilters?: boolean;
}

/** A repository with the worktrees of its host, and no host. */
export class Place {
  readonly sandbox = new Sandbox();
  readonly folder: string;
  readonly worktrees: Worktrees;
  readonly ports = join(this.sandbox.root, 'ports');

  constructor(options: Partial<WorktreesOptions> = {}) {
    this.folder = options.repositoryRoot ?? this.sandbox.repository();
    this.worktrees = this.opened(options);
  }

  /** The worktrees as a host that starts now sees them. */
  opened(options: Partial<WorktreesOptions> = {}): Worktrees {
    const commonDir = join(this.folder, '.git');
    return new Worktrees({
      dataFolder: join(commonDir, 'session-loom'),
      commonDir,
      repositoryRoot: this.folder,
      portsFolder: this.ports,
      log: silentLog,
      now: () => new Date('2026-11-21T20:15:00Z'),
      environment: this.sandbox.environment,
      isPortFree: () => Promise.resolve(true),
      ...options,
    });
  }

  async make(making: Making = {}): Promise<WorktreeRecord> {
    const planned = await this.worktrees.plan({ session: 's1', title: 'Fix the login', folder: this.folder, ...making.wish });
    return this.worktrees.make(
      planned,
      {
        settings: { copyLimit: making.copyLimit ?? 1e9, portCount: 10, runsFilters: making.runsFilters ?? false },
        filling: making.filling,
        setup: making.setup ?? (() => Promise.resolve({})),
        onStep: (step) => making.onStep?.(step),
      },
      making.signal ?? new AbortController().signal,
    );
  }

  git(...args: readonly string[]): string {
    return this.sandbox.git(this.folder, ...args).trimEnd();
  }

  /** Runs git in a worktree. */
  gitIn(path: string, ...args: readonly string[]): string {
    return this.sandbox.git(path, ...args).trimEnd();
  }

  write(path: string, text: string, mode?: number): string {
    return this.sandbox.write(
      path.startsWith(this.sandbox.root) ? path.slice(this.sandbox.root.length) : join('project', path),
      text,
      mode,
    );
  }

  dispose(): void {
    this.sandbox.dispose();
  }
}
