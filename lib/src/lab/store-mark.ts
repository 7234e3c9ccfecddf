import { lstatSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../base/replace-file";

/** A file of this name says that a folder is a store. */
const MARK = ".msae-lab-store";

const TEXT = `This folder holds results of MSAE Lab: a folder for each stage and, in it, one for each result, named by 24 hex digits.
What begins with .tmp- is being written. It can all be deleted at any time; \`npx msae-lab runs clean\` removes what is of no use.
`;

/** Whether a store was made here. */
export function isMarked(root: string): boolean {
  return lstatSync(join(root, MARK), { throwIfNoEntry: false })?.isFile() === true;
}

/** Mark a folder as a store. One that cannot be written is read all the same. */
export function markStore(root: string): void {
  try {
    if (!isMarked(root)) replaceFile(join(root, MARK), TEXT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
