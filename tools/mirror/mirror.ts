import { mkdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { megabytes } from '../../src/models/byte-size.ts';
import { contentKey } from '../../src/models/checksum.ts';
import { wholeOf } from '../../src/models/content-store.ts';
import { missingBytes } from '../../src/models/download.ts';
import type { HubFile } from '../../src/models/hub.ts';
import {
  filePath,
  isSafePath,
  mergedTree,
  mirrorTexts,
  readTree,
  treePath,
} from '../../src/models/mirror-layout.ts';
import { furtherFiles } from '../../src/models/model-plan.ts';
import type { Variant } from '../../src/models/variant.ts';
import { diskError } from './disk-error.ts';
import { isRight, sha256Of } from './file-digest.ts';
import { FolderStore } from './folder-store.ts';
import type { Origin, Watching } from './origin.ts';
import { wantedFiles } from './wanted-files.ts';

const sizeOf = (files: readonly HubFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

/** What a repository is in a mirror. */
export interface MirrorName {
  readonly repository: string;
  readonly revision: string;
}

/** Tells of each step of the work. */
export interface Telling {
  readonly signal: AbortSignal;
  /** A step with a length of its own begins: where its progress goes. */
  readonly step: (doing: string) => Watching['onProgress'];
  readonly say: (sentence: string) => void;
}

/** What a run of the command did. */
export interface MirrorOutcome {
  /** The files of the variants that were asked for, all of them in the folder. */
  readonly files: readonly HubFile[];
  /** Bytes that had to be brought. */
  readonly brought: number;
}

/** One repository's part of a folder that is a mirror, at one commit. */
export class Mirror {
  readonly #files: string;

  constructor(
    private readonly folder: string,
    private readonly name: MirrorName,
    private readonly origin: Origin,
    private readonly telling: Telling,
  ) {
    const { commit } = origin.listing;
    const place = filePath(name.repository, commit, 'x').slice(0, -2);
    if (!isSafePath(treePath(name.repository, commit)))
      throw new LeewayError(
        'model-integrity',
        `The hub states a commit that is none (${commit}).`,
        'Take the model from another hub.',
      );
    this.#files = join(folder, ...place.split('/'));
  }

  /**
   * Makes the folder hold these variants, or completes it; what is there is held against its digest first. The file
   * list is written last: what it names is there. Errors: those of the origin; storage-full; file-unreadable.
   */
  async make(variants: readonly Variant[]): Promise<MirrorOutcome> {
    const { listing } = this.origin;
    let files = this.#checked(wantedFiles(listing.files, variants));
    await this.#verify(files);
    let brought = await this.#bring(files);
    const further = await this.#further(files, variants);
    if (further.length > 0) {
      await this.#verify(further);
      brought += await this.#bring((files = [...files, ...further]));
    }
    await this.#publish(files);
    return { files, brought };
  }

  #store(files: readonly HubFile[]): FolderStore {
    return new FolderStore(this.#files, files, this.origin.place);
  }

  /** Throws model-integrity where a path would lead out of the folder. */
  #checked(files: readonly HubFile[]): HubFile[] {
    const unsafe = files.find(({ path }) => !isSafePath(path));
    if (unsafe)
      throw new LeewayError(
        'model-integrity',
        `The repository lists a file that would lie outside its folder (${unsafe.path}).`,
        'Do not trust this repository: take the model from another one.',
      );
    return [...files];
  }

  /** Weights that a graph names in itself alone. */
  async #further(files: readonly HubFile[], variants: readonly Variant[]): Promise<HubFile[]> {
    const { listing, place } = this.origin;
    const store = this.#store(files);
    const named: HubFile[] = [];
    for (const variant of variants) {
      const graph = files.find(({ path }) => path === variant.path);
      const blob = graph && (await wholeOf(store, contentKey(graph, place)));
      if (blob) named.push(...(await furtherFiles(listing.files, variant, blob)));
    }
    return this.#checked([...new Set(named)].filter((file) => !files.includes(file)));
  }

  /** Removes files that are here and are not what they should be: a stick that was pulled out, a copy by hand. */
  async #verify(files: readonly HubFile[]): Promise<void> {
    const { signal, step, say } = this.telling;
    const store = this.#store(files);
    const here: HubFile[] = [];
    for (const file of files)
      if ((await store.head(contentKey(file, this.origin.place)))?.complete) here.push(file);
    if (here.length === 0) return;
    const onProgress = step('Verifying what is here');
    const total = sizeOf(here);
    let loaded = 0;
    for (const file of here) {
      const path = join(this.#files, ...file.path.split('/'));
      const onPiece = (bytes: number): void => onProgress({ loaded: (loaded += bytes), total });
      if (await isRight(file, path, { signal, onPiece })) continue;
      say(`${file.path} was not what it should be and is brought again.`);
      await store.discard(contentKey(file, this.origin.place));
    }
  }

  /** Brings what is missing, where there is room for it. Bytes that were missing. */
  async #bring(files: readonly HubFile[]): Promise<number> {
    const store = this.#store(files);
    const missing = await missingBytes(store, files, this.origin.place);
    if (missing > 0) await this.#checkRoom(missing);
    const { signal, step } = this.telling;
    const onProgress = missing > 0 ? step(this.origin.doing) : () => undefined;
    // An empty file is missing, too.
    await this.origin.bring(files, store, { signal, onProgress });
    return missing;
  }

  async #checkRoom(bytes: number): Promise<void> {
    await mkdir(this.folder, { recursive: true }).catch((thrown: unknown) => {
      throw diskError(thrown, this.folder);
    });
    const disk = await statfs(this.folder).catch(() => undefined);
    const free = disk && disk.bavail * disk.bsize;
    if (free !== undefined && free < bytes)
      throw new LeewayError(
        'storage-full',
        `The mirror needs ${megabytes(bytes)} more, and the disk of ${this.folder} has ${megabytes(free)}.`,
        'Make room, name a folder on another disk, or choose a smaller precision (--dtype).',
      );
  }

  /** Writes the file list and what the revision stands for; other files of the same commit stay listed. */
  async #publish(files: readonly HubFile[]): Promise<void> {
    const { repository, revision } = this.name;
    const { commit } = this.origin.listing;
    const [tree, ...revisions] = mirrorTexts(repository, [revision], { commit, files });
    if (!tree) return;
    const older = await readFile(join(this.folder, tree.path), 'utf8').catch(() => '');
    const held: HubFile[] = [];
    for (const file of readTree(mergedTree(older, tree.text)) ?? []) {
      const place = isSafePath(file.path) ? join(this.#files, ...file.path.split('/')) : '';
      if ((await stat(place).catch(() => undefined))?.size === file.size)
        held.push(await this.#named(file, place));
    }
    const [list] = mirrorTexts(repository, [], { commit, files: held });
    for (const { path, text } of list ? [list, ...revisions] : [])
      await this.#write(join(this.folder, path), text);
  }

  /** A file of which nobody states a digest gets one: who takes it from here can tell at least that it is this one. */
  async #named(file: HubFile, place: string): Promise<HubFile> {
    if (file.sha256 !== undefined || file.gitOid !== undefined) return file;
    return { ...file, sha256: await sha256Of(place, this.telling) };
  }

  /** Replaces a small file as a whole; one that says the same is left alone. */
  async #write(path: string, text: string): Promise<void> {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, text);
      await rename(`${path}.new`, path);
    } catch (thrown) {
      await rm(`${path}.new`, { force: true }).catch(() => undefined);
      throw diskError(thrown, path);
    }
  }
}
