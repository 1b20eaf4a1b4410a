import { LoomError, messageOf } from '../../base/errors.ts';
import type { FileDiff, LeftFile, RestoreEntry, Review } from '../../model/entries.ts';
import type { Fact } from '../../model/events.ts';
import type { FileEdit } from '../../model/fileEdits.ts';
import { editsIn } from '../../model/fileEdits.ts';
import type { Turn, TurnFile } from '../../model/session.ts';
import { fileDiff } from '../session/keptContent.ts';
import type { Session } from '../session/session.ts';
import { countSession, countTurn } from './countFiles.ts';
import { foldedByPath } from './editTexts.ts';
import { FilesInside } from './filesInside.ts';
import type { TextEdit } from './foldEdits.ts';
import type { ChangePart } from './parts.ts';
import { partsOf } from './parts.ts';
import type { RestorePlan, RestoreStep } from './planRestore.ts';
import { planRestore } from './planRestore.ts';
import { reverseEdits } from './reverseEdits.ts';

/** What was done: the entry that tells of it, how many files were put back, and which were left alone. */
export interface RestoreOutcome {
  readonly entry: string | undefined;
  readonly restored: number;
  readonly left: readonly LeftFile[];
}

/** The change of a file in a turn with its parts; `parts` is undefined where comparing the texts takes too long. */
export interface ShownChange {
  readonly review: Review;
  readonly parts: readonly (ChangePart & { readonly review: Review })[] | undefined;
}

/** Which changes a person means: those of a turn or of all turns, of one file or of all, or one part of one. */
export interface ChangeChoice {
  readonly turn?: string | undefined;
  readonly path?: string | undefined;
  readonly part?: string | undefined;
}

type About = Pick<RestoreEntry, 'what' | 'turn' | 'turnIndex' | 'of'>;
interface UnitParts {
  readonly file: TurnFile;
  readonly whole: readonly TextEdit[];
  readonly parts: readonly ChangePart[] | undefined;
}
type Unit = { readonly turn: Turn; readonly file: TurnFile };

/** What a session did to files: counts it, puts files back, and keeps what a person decided about each change. */
export class FileChanges {
  readonly #session: Session;
  readonly #isRunning: () => boolean;
  /** One thing at a time: two restores of the same files at once would each see the other's half. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(session: Session, isRunning: () => boolean) {
    this.#session = session;
    this.#isRunning = isRunning;
  }

  /** Records what a turn changed, text against text. */
  async count(turn: string): Promise<void> {
    const fact = await countTurn(this.#session, turn);
    if (fact !== undefined) this.#session.record(fact);
  }

  /** What putting the files back to before a turn would do now. Touches nothing. */
  async preview(turn: string): Promise<RestorePlan> {
    return this.#plan(await foldedByPath(this.#session, this.#since(this.#turn(turn))));
  }

  /** Puts the files back to before a turn. */
  restore(turn: string, by: string): Promise<RestoreOutcome> {
    return this.#exclusively(async () => {
      const first = this.#turn(turn);
      const edits = await foldedByPath(this.#session, this.#since(first));
      const plan = await this.#plan(edits);
      const units = this.#units({}).filter((unit) => unit.turn.index >= first.index);
      return this.#carryOut(plan, { what: 'turn', turn, turnIndex: first.index }, by, reviewed(units, done(plan), 'undone', by));
    });
  }

