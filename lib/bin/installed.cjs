// What was installed or built in a folder, written down, so that a file that has gone or changed since is noticed.
// Plain JavaScript, since it also runs where nothing else is whole.
const { createHash } = require("node:crypto");
const { lstatSync, readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

/**
 * Write down every file below `folder`: path, size, time of change, SHA-256.
 *
 * @param list the file to write; itself it is left out
 * @param leaveOut paths from `folder` (with "/") that may change, with all below them
 */
function record(folder, list, leaveOut = []) {
  const files = pathsBelow(folder, "", new Set(leaveOut))
    .filter((path) => join(folder, path) !== list)
    .map((path) => entryOf(folder, path));
  write(list, files);
}

/**
 * Paths of the listed files that are missing or changed; undefined where there is no list to be read.
 * A file counts as unchanged when size and time are as they were, or else when its content is.
 *
 * @param always compare the content whatever the time says; for folders of a few megabytes
 */
function damaged(folder, list, { always = false } = {}) {
  const files = read(list);
  if (files === undefined) return undefined;
  let touched = false;
  const changed = files.filter((entry) => {
    const [path, size, time, content] = entry;
    const stat = lstatSync(join(folder, path), { throwIfNoEntry: false });
    if (stat === undefined || stat.size !== size) return true;
    if (stat.mtimeMs === time && !always) return false;
    if (contentOf(join(folder, path), stat) !== content) return true;
    touched ||= stat.mtimeMs !== time;
    entry[2] = stat.mtimeMs;
    return false;
  });
  // A copied folder has other times: once noted, its content need not be read at every start.
  if (touched && changed.length === 0) tryToWrite(list, files);
  return changed.map(([path]) => path);
}

function pathsBelow(folder, within, leaveOut) {
  return readdirSync(join(folder, within), { withFileTypes: true }).flatMap((entry) => {
    const path = within === "" ? entry.name : `${within}/${entry.name}`;
    if (leaveOut.has(path)) return [];
    return entry.isDirectory() ? pathsBelow(folder, path, leaveOut) : [path];
  });
}

function entryOf(folder, path) {
  const stat = lstatSync(join(folder, path));
  return [path, stat.size, stat.mtimeMs, contentOf(join(folder, path), stat)];
}

/** SHA-256 of a file, or of where a link points. */
function contentOf(file, stat) {
  const content = stat.isSymbolicLink() ? readlinkSync(file) : readFileSync(file);
  return createHash("sha256").update(content).digest("base64url");
}

/** The listed files; none where the list is there and cannot be opened now, which says nothing of them. */
function read(list) {
  try {
    const { files } = JSON.parse(readFileSync(list, "utf8"));
    return Array.isArray(files) ? files : undefined;
  } catch (error) {
    return ["EMFILE", "ENFILE", "ENOMEM"].includes(error.code) ? [] : undefined;
  }
}

function write(list, files) {
  const half = `${list}.${process.pid}.tmp`;
  writeFileSync(half, JSON.stringify({ files }));
  renameSync(half, list);
}

function tryToWrite(list, files) {
  try {
    write(list, files);
  } catch {
    // A folder that cannot be written is checked by its content each time.
  }
}

/** "a.js, b.js and 3 more" */
function inWords(paths) {
  const shown = paths.slice(0, 2).join(", ");
  return paths.length > 2 ? `${shown} and ${paths.length - 2} more` : shown;
}

module.exports = { record, damaged, inWords };
