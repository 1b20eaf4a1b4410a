import { t } from '../words.ts';
import { installAgent, removeAgent, switchAgent, updateAgents } from './agentCommands.ts';
import type { CommandRun } from './app.ts';
import type { CommandName } from './commandNames.ts';
import { keepChanges, restoreToTurn, undoSession } from './changeCommands.ts';
import { cleanUp, deleteSession } from './deleteCommands.ts';
import { applyWorktree, mergeWorktree } from './bringCommands.ts';
import { openChild, openParent, spawnSession } from './childCommands.ts';
import { forkIntoWorktree, forkSession } from './forkCommand.ts';
import { openSettings, reportProblem, restartHost, showLog, takeTour } from './helpCommands.ts';
import { commitSpecs, copyAsMarkdown, exportSession, openHistory, searchHistory, shareHistory, showChanges } from './historyCommands.ts';
import {
  allowInboxItem,
  allowInboxItemAlways,
  nextInboxItem,
  openApproval,
  openInboxItem,
  previousInboxItem,
  rejectInboxItem,
} from './inboxCommands.ts';
import {
  archiveSession,
  closeSession,
  colorSession,
  continueSession,
  markRead,
  moveTo,
  pin,
  renameSession,
  reopenClosedSession,
  reopenSession,
  stopSession,
} from './lifecycleCommands.ts';
import { hibernateSession, restartAgent, showAgents } from './instanceCommands.ts';
import { signIn, signOut } from './loginCommands.ts';
import { openAgentSession } from './importCommand.ts';
import { addFile, addSelection, askAboutProblem } from './mentionCommands.ts';
import {
  findInSession,
  focusComposer,
  goTo,
  newSession,
  newSessionInWorktree,
  newSessionWith,
  openSession,
  openSessionBeside,
  step,
  switchSession,
} from './openCommands.ts';
import { moveIntoRepository } from './moveCommand.ts';
import { allowEditor, showApprovals, showPermissionRules } from './permissionCommands.ts';
import { recoverSessions } from './recoverCommands.ts';
import { deleteRescue, restoreWorktree } from './rescueCommands.ts';
import { showAgentTerminal } from './terminalCommand.ts';
import { clearFilter, filterSessions, groupBy, showArchived, showMore } from './viewCommands.ts';
import { cancelWorktree, removeWorktree, retryWorktree, revealWorktree, useFolder } from './worktreeCommands.ts';

/** Every command of the manifest, by its name without `sessionLoom.`, and what it does. */
export const commandTable: Readonly<Record<CommandName, CommandRun>> = {
  newSession,
  newSessionWith,
  newSessionInWorktree,
  openSession,
  openSessionBeside,
  switchSession,
  nextSession: step(1),
  previousSession: step(-1),
  goToSession1: goTo(1),
  goToSession2: goTo(2),
  goToSession3: goTo(3),
  goToSession4: goTo(4),
  goToSession5: goTo(5),
  goToSession6: goTo(6),
  goToSession7: goTo(7),
  goToSession8: goTo(8),
  goToSession9: goTo(9),
  focusComposer,
  findInSession,
  renameSession,
  forkSession,
  forkIntoWorktree,
  spawnSession,
  openParent,
  openChild,
  switchAgent,
  installAgent,
  updateAgents,
  removeAgent,
  showAgents,
  restartAgent,
  hibernateSession,
  stopSession,
  continueSession,
  pauseSession: moveTo('paused', () => t('Pause which session?')),
  resumeSession: moveTo('open', () => t('Resume which session?')),
  completeSession: moveTo('completed', () => t('Complete which session?')),
  closeSession,
  reopenSession,
  reopenClosedSession,
  archiveSession,
  unarchiveSession: moveTo('unarchived', () => t('Unarchive which session?')),
  deleteSession,
  cleanUp,
  pinSession: pin(true),
  unpinSession: pin(false),
  colorSession,
  markRead: markRead(true),
  markUnread: markRead(false),
  openChanges: showChanges,
  restoreFiles: restoreToTurn,
  undoSession,
  keepChanges,
  applyWorktree,
  mergeWorktree,
  revealWorktree,
  removeWorktree,
  restoreWorktree,
  deleteRescue,
  useFolder,
  retryWorktree,
  cancelWorktree,
  openHistory,
  searchHistory,
  shareHistory,
  recoverSessions,
  moveIntoRepository,
  copyAsMarkdown,
  exportSession,
  commitSpecs,
  addSelection,
  addFile,
  askAboutProblem,
  openInboxItem,
  openApproval,
  allowInboxItem,
  allowInboxItemAlways,
  rejectInboxItem,
  nextInboxItem,
  previousInboxItem,
  showPermissionRules,
  showApprovals,
  allowEditor,
  filterSessions,
  clearFilter,
  groupByStatus: groupBy('status'),
  groupByAgent: groupBy('agent'),
  groupByBranch: groupBy('branch'),
  groupByDate: groupBy('date'),
  showArchived: showArchived(true),
  hideArchived: showArchived(false),
  showMore,
  showAgentTerminal,
  openAgentSession,
  signIn,
  signOut,
  restartHost,
  showLog,
  reportProblem,
  openSettings,
  takeTour,
};