  /** Takes a restore back: the files get what they held before it. */
  takeBack(entry: string, by: string): Promise<RestoreOutcome> {
    return this.#exclusively(async () => {
      const turn = this.#session.state.turns.findLast((each) => each.entries.some(({ id }) => id === entry));
      const restore = turn?.entries.find(({ id }) => id === entry);
      if (turn === undefined || restore?.kind !== 'restore') throw new LoomError('not-found', 'This restore is not part of the session.');
      const own = restore.files.map((diff): FileEdit => ({ turn: turn.id, turnIndex: turn.index, entry, isRestore: true, diff }));
      const plan = await this.#plan(await foldedByPath(this.#session, own));
      const units = this.#units(restore.what === 'turn' ? {} : { turn: restore.turn }).filter(
        (unit) => unit.turn.index >= (restore.turnIndex ?? 0) && (unit.file.review === 'undone' || restore.what === 'part'),
      );
      return this.#carryOut(plan, { what: 'restore', of: entry }, by, reviewed(units, done(plan), 'open', by));
    });
  }

  /** Takes changes back: of a turn or of all, of one file or of all, or one part of a change. */
  undo(choice: ChangeChoice, by: string): Promise<RestoreOutcome> {
    return this.#exclusively(async () => {
      const units = this.#units(choice).filter(({ file }) => file.review !== 'undone');
      const [only] = units;
      if (only === undefined) throw new LoomError('conflict', 'This change was undone already.');
      if (choice.part !== undefined) return this.#undoPart(only, choice.part, by);
      const plan = await this.#plan(await this.#editsOf(units, choice));
      const ofTurn = choice.turn === undefined ? {} : { turn: only.turn.id, turnIndex: only.turn.index };
      const about = { what: 'file' as const, ...ofTurn };
      return this.#carryOut(plan, about, by, reviewed(units, done(plan), 'undone', by));
    });
  }

  /** Marks changes as kept: they are no longer among those to review. */
  async keep(choice: ChangeChoice, by: string): Promise<void> {
    const units = this.#units(choice).filter(({ file }) => file.review === 'open');
    const [only] = units;
    if (only === undefined) throw new LoomError('conflict', 'This change is no longer to review.');
    if (choice.part === undefined) this.#session.record(...reviewed(units, undefined, 'kept', by));
    else this.#session.record(await this.#decided(only, choice.part, 'kept', by));
  }

  /** The change of a file in a turn, to be looked at. */
  async show(turn: string, path: string): Promise<ShownChange> {
    const { file, parts } = await this.#partsOf(this.#unit(turn, path));
    const review = (id: string): Review => file.parts?.find((part) => part.id === id)?.review ?? file.review;
    return { review: file.review, parts: parts?.map((part) => ({ ...part, review: review(part.id) })) };
  }

  /**
   * The text that a file had before a turn, or before the session, reckoned from `now` or from what it holds. `isWhole` is false where not all
   * changes are to be found in it.
   */
  async textBefore(
    path: string,
    turn: string | undefined,
    now: string | undefined,
  ): Promise<{ readonly text?: string; readonly isWhole: boolean }> {
    const first = turn === undefined ? undefined : this.#turn(turn);
    const edits = (first === undefined ? editsIn(this.#session.state.turns) : this.#since(first)).filter(({ diff }) => diff.path === path);
    const parts = (await foldedByPath(this.#session, edits)).get(path) ?? [];
    const found = now === undefined ? await this.#files().find(path) : ({ kind: 'text', text: now } as const);
    const result = reverseEdits(found.kind === 'text' ? found.text : undefined, parts);
    // What cannot be taken back out is shown as the session saw it.
    const text = result.kind === 'text' ? result.text : parts[0]?.before;
    return { ...(text === undefined ? {} : { text }), isWhole: result.kind === 'text' };
  }

  /** What is to be taken back: over all turns the restores count as well; of one turn, what is left of its own change. */
  async #editsOf(units: readonly Unit[], choice: ChangeChoice): Promise<ReadonlyMap<string, readonly TextEdit[]>> {
    const paths = new Set(units.map(({ file }) => file.path));
    if (choice.turn === undefined) {
      const all = editsIn(this.#session.state.turns).filter(({ diff }) => paths.has(diff.path));
      return foldedByPath(this.#session, all);
    }
    const edits = new Map<string, readonly TextEdit[]>();
    for (const unit of units) {
      const { file, parts, whole } = await this.#partsOf(unit);
      const isUndone = (id: string): boolean => file.parts?.some((part) => part.id === id && part.review === 'undone') === true;
      const rest = parts?.some(({ id }) => isUndone(id)) === true ? parts.filter(({ id }) => !isUndone(id)).map(({ edit }) => edit) : whole;
      edits.set(file.path, rest);
    }
    return edits;
  }

  async #undoPart(unit: Unit, id: string, by: string): Promise<RestoreOutcome> {
    const { turn, file } = unit;
    const part = (await this.#partsOf(unit)).parts?.find((each) => each.id === id);
    if (part === undefined) throw new LoomError('not-found', 'This part is no longer there: the change is another one now.');
    const plan = await this.#plan(new Map([[file.path, [part.edit]]]));
    const facts = plan.left.length > 0 ? [] : [await this.#decided(unit, id, 'undone', by)];
    return this.#carryOut(plan, { what: 'part', turn: turn.id, turnIndex: turn.index }, by, facts);
  }

  /** The fact that one part was decided on; with the last one the whole change is. */
  async #decided(unit: Unit, id: string, review: Review, by: string): Promise<Fact> {
    const { turn, file } = unit;
    const all = (await this.#partsOf(unit)).parts ?? [];
    if (!all.some((part) => part.id === id))
      throw new LoomError('not-found', 'This part is no longer there: the change is another one now.');
    const parts = [...(file.parts ?? []).filter((part) => part.id !== id), { id, review }];
    const reviews = all.map((part) => parts.find((each) => each.id === part.id)?.review ?? 'open');
    const whole = reviews.includes('open') ? 'open' : reviews.includes('kept') ? 'kept' : 'undone';
    return { type: 'change.reviewed', turn: turn.id, path: file.path, review: whole, parts, by };
  }

  async #partsOf(unit: Unit): Promise<UnitParts> {
    const { turn, file } = unit;
    const own = editsIn([turn]).filter((edit) => !edit.isRestore && edit.diff.path === file.path);
    const whole = (await foldedByPath(this.#session, own)).get(file.path) ?? [];
    return { file, whole, parts: partsOf(whole) };
  }

  /**
   * Writes the entry first, with all that the files hold now: what is written over is on the disk before it is. Files that then could not be
   * written are told in a second entry, so that the journal says what is there.
   */
  async #carryOut(plan: RestorePlan, about: About, by: string, reviews: readonly Fact[]): Promise<RestoreOutcome> {
    const { steps, left } = plan;
    if (steps.length === 0) {
      if (reviews.length > 0) this.#session.record(...reviews);
      if (left.length === 0 && reviews.length === 0)
        throw new LoomError('conflict', 'There is nothing to put back: the files are as they were.');
      return { entry: undefined, restored: 0, left };
    }
    const entry = this.#tell(about, by, steps, left, reviews);
    await this.#session.barrier();
    const failed: (LeftFile & { readonly step: RestoreStep })[] = [];
    for (const step of steps)
      await this.#files()
        .put(step.path, step.now, step.next)
        .catch((error: unknown) => failed.push({ path: step.path, reason: messageOf(error), step }));
    if (failed.length > 0) {
      const undone = failed.map(({ step }): RestoreStep => ({ ...step, now: step.next, next: step.now }));
      const reasons = failed.map(({ path, reason }) => ({ path, reason }));
      this.#tell({ what: 'restore', of: entry }, 'host', undone, reasons, undecided(reviews, reasons));
    }
    this.#session.record({ type: 'files.counted', turn: this.#lastTurn().id, ...(await countSession(this.#session, steps.map(({ path }) => path))) }); // prettier-ignore
    await this.#session.barrier();
    return { entry, restored: steps.length - failed.length, left: [...left, ...failed.map(({ path, reason }) => ({ path, reason }))] };
  }

  #tell(about: About, by: string, steps: readonly RestoreStep[], left: readonly LeftFile[], more: readonly Fact[]): string {
    const turn = this.#lastTurn();
    const { epoch, seq } = this.#session.state.position;
    const id = `${turn.id}-r${String(epoch)}-${String(seq)}`;
    const files = steps.map(({ path, now, next }): FileDiff => fileDiff(this.#session, path, now, next));
    this.#session.record(
      { type: 'entry.added', turn: turn.id, added: { id, at: '', kind: 'restore', ...about, by, files, left } },
      ...more,
    );
    return id;
  }

  #plan(edits: ReadonlyMap<string, readonly TextEdit[]>): Promise<RestorePlan> {
    return planRestore(this.#files(), edits);
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#busy;
    const mine = before.then(async () => {
      if (this.#isRunning())
        throw new LoomError(
          'conflict',
          'A turn of this session is running, and it may be writing to these files. Stop it or wait for its end.',
        );
      return work();
    });
    this.#busy = mine.catch(() => undefined);
    return mine;
  }

  #files(): FilesInside {
    return new FilesInside(this.#session.state.cwd);
  }

  #since(first: Turn): readonly FileEdit[] {
    return editsIn(this.#session.state.turns.filter(({ index }) => index >= first.index));
  }

  #turn(id: string): Turn {
    const turn = this.#session.state.turns.find((each) => each.id === id);
    if (turn === undefined) throw new LoomError('not-found', 'This turn is not part of the session.');
    return turn;
  }

  #lastTurn(): Turn {
    const last = this.#session.state.turns.at(-1);
    if (last === undefined) throw new LoomError('not-found', 'This session has no turn yet.');
    return last;
  }

  #unit(turn: string, path: string): Unit {
    const [unit] = this.#units({ turn, path });
    if (unit === undefined) throw new LoomError('not-found', 'This turn has not changed this file.');
    return unit;
  }

  #units({ turn, path }: ChangeChoice): readonly Unit[] {
    return this.#session.state.turns
      .filter(({ id }) => turn === undefined || id === turn)
      .flatMap((each) => (each.files ?? []).map((file): Unit => ({ turn: each, file })))
      .filter(({ file }) => path === undefined || file.path === path);
  }
}

/** The decisions on files that then could not be written, taken back. */
function undecided(reviews: readonly Fact[], failed: readonly LeftFile[]): readonly Fact[] {
  const paths = new Set(failed.map(({ path }) => path));
  return reviews.flatMap((fact): readonly Fact[] => {
    if (fact.type !== 'change.reviewed' || !paths.has(fact.path)) return [];
    const { parts: _parts, ...rest } = fact;
    return [{ ...rest, review: fact.review === 'open' ? 'undone' : 'open' }];
  });
}

/** Paths that are as wanted now, or will be. */
function done(plan: RestorePlan): ReadonlySet<string> {
  return new Set([...plan.steps.map(({ path }) => path), ...plan.settled]);
}

function reviewed(units: readonly Unit[], paths: ReadonlySet<string> | undefined, review: Review, by: string): readonly Fact[] {
  return units
    .filter(({ file }) => (paths === undefined || paths.has(file.path)) && (file.review !== review || file.parts !== undefined))
    .map(({ turn, file }): Fact => ({ type: 'change.reviewed', turn: turn.id, path: file.path, review, by }));
}
