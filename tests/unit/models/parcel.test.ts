import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HubFile } from '../../../src/models/hub.ts';
import { filePath, isSafePath, mirrorTexts } from '../../../src/models/mirror-layout.ts';
import { findParcels, type BroughtPath, type Parcels } from '../../../src/models/parcel.ts';

const found = (
  texts: Readonly<Record<string, string>>,
  sizes: Readonly<Record<string, number>>,
): Promise<Parcels> => {
  const files: BroughtPath[] = [
    ...Object.entries(texts).map(([path, text]) => ({ path, size: text.length })),
    ...Object.entries(sizes).map(([path, size]) => ({ path, size })),
  ];
  return findParcels(files, (path) => Promise.resolve(texts[path] ?? ''));
};

const FILES: HubFile[] = [
  { path: 'config.json', size: 10, gitOid: 'a'.repeat(40) },
  { path: 'onnx/model.onnx', size: 100, sha256: 'b'.repeat(64) },
];

function mirror(folder: string, repository: string, commit: string): Parameters<typeof found> {
  const texts = mirrorTexts(repository, ['main', 'v1'], { commit, files: FILES });
  return [
    Object.fromEntries(texts.map(({ path, text }) => [folder + path, text])),
    Object.fromEntries(FILES.map(({ path, size }) => [folder + filePath(repository, commit, path), size])),
  ];
}

describe('models among what was brought', () => {
  it.each(['', 'stick/', 'E drive/models/2026/'])('a mirror in %j', async (folder) => {
    const { parcels, refused } = await found(...mirror(folder, 'owner/name', 'c0ffee'));
    expect(refused).toEqual([]);
    expect(parcels).toMatchObject([
      { repository: 'owner/name', commit: 'c0ffee', revisions: ['main', 'v1'], files: FILES },
    ]);
    expect(parcels[0]?.places.get('onnx/model.onnx')).toBe(
      `${folder}owner/name/resolve/c0ffee/onnx/model.onnx`,
    );
  });

  it('two mirrors, a folder and a file beside each other', async () => {
    const [texts, sizes] = mirror('a/', 'owner/one', 'c1');
    const [more, others] = mirror('a/', 'owner/two', 'c2');
    const { parcels, refused } = await found(
      { ...texts, ...more },
      {
        ...sizes,
        ...others,
        'a/mine/config.json': 5,
        'a/mine/onnx/model.onnx': 6,
        'a/x y.gguf': 7,
        'a/.DS_Store': 1,
        '__MACOSX/a/._x.gguf': 1,
      },
    );
    expect(refused).toEqual([]);
    expect(parcels.map(({ repository }) => repository)).toEqual([
      'owner/one',
      'owner/two',
      'folder/mine',
      'file/x-y.gguf',
    ]);
    expect(parcels[2]?.files).toEqual([
      { path: 'config.json', size: 5 },
      { path: 'onnx/model.onnx', size: 6 },
    ]);
  });

  it('leaves out what is not there, and refuses what has another size', async () => {
    const [texts, sizes] = mirror('', 'owner/name', 'c0ffee');
    const [config, graph] = Object.keys(sizes) as [string, string];
    expect((await found(texts, { [config]: 10 })).parcels[0]?.files).toEqual([FILES[0]]);
    const wrong = await found(texts, { [config]: 10, [graph]: 99 });
    expect(wrong.parcels[0]?.files).toEqual([FILES[0]]);
    expect(wrong.refused).toMatchObject([{ code: 'model-integrity' }]);
  });

  it('refuses a tree whose paths lead out of it', async () => {
    const files = [{ path: '../../secret', size: 1, gitOid: 'a'.repeat(40) }];
    const [tree] = mirrorTexts('owner/name', [], { commit: 'c', files });
    const { parcels, refused } = await found({ [tree?.path ?? '']: tree?.text ?? '' }, {});
    expect(parcels[0]?.files).toEqual([]);
    expect(refused).toMatchObject([{ code: 'request-invalid' }]);
  });

  it('never takes a path that leads out, whatever is brought', async () => {
    const step = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        'api',
        'models',
        'tree',
        'resolve',
        'a',
        'config.json',
        'x.gguf',
        'm.onnx',
        'C:',
      ),
      fc.string({ maxLength: 4 }),
    );
    const path = fc.array(step, { minLength: 1, maxLength: 9 }).map((steps) => steps.join('/'));
    const text = fc.oneof(
      fc.constant('[{"type":"file","path":"../x","size":1}]'),
      fc.constant('{"sha":"c"}'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(path, { maxLength: 12 }), text, async (paths, content) => {
        const files = paths.map((one) => ({ path: one, size: 1 }));
        const { parcels } = await findParcels(files, () => Promise.resolve(content));
        for (const { repository, files: listed, places } of parcels) {
          expect(repository).toMatch(/^\w[\w.-]*\/\w[\w.-]*$/);
          for (const { path: own } of listed) {
            expect(isSafePath(own)).toBe(true);
            expect(paths).toContain(places.get(own));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
