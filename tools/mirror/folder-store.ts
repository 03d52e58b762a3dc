import { openAsBlob } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentKey } from '../../src/models/checksum.ts';
import type { ContentHead, ContentStore } from '../../src/models/content-store.ts';
import type { HubFile } from '../../src/models/hub.ts';
import { diskError } from './disk-error.ts';

/** A head as it lies beside its file: JSON knows no bytes. */
type WrittenHead = Omit<ContentHead, 'hash'> & { readonly hash?: string };

interface Kept {
  readonly size: number;
  /** Where the bytes belong: two paths of a repository may hold the same. */
  readonly paths: [string, ...string[]];
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

/**
 * Keeps files at their places in a folder. What is on its way is called `<file>.part`, with its head as
 * `<file>.part.json` beside it; a file that has its own name is here in full.
 */
export class FolderStore implements ContentStore {
  readonly #kept = new Map<string, Kept>();

  /** @param place name under which files without a digest are known, as the download has it */
  constructor(folder: string, files: readonly HubFile[], place: string) {
    for (const file of files) {
      const key = contentKey(file, place);
      const path = join(folder, ...file.path.split('/'));
      const known = this.#kept.get(key);
      if (known) known.paths.push(path);
      else this.#kept.set(key, { size: file.size, paths: [path] });
    }
  }

  async head(key: string): Promise<ContentHead | undefined> {
    const { size, paths } = this.#of(key);
    const [path] = paths;
    if (await this.#isHere(key)) return { size, received: size, chunks: 1, complete: true };
    const text = await readFile(`${path}.part.json`, 'utf8').catch(() => '');
    const here = await sizeOf(`${path}.part`);
    try {
      const { hash, ...head } = JSON.parse(text) as WrittenHead;
      // Bytes behind the head's are those of a chunk that was being written: they come again.
      if (here === undefined || !(head.received <= here)) return undefined;
      return { ...head, ...(hash === undefined ? {} : { hash: Buffer.from(hash, 'base64') }) };
    } catch {
      return undefined;
    }
  }

  async append(key: string, after: number, chunk: Blob, head: ContentHead): Promise<boolean> {
    if (((await this.head(key))?.received ?? 0) !== after) return false;
    const [path] = this.#of(key).paths;
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(`${path}.part`, after === 0 ? 'w' : 'r+');
      try {
        await file.write(new Uint8Array(await chunk.arrayBuffer()), 0, chunk.size, after);
        // A stick that is pulled out must not have a head for bytes that it has not.
        await file.datasync();
      } finally {
        await file.close();
      }
      await this.#write(path, head);
    } catch (thrown) {
      throw diskError(thrown, path);
    }
    return true;
  }

  async settle(key: string, head: ContentHead): Promise<void> {
    const { paths } = this.#of(key);
    const [path, ...twins] = paths;
    try {
      if (!head.complete) return await this.#write(path, head);
      if (await this.#isHere(key)) return;
      await mkdir(dirname(path), { recursive: true });
      const file = await open(`${path}.part`, 'a');
      await file.truncate(head.size).finally(() => file.close());
      for (const twin of twins) {
        await mkdir(dirname(twin), { recursive: true });
        await copyFile(`${path}.part`, twin);
      }
      await rename(`${path}.part`, path);
      await rm(`${path}.part.json`, { force: true });
    } catch (thrown) {
      throw diskError(thrown, path);
    }
  }

  async discard(key: string): Promise<void> {
    for (const path of this.#of(key).paths)
      for (const left of [path, `${path}.part`, `${path}.part.json`]) await rm(left, { force: true });
  }

  async chunks(key: string): Promise<readonly Blob[]> {
    const head = await this.head(key);
    if (!head || head.received === 0) return [];
    const [path] = this.#of(key).paths;
    const blob = await openAsBlob(head.complete ? path : `${path}.part`);
    return [blob.slice(0, head.received)];
  }

  /** Where a file's bytes lie when they are here. */
  places(key: string): readonly string[] {
    return this.#of(key).paths;
  }

  async #isHere(key: string): Promise<boolean> {
    const { size, paths } = this.#of(key);
    const sizes = await Promise.all(paths.map(sizeOf));
    return sizes.every((found) => found === size);
  }

  async #write(path: string, { hash, ...head }: ContentHead): Promise<void> {
    const written: WrittenHead = {
      ...head,
      ...(hash === undefined ? {} : { hash: Buffer.from(hash).toString('base64') }),
    };
    await writeFile(`${path}.part.json.new`, JSON.stringify(written));
    await rename(`${path}.part.json.new`, `${path}.part.json`);
  }

  #of(key: string): Kept {
    const kept = this.#kept.get(key);
    if (!kept) throw new Error(`${key} has no place in this folder.`);
    return kept;
  }
}
