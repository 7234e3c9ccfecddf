/** A node of a category tree: a name below its parent. */
export interface CategoryNode {
  name: string;
  /** Its place among the nodes, or -1 for one without a parent; a parent stands before its children. */
  parent: number;
  /** 1 for a root. */
  depth: number;
  /** Items that carry it. */
  items: number;
  /** Share of the node's items that carry the parent as well; 1 where paths say so. */
  support: number;
}

/** Where items' categories hang, and how that is known. */
export interface CategoryTree {
  /** `paths`: the lists are ordered from root to leaf. `inclusion`: from which items a name shares with which. */
  kind: "paths" | "inclusion";
  /** Share of name pairs that stand in the same order wherever they meet; 1 in ordered paths. */
  consistency?: number;
  nodes: CategoryNode[];
}
