import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRoom } from '../../../src/library/worker/room.ts';
import { contentKey } from '../../../src/models/checksum.ts';
import { wholeOf } from '../../../src/models/content-store.ts';
import { FileDownload, type DownloadOptions } from '../../../src/models/file-download.ts';
import type { HubFile } from '../../../src/models/hub.ts';
import { MemoryStore } from '../../../src/models/memory-store.ts';
import { delayAfter } from '../../../src/models/patience.ts';
import type { Fault } from '../../hub/fault.ts';
import { mockFile } from '../../hub/mock-file.ts';
import { MockHub } from '../../hub/mock-hub.ts';
import { Seeded } from '../../hub/seeded.ts';

const CHUNK = 1000;
const PATIENCE = { tries: 3, firstDelay: 1, longestDelay: 2, stall: 100 };
const COMMIT = 'c'.repeat(40);

let hub: MockHub;
let serial = 0;
beforeAll(async () => void (hub = await MockHub.start()));
afterAll(() => hub.stop());

interface Case {
  readonly file: HubFile;
  readonly bytes: Uint8Array;
  readonly options: DownloadOptions;
  readonly store: MemoryStore;
  readonly name: string;
}

/** A file on the hub; `digest` says whether its list states one, `stated` another size than it has. */
function given(
  faults: readonly (Fault | undefined)[],
  { size = 5500, digest = true, stated }: { size?: number; digest?: boolean; stated?: number } = {},
): Case {
  const name = `owner/file-${serial++}`;
  const bytes = new Seeded(serial).bytes(size);
  const mock = mockFile('weights.bin', bytes, true);
  hub.put(name, COMMIT, [mock]);
  hub.fail(name, faults);
  const store = new MemoryStore();
  const from = { base: hub.url, repository: name };
  return {
    name,
    bytes,
    store,
    file: { path: 'weights.bin', size: stated ?? size, ...(digest ? { sha256: mock.sha256 } : {}) },
    options: {
      from,
      commit: COMMIT,
      store,
      chunk: CHUNK,
      patience: PATIENCE,
      signal: new AbortController().signal,
      onBytes: () => undefined,
    },
  };
}

const keyOf = ({ file, options }: Case): string =>
  contentKey(file, `${options.from.base}/${options.from.repository}@${options.commit}`);

async function kept(one: Case): Promise<Uint8Array | undefined> {
  const blob = await wholeOf(one.store, keyOf(one));
  return blob && new Uint8Array(await blob.arrayBuffer());
}

const starts = ({ name }: Case): number[] =>
  hub.served.filter(({ repository }) => repository === name).map(({ start }) => start);

