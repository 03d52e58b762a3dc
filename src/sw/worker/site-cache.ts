import { cacheName, otherVersions } from '../shared/cache-name.ts';
import { mediaType, SITE_HEADERS } from '../shared/served-headers.ts';
import {
  neededBy,
  pathIn,
  type RuntimeKind,
  type SiteFile,
  type SiteList,
  type Stage,
} from '../shared/site-list.ts';
import { fetchVerified } from './fetch-verified.ts';

/** Names the bytes of a kept response, so that a later version can take them over. */
const DIGEST = 'x-leeway-sha256';

const kept = (file: SiteFile, body: BodyInit): Response =>
  new Response(body, {
    headers: { ...SITE_HEADERS, 'content-type': mediaType(file.path), [DIGEST]: file.sha256 },
  });

function passedOn(response: Response): Response {
  if (!response.ok) return response;
  const type = response.headers.get('content-type');
  return new Response(response.body, { headers: { ...SITE_HEADERS, ...(type && { 'content-type': type }) } });
}

interface Arrival {
  bytes: number;
  done: Promise<void>;
}

/** The files of one version on this device: whatever is in here has the bytes of the build. */
export class SiteCache {
  readonly #needed: readonly SiteFile[];
  readonly #arriving = new Map<string, Arrival>();

  constructor(
    private readonly list: SiteList,
    /** URL of the page's folder. */
    private readonly scope: string,
    runtime: RuntimeKind,
    private readonly storage: CacheStorage,
  ) {
    this.#needed = neededBy(list.files, runtime);
  }

  get version(): string {
    return this.list.version;
  }

  get total(): number {
    return this.#needed.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Files that this browser needs and that are not kept, in one stage or in all. */
  async missing(stage?: Stage): Promise<SiteFile[]> {
    const cache = await this.#open();
    const kept = await Promise.all(this.#needed.map((file) => this.#match(cache, file)));
    return this.#needed.filter((file, i) => !kept[i] && (stage === undefined || file.stage === stage));
  }

  /** Takes over whatever an older version kept and this one has unchanged. */
  async carryOver(): Promise<void> {
    const cache = await this.#open();
    const older = await Promise.all((await this.#others()).map((name) => this.storage.open(name)));
    for (const file of await this.missing())
      for (const other of older) {
        const response = await this.#match(other, file);
        if (!response) continue;
        await cache.put(this.#url(file), kept(file, await response.arrayBuffer()));
        break;
      }
  }

  /** Bytes of files on their way that have come so far. */
  get arrived(): number {
    return [...this.#arriving.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Fetches a file and keeps it, if it has the bytes of the build; whoever asks meanwhile waits for the same. */
  keep(file: SiteFile, onBytes: () => void = () => undefined): Promise<void> {
    const under = this.#arriving.get(file.path);
    if (under) return under.done;
    const arrival = { bytes: 0, done: Promise.resolve() };
    this.#arriving.set(file.path, arrival);
    arrival.done = this.#fetch(file, (bytes) => {
      arrival.bytes = bytes;
      onBytes();
    }).finally(() => this.#arriving.delete(file.path));
    return arrival.done;
  }

  async #fetch(file: SiteFile, onBytes: (bytes: number) => void): Promise<void> {
    const cache = await this.#open();
    // The page may have asked for it since the list of missing files was made.
    if (await this.#match(cache, file)) return;
    const bytes = await fetchVerified(this.#url(file), file, onBytes);
    await cache.put(this.#url(file), kept(file, bytes));
  }

  /** The file that a URL means; undefined for everything that is none of the site's, model files above all. */
  fileAt(url: string): SiteFile | undefined {
    const path = pathIn(this.scope, url);
    return this.list.files.find((file) => file.path === path);
  }

  /** A file from the device, where it is put when it is asked for the first time. */
  async serve(file: SiteFile): Promise<Response> {
    const cache = await this.#open();
    let response = await this.#match(cache, file);
    if (response) return response;
    try {
      await this.keep(file);
      response = await this.#match(cache, file);
    } catch {
      // No room, or the host has moved on: the page gets what there is, with the headers that the host may not send.
    }
    return response ?? passedOn(await fetch(this.#url(file)));
  }

  /** Removes what other versions of this copy of the site kept; other copies are left alone. */
  async removeOthers(): Promise<void> {
    await Promise.all((await this.#others()).map((name) => this.storage.delete(name)));
  }

  async #others(): Promise<string[]> {
    return otherVersions(await this.storage.keys(), this.scope, this.list.version);
  }

  #open(): Promise<Cache> {
    return this.storage.open(cacheName(this.scope, this.list.version));
  }

  #url({ path }: SiteFile): string {
    return new URL(path, this.scope).href;
  }

  async #match(cache: Cache, file: SiteFile): Promise<Response | undefined> {
    const response = await cache.match(this.#url(file));
    return response?.headers.get(DIGEST) === file.sha256 ? response : undefined;
  }
}
