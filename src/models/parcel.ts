import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import type { HubFile } from './hub.ts';
import {
  filePath,
  isSafePath,
  mirrorPlace,
  readRevision,
  readTree,
  repositoryName,
} from './mirror-layout.ts';

/** A file by its path among everything that was brought. */
export interface BroughtPath {
  readonly path: string;
  readonly size: number;
}

/** What was brought of one repository. */
export interface Parcel {
  readonly repository: string;
  /** Revisions that stand for this commit. */
  readonly revisions: readonly string[];
  /** Absent where the files come without one. */
  readonly commit?: string;
  /** The files that are there. */
  readonly files: readonly HubFile[];
  /** Where a file lies among what was brought, by its path in the repository. */
  readonly places: ReadonlyMap<string, string>;
}

export interface Parcels {
  readonly parcels: readonly Parcel[];
  readonly refused: readonly ErrorReport[];
}

const NOISE = /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/i;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

const report = (code: LeewayError['code'], message: string, advice: string): ErrorReport =>
  new LeewayError(code, message, advice).report();

const outside = (path: string): ErrorReport =>
  report(
    'request-invalid',
    `${path} leads out of its folder.`,
    'It was left out. Bring files whose origin you trust.',
  );

const otherSize = (path: string, size: number, stated: number): ErrorReport =>
  report(
    'model-integrity',
    `${path} has ${size} bytes where its file list states ${stated}.`,
    'It was left out: copy the folder again from where it came, or download the model.',
  );

/** The files of a mirror at one commit, as far as they are there and have their size. */
function mirrorParcel(
  folder: string,
  repository: string,
  commit: string,
  tree: readonly HubFile[],
  revisions: readonly string[],
  sizes: ReadonlyMap<string, number>,
): { parcel: Parcel; refused: ErrorReport[] } {
  const places = new Map<string, string>();
  const refused: ErrorReport[] = [];
  const files = tree.filter((file) => {
    if (!isSafePath(file.path)) {
      refused.push(outside(file.path));
      return false;
    }
    const path = folder + filePath(repository, commit, file.path);
    const size = sizes.get(path);
    if (size === undefined) return false;
    if (size !== file.size) refused.push(otherSize(path, size, file.size));
    else places.set(file.path, path);
    return size === file.size;
  });
  return { parcel: { repository, revisions, commit, files, places }, refused };
}

/** What a mirror's small files say of one repository. */
interface Answers {
  readonly folder: string;
  readonly repository: string;
  readonly revisions: Map<string, string>;
  readonly trees: Map<string, readonly HubFile[]>;
}

/** Reads every mirror among the paths, in whatever folder it lies. */
async function mirrorParcels(
  files: readonly BroughtPath[],
  read: (path: string) => Promise<string>,
): Promise<Parcels & { readonly claimed: (path: string) => boolean }> {
  const answers = new Map<string, Answers>();
  const refused: ErrorReport[] = [];
  const roots = new Set<string>();
  for (const { path } of files) {
    const place = mirrorPlace(path);
    if (!place) continue;
    const { folder, repository, kind, name } = place;
    const key = `${folder}\n${repository}`;
    const found: Answers = answers.get(key) ?? { folder, repository, revisions: new Map(), trees: new Map() };
    answers.set(key, found);
    const text = await read(path);
    const commit = kind === 'revision' ? readRevision(text) : undefined;
    const tree = kind === 'tree' ? readTree(text) : undefined;
    if (commit) found.revisions.set(name, commit);
    else if (tree) found.trees.set(name, tree);
    else
      refused.push(
        report(
          'model-integrity',
          `${path} is no file list that can be read.`,
          'Copy the folder again from where it came.',
        ),
      );
  }
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const parcels: Parcel[] = [];
  for (const { folder, repository, revisions, trees } of answers.values()) {
    roots.add(`${folder}api/models/${repository}/`).add(`${folder}${repository}/resolve/`);
    for (const [commit, tree] of trees) {
      const names = [...revisions].filter(([, sha]) => sha === commit).map(([name]) => name);
      const one = mirrorParcel(folder, repository, commit, tree, names, sizes);
      parcels.push(one.parcel);
      refused.push(...one.refused);
    }
  }
  return { parcels, refused, claimed: (path) => [...roots].some((root) => path.startsWith(root)) };
}

/** The topmost folders with a config.json, each with everything below it: models as exporters write them. */
function folderParcels(files: readonly BroughtPath[]): Parcel[] {
  const roots = files
    .filter(({ path }) => nameOf(path) === 'config.json')
    .map(({ path }) => folderOf(path))
    .sort((a, b) => a.length - b.length)
    .filter((root, i, all) => !all.slice(0, i).some((upper) => root.startsWith(upper)));
  return roots.map((root) => {
    const inside = files.filter(({ path }) => path.startsWith(root) && !/\.gguf$/i.test(path));
    return {
      repository: `folder/${repositoryName(nameOf(root.slice(0, -1)))}`,
      revisions: ['main'],
      files: inside.map(({ path, size }) => ({ path: path.slice(root.length), size })),
      places: new Map(inside.map(({ path }) => [path.slice(root.length), path])),
    };
  });
}

const ggufParcel = ({ path, size }: BroughtPath): Parcel => ({
  repository: `file/${repositoryName(nameOf(path))}`,
  revisions: ['main'],
  files: [{ path: nameOf(path), size }],
  places: new Map([[nameOf(path), path]]),
});

/**
 * Finds the models among files: mirrors first, then folders as exporters write them, then single .gguf files. Paths that
 * lead out of their folder are refused. `read` gives a small file's text.
 */
export async function findParcels(
  brought: readonly BroughtPath[],
  read: (path: string) => Promise<string>,
): Promise<Parcels> {
  const unsafe = brought.filter(({ path }) => !isSafePath(path));
  const files = brought.filter(({ path }) => isSafePath(path) && !NOISE.test(path));
  const mirrors = await mirrorParcels(files, read);
  const others = files.filter(({ path }) => !mirrors.claimed(path));
  const folders = folderParcels(others);
  const inFolders = new Set(folders.flatMap(({ places }) => [...places.values()]));
  const bare = others.filter(({ path }) => /\.onnx$/i.test(path) && !inFolders.has(path));
  const parcels = [
    ...mirrors.parcels,
    ...folders,
    ...others.filter(({ path }) => /\.gguf$/i.test(path)).map(ggufParcel),
  ];
  return {
    parcels,
    refused: [
      ...unsafe.map(({ path }) => outside(path)),
      ...mirrors.refused,
      ...bare.map(({ path }) =>
        report(
          'model-incomplete',
          `${path} has no config.json beside it.`,
          'Bring the whole folder of the model.',
        ),
      ),
    ],
  };
}
