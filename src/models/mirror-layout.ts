import type { HubFile, Listing } from './hub.ts';

/**
 * The one folder form of models: the hub's own answers as static files. It can be carried on a stick, dropped on the
 * page, or put on any static web server, and several models can lie in one folder.
 *
 *     api/models/<owner>/<name>/revision/<revision>    {"id", "sha"}
 *     api/models/<owner>/<name>/tree/<commit>          [{"type", "path", "size", "oid", "lfs"?}]
 *     <owner>/<name>/resolve/<commit>/<path>           the bytes
 */

/** A small file of a mirror: an answer of the hub. */
export interface MirrorText {
  readonly path: string;
  readonly text: string;
}

/** A file as the hub's tree lists it. */
export interface TreeEntry {
  readonly type: 'file';
  readonly path: string;
  readonly size: number;
  /** Git's blob id in hex; empty where it is not known. */
  readonly oid: string;
  /** SHA-256 of the bytes, where it is known. */
  readonly lfs?: { readonly oid: string; readonly size: number; readonly pointerSize: number };
}

export const revisionPath = (repository: string, revision: string): string =>
  `api/models/${repository}/revision/${revision}`;

export const treePath = (repository: string, commit: string): string =>
  `api/models/${repository}/tree/${commit}`;

export const filePath = (repository: string, commit: string, path: string): string =>
  `${repository}/resolve/${commit}/${path}`;

/** The hub's pointer files have about this many bytes; readers want a number. */
const POINTER_SIZE = 134;

/** A file as the tree of a mirror states it. */
export function treeEntry({ path, size, sha256, gitOid }: HubFile): TreeEntry {
  const lfs = sha256 === undefined ? {} : { lfs: { oid: sha256, size, pointerSize: POINTER_SIZE } };
  return { type: 'file', path, size, oid: gitOid ?? '', ...lfs };
}

/** What the hub would answer for a repository: its file list and what its revisions stand for. */
export function mirrorTexts(
  repository: string,
  revisions: readonly string[],
  { commit, files }: Listing,
): MirrorText[] {
  const info = JSON.stringify({ id: repository, sha: commit });
  return [
    { path: treePath(repository, commit), text: JSON.stringify(files.map(treeEntry), undefined, 1) },
    ...revisions.map((revision) => ({ path: revisionPath(repository, revision), text: info })),
  ];
}

const isEntry = (value: unknown): value is TreeEntry => {
  const entry = value as Partial<Record<keyof TreeEntry, unknown>> | null;
  return (
    typeof entry === 'object' &&
    entry !== null &&
    typeof entry.path === 'string' &&
    typeof entry.size === 'number' &&
    Number.isSafeInteger(entry.size) &&
    entry.size >= 0
  );
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const GIT_OID = /^[0-9a-f]{40}$/i;
const SHA256 = /^[0-9a-f]{64}$/i;

/** The files that the tree of a mirror lists; undefined where it is no tree. */
export function readTree(text: string): HubFile[] | undefined {
  const entries = parsed(text);
  if (!Array.isArray(entries) || !entries.every(isEntry)) return undefined;
  return entries
    .filter(({ type }) => type === 'file')
    .map(({ path, oid, lfs, size }) => {
      if (typeof lfs?.oid === 'string' && SHA256.test(lfs.oid))
        return { path, size, sha256: lfs.oid.toLowerCase() };
      return typeof oid === 'string' && GIT_OID.test(oid)
        ? { path, size, gitOid: oid.toLowerCase() }
        : { path, size };
    });
}

/** The commit that a revision stands for; undefined where the text does not tell it. */
export function readRevision(text: string): string | undefined {
  const sha = (parsed(text) as { sha?: unknown } | null | undefined)?.sha;
  return typeof sha === 'string' && /^\w[\w.-]*$/.test(sha) ? sha : undefined;
}

/** A tree with the files of an older one of the same commit beside its own: both are in the folder then. */
export function mergedTree(older: string, newer: string): string {
  const [before, now] = [readTree(older) ?? [], readTree(newer) ?? []];
  const paths = new Set(now.map(({ path }) => path));
  const files = [...before.filter(({ path }) => !paths.has(path)), ...now];
  return JSON.stringify(files.map(treeEntry), undefined, 1);
}

/** A path's part of a mirror: what it says of which repository, and the folder that the mirror lies in. */
export interface MirrorPlace {
  /** Empty or with a slash at its end. */
  readonly folder: string;
  readonly repository: string;
  readonly kind: 'revision' | 'tree';
  /** The revision or the commit. */
  readonly name: string;
}

const PLACE = /^(|.*\/)api\/models\/(\w[\w.-]*\/\w[\w.-]*)\/(revision|tree)\/(.+)$/;

/** Reads a path inside whatever folder a mirror lies in; undefined where it is none of its small files. */
export function mirrorPlace(path: string): MirrorPlace | undefined {
  const [, folder, repository, kind, name] = PLACE.exec(path) ?? [];
  if (folder === undefined || repository === undefined || name === undefined) return undefined;
  return { folder, repository, kind: kind === 'tree' ? 'tree' : 'revision', name };
}

/** Whether a path stays inside its folder: no `..`, nothing absolute, no backslash, no drive, no empty step. */
export function isSafePath(path: string): boolean {
  // eslint-disable-next-line no-control-regex -- what is looked for
  if (path === '' || /[\\\u0000-\u001f]|^[a-z]:/i.test(path)) return false;
  return path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

/** A file's or folder's name as the second step of a repository: letters, digits, `_`, `.`, `-`. */
export function repositoryName(name: string): string {
  const clean = name
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+|-+$/g, '');
  return clean || 'model';
}
