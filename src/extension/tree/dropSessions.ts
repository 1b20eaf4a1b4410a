import * as vscode from 'vscode';
import type { TreeNode } from './sessionTree.ts';

const mimeType = 'application/vnd.code.tree.sessionloom.sessions';

/** Where sessions go that are dropped on a group of states. */
export type DropTarget = 'open' | 'paused' | 'completed';

/** What dropping on a group means; undefined for a group into which nobody can put a session by hand. */
export function targetOf(groupId: string): DropTarget | undefined {
  if (groupId === 'status:done') return 'completed';
  if (groupId === 'status:queued') return 'paused';
  return groupId === 'status:idle' || groupId === 'status:working' ? 'open' : undefined;
}

/** Lets a person drag sessions into a group: done completes them, queued pauses them, idle opens them again. */
export function dropController(
  move: (sessionIds: readonly string[], to: DropTarget) => Promise<void>,
): vscode.TreeDragAndDropController<TreeNode> {
  return {
    dragMimeTypes: [],
    dropMimeTypes: [mimeType],
    handleDrag(nodes, data) {
      const ids = nodes.flatMap((node) => (node.kind === 'session' ? [node.session.id] : []));
      data.set(mimeType, new vscode.DataTransferItem(ids));
    },
    async handleDrop(node, data) {
      const groupId = node === undefined ? undefined : node.kind === 'session' ? node.groupId : node.group.id;
      const to = groupId === undefined ? undefined : targetOf(groupId);
      const ids: unknown = data.get(mimeType)?.value;
      if (to === undefined || !Array.isArray(ids)) return;
      await move(
        ids.filter((id) => typeof id === 'string'),
        to,
      );
    },
  };
}
