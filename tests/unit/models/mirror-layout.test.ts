import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HubFile } from '../../../src/models/hub.ts';
import {
  filePath,
  isSafePath,
  mergedTree,
  mirrorPlace,
  mirrorTexts,
  readRevision,
  readTree,
  repositoryName,
} from '../../../src/models/mirror-layout.ts';

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const name = fc.stringMatching(/^\w[\w.-]{0,12}$/);
const file = fc.oneof(
  fc.record({ path: name, size: fc.nat(), sha256: hex(64) }),
  fc.record({ path: name, size: fc.nat(), gitOid: hex(40) }),
  fc.record({ path: name, size: fc.nat() }),
) as fc.Arbitrary<HubFile>;
const files = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 8 });

describe('the layout of a mirror', () => {
  it('gives back the listing that was written, in whatever folder it lies', () => {
    fc.assert(
      fc.property(name, name, hex(40), files, fc.array(name), (owner, model, commit, listed, above) => {
        const repository = `${owner}/${model}`;
        const folder = above.map((step) => `${step}/`).join('');
        const [tree, revision] = mirrorTexts(repository, ['main'], { commit, files: listed });
        expect(mirrorPlace(folder + (tree?.path ?? ''))).toEqual({
          folder,
          repository,
          kind: 'tree',
          name: commit,
        });
        expect(mirrorPlace(folder + (revision?.path ?? ''))).toMatchObject({
          kind: 'revision',
          name: 'main',
        });
        expect(readTree(tree?.text ?? '')).toEqual(listed);
        expect(readRevision(revision?.text ?? '')).toBe(commit);
      }),
    );
  });

  it('keeps files of an older tree beside its own, the newer ones first in right', () => {
    const text = (listed: HubFile[]): string =>
      mirrorTexts('a/b', [], { commit: 'c', files: listed })[0]?.text ?? '';
    const merged = readTree(
      mergedTree(
        text([
          { path: 'x', size: 1 },
          { path: 'y', size: 2 },
        ]),
        text([{ path: 'y', size: 3 }]),
      ),
    );
    expect(merged).toEqual([
      { path: 'x', size: 1 },
      { path: 'y', size: 3 },
    ]);
    expect(readTree(mergedTree('no tree', text([{ path: 'y', size: 3 }])))).toEqual([{ path: 'y', size: 3 }]);
  });

  it.each([
    '',
    '[',
    '{}',
    '[1]',
    '[{"path":"x"}]',
    '[{"path":"x","size":-1}]',
    '[{"path":"x","size":0.5}]',
    'null',
  ])('reads no tree out of %s', (text) => expect(readTree(text)).toBeUndefined());

  it.each(['', 'null', '{}', '{"sha":""}', '{"sha":"../x"}', '{"sha":7}'])(
    'reads no commit out of %s',
    (text) => expect(readRevision(text)).toBeUndefined(),
  );

  it.each([
    '../x',
    'a/../b',
    '/etc/passwd',
    'a\\b',
    'C:/x',
    'c:x',
    'a//b',
    './a',
    'a/.',
    '',
    'a\u0000b',
    'a/',
  ])('lets nothing out of its folder: %j', (path) => expect(isSafePath(path)).toBe(false));

  it('lets plain paths pass and makes names that are one step', () => {
    expect(isSafePath(filePath('a/b', 'c0ffee', 'onnx/model.onnx_data'))).toBe(true);
    expect(isSafePath('Été à la mer/modèle (2).gguf')).toBe(true);
    expect(repositoryName('My model (2).gguf')).toBe('My-model-2-.gguf');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(repositoryName(text)).toMatch(/^\w[\w.-]*$/);
        expect(isSafePath(repositoryName(text))).toBe(true);
      }),
    );
  });
});