describe('one file', () => {
  it('comes in full through what goes wrong, each byte once', async () => {
    const one = given([
      { kind: 'cut', after: 1500 },
      { kind: 'status', status: 429 },
      { kind: 'stall', after: 10 },
      { kind: 'html' },
    ]);
    await new FileDownload(one.file, one.options).run();
    expect(await kept(one)).toEqual(one.bytes);
    expect(starts(one)).toEqual([0, 1500, 1500, 1510, 1510]);
    expect((await one.store.head(keyOf(one)))?.verifiedAt).toBeGreaterThan(0);
  });

  it('is given up with a sentence, and what has come is gone on with', async () => {
    const html = { kind: 'html' } as const;
    const one = given([{ kind: 'cut', after: 2500 }, html, html, html]);
    await expect(new FileDownload(one.file, one.options).run()).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/a web page came in place of the file/) as string,
    });
    expect((await one.store.head(keyOf(one)))?.received).toBe(2500);
    await new FileDownload(one.file, one.options).run();
    expect(await kept(one)).toEqual(one.bytes);
    expect(starts(one).at(-1)).toBe(2500);
  });

  it('passes over what a server sends again because it cannot begin in the middle', async () => {
    const one = given([{ kind: 'cut', after: 2500 }, { kind: 'no-range' }]);
    await new FileDownload(one.file, one.options).run();
    expect(await kept(one)).toEqual(one.bytes);
  });

  it('is never kept with a wrong byte', async () => {
    const wrong = { kind: 'wrong', at: 3 } as const;
    const one = given([wrong, undefined]);
    await new FileDownload(one.file, one.options).run();
    expect(await kept(one)).toEqual(one.bytes);
    const twice = given([wrong, wrong]);
    await expect(new FileDownload(twice.file, twice.options).run()).rejects.toMatchObject({
      code: 'model-integrity',
    });
    expect(await twice.store.head(keyOf(twice))).toBeUndefined();
  });

  it('of another size than its list states is refused', async () => {
    for (const stated of [5499, 5501]) {
      const one = given([], { stated, digest: false });
      await expect(new FileDownload(one.file, one.options).run()).rejects.toMatchObject({
        code: 'model-integrity',
      });
      expect(await kept(one)).toBeUndefined();
    }
  });

  it('without a digest begins anew when the server names other bytes', async () => {
    const cut = { kind: 'cut', after: 2500 } as const;
    const one = given([cut, { kind: 'etag' }], { digest: false });
    await new FileDownload(one.file, one.options).run();
    expect(await kept(one)).toEqual(one.bytes);
    expect(starts(one)).toEqual([0, 2500, 0]);
    // With one, the digest decides: servers behind one address may each have a name of their own.
    const sure = given([cut, { kind: 'etag' }]);
    await new FileDownload(sure.file, sure.options).run();
    expect(await kept(sure)).toEqual(sure.bytes);
    expect(starts(sure)).toEqual([0, 2500]);
  });

  it('is gone on with where another build of the hash wrote its state', async () => {
    const one = given([{ kind: 'cut', after: 2500 }, ...Array<Fault>(3).fill({ kind: 'html' })]);
    await expect(new FileDownload(one.file, one.options).run()).rejects.toThrow();
    const head = await one.store.head(keyOf(one));
    if (head) await one.store.settle(keyOf(one), { ...head, hash: new Uint8Array(7) });
    await new FileDownload(one.file, one.options).run();
    expect(await kept(one)).toEqual(one.bytes);
    expect(starts(one).at(-1)).toBe(2500);
  });

  it('keeps what has come when it is stopped', async () => {
    const one = given([{ kind: 'stall', after: 2700 }]);
    const abort = new AbortController();
    const onBytes = (received: number): void => {
      if (received >= 2700) abort.abort();
    };
    await expect(
      new FileDownload(one.file, { ...one.options, signal: abort.signal, onBytes }).run(),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect((await one.store.head(keyOf(one)))?.received).toBe(2700);
  });

  it('may be empty', async () => {
    const one = given([], { size: 0 });
    await new FileDownload(one.file, one.options).run();
    expect(await kept(one)).toEqual(new Uint8Array(0));
  });

  it('that is nowhere is not tried again', async () => {
    const one = given([]);
    const other = { ...one.file, path: 'nowhere.bin' };
    await expect(new FileDownload(other, one.options).run()).rejects.toMatchObject({
      code: 'model-not-found',
    });
  });
});

describe('patience', () => {
  it('waits longer and longer, never beyond its end, and as long as it is asked to', () => {
    const patience = { tries: 9, firstDelay: 500, longestDelay: 20_000, stall: 1 };
    for (let misses = 1; misses < 12; misses++) {
      const delay = delayAfter(misses, patience);
      const plain = 500 * 2 ** (misses - 1);
      expect(delay).toBeGreaterThanOrEqual(Math.min(0.75 * plain, 20_000));
      expect(delay).toBeLessThanOrEqual(Math.min(1.25 * plain, 20_000));
    }
    expect(delayAfter(1, patience, 7000)).toBe(7000);
    expect(delayAfter(1, patience, 1e9)).toBe(20_000);
  });
});

describe('room', () => {
  it('is refused before anything comes, with both figures', () => {
    expect(() => checkRoom(300e6, { usage: 1e9, quota: 1.2e9 })).toThrow(
      /needs 300 MB more, and the browser gives this page 200 MB/,
    );
    expect(() => checkRoom(100e6, { usage: 1e9, quota: 1.2e9 })).not.toThrow();
    expect(() => checkRoom(100e6, {})).not.toThrow();
  });
});
