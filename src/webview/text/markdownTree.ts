/** Markdown as data that components draw: no HTML string exists anywhere. */
export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'break' }
  | { readonly type: 'mark'; readonly mark: 'strong' | 'em' | 's'; readonly children: readonly Inline[] }
  | { readonly type: 'link'; readonly href: string; readonly children: readonly Inline[] }
  | { readonly type: 'image'; readonly src: string; readonly alt: string };

/** A row of a table: one list of inline nodes a cell. */
export type TableRow = readonly (readonly Inline[])[];

/** An item of a list; `checked` where it is a task. */
export interface ListItem {
  readonly checked?: boolean;
  readonly children: readonly BlockNode[];
}

export type BlockNode =
  | { readonly type: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly type: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  | { readonly type: 'quote'; readonly children: readonly BlockNode[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly start: number; readonly items: readonly ListItem[] }
  | { readonly type: 'code'; readonly language: string; readonly text: string }
  | { readonly type: 'table'; readonly head: TableRow; readonly rows: readonly TableRow[]; readonly align: readonly string[] }
  | { readonly type: 'rule' };

/** A block of the top level with the lines of the source that it came from: the first, and the one after the last. */
export interface TopBlock {
  readonly node: BlockNode;
  readonly from: number;
  readonly to: number;
  /** For a list: the first source line of each item. */
  readonly itemLines?: readonly number[];
}
