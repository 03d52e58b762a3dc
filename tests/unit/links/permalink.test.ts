import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { differencesOf, vectorDigest, type Permalink } from '../../../src/links/permalink.ts';
import { permalinkText, readPermalink } from '../../../src/links/permalink-text.ts';
import { MAP_MODES } from '../../../src/science/culture-map.ts';
import { METHODS } from '../../../src/science/directions/direction.ts';
import { AXES } from '../../../src/science/item.ts';
import { PROTOCOLS } from '../../../src/science/prompt.ts';
import { PUSH_PLACES, PUSH_WAYS, roundedStrength, strengthEnd, unitsOf } from '../../../src/science/push.ts';

const hash = fc.stringMatching(/^[0-9a-f]{16}$/);
const count = fc.integer({ min: 1, max: 5000 });
const words = fc.string({ minLength: 1, maxLength: 60 });

const steering = fc.constantFrom(...PUSH_WAYS).chain((way) =>
  fc.constantFrom(...unitsOf(way)).chain((unit) => {
    const end = strengthEnd(unit);
    const strength = fc
      .double({ min: unit === 'share' ? 0 : -end, max: end, noNaN: true })
      .map((size) => roundedStrength(size) + 0);
    const layers = fc
      .uniqueArray(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 5 })
      .map((list) => list.sort((a, b) => a - b));
    const pushes = fc
      .subarray([...AXES], { minLength: 1 })
      .chain((axes) =>
        fc.tuple(...axes.map((axis) => fc.record({ axis: fc.constant(axis), strength, layers }))),
      );
    return fc.record({
      ...{ way: fc.constant(way), unit: fc.constant(unit), pushes },
      at: fc.constantFrom(...PUSH_PLACES),
      method: fc.constantFrom(...METHODS),
      training: fc.record({ sha256: hash, n: count }),
      vectors: hash,
    });
  }),
);

const links: fc.Arbitrary<Permalink> = fc
  .record({
    model: words,
    revision: fc.oneof(fc.constant(''), words),
    dtype: words,
    backend: fc.constantFrom('webgpu' as const, 'wasm' as const),
    file: fc.option(words, { nil: undefined }),
    protocol: fc.constantFrom(...PROTOCOLS),
    system: fc.option(words, { nil: undefined }),
    dilemmas: count,
    scenarios: hash,
    seed: fc.nat(),
    map: fc.constantFrom(...MAP_MODES),
    steering: fc.option(steering, { nil: undefined }),
  })
  .map((link) => JSON.parse(JSON.stringify(link)) as Permalink);

const link: Permalink = {
  model: 'smollm2-135m',
  revision: '12fd25f77366fa6b3b4b768ec3050bf629380bac',
  dtype: 'Q4_1 as packed',
  backend: 'wasm',
  protocol: 'cloze',
  dilemmas: 60,
  scenarios: '0123456789abcdef',
  seed: 20260526,
  map: 'centred',
  steering: {
    ...{ way: 'add', at: 'all', unit: 'norm', method: 'mean', vectors: 'fedcba9876543210' },
    training: { sha256: '00112233445566aa', n: 60 },
    pushes: [{ axis: 'survival_self_expression', strength: -0.2, layers: [12, 14] }],
  },
};

describe('a link', () => {
  test('is read as it was written, through an address', () => {
    fc.assert(
      fc.property(links, (one) => {
        const address = new URL(permalinkText(one), 'https://leeway.example/');
        expect(readPermalink(address.hash)).toEqual(one);
      }),
      { numRuns: 500 },
    );
  });

  it('can be read by a person', () => {
    expect(permalinkText(link)).toBe(
      '#v=1&model=smollm2-135m&revision=12fd25f77366fa6b3b4b768ec3050bf629380bac&dtype=Q4_1%20as%20packed&backend=wasm&protocol=cloze&dilemmas=60&scenarios=0123456789abcdef&seed=20260526&map=centred&push=survival_self_expression:-0.2@12,14&way=add&at=all&unit=norm&method=mean&training=00112233445566aa/60&vectors=fedcba9876543210',
    );
  });

  it.each(['', '#', '#run', '#results', '#v=1'])('is not in %j', (fragment) => {
    expect(readPermalink(fragment)).toBeUndefined();
  });

  const text = permalinkText(link);
  it.each([
    ['cut off', text.slice(0, text.indexOf('&seed'))],
    ['cut off in its last hash', text.slice(0, -3)],
    ['of a newer version', text.replace('v=1', 'v=2')],
    ['with a protocol that is not known', text.replace('cloze', 'tarot')],
    ['with a count that is none', text.replace('dilemmas=60', 'dilemmas=-6')],
    ['with a push beyond the slider', text.replace(':-0.2@', ':-20@')],
    ['with a push along no axis', text.replace('push=survival', 'push=arrival')],
    ['with a push at no layer', text.replace('@12,14', '@')],
    ['with one axis twice', text.replace('&way', '&push=survival_self_expression:0.1@3&way')],
    ['with a unit of another way', text.replace('unit=norm', 'unit=radian')],
    ['with a system prompt that is too long', `${text}&system=${'a'.repeat(5000)}`],
  ])('%s is refused in a sentence', (_, broken) => {
    expect(() => readPermalink(broken)).toThrow(LeewayError);
    expect(() => readPermalink(broken)).toThrow(/address/);
  });

  test('damaged anywhere ends in a link or in a typed error', () => {
    fc.assert(
      fc.property(links, fc.nat(), fc.string(), (one, at, junk) => {
        const whole = permalinkText(one);
        const place = at % whole.length;
        try {
          readPermalink(whole.slice(0, place) + junk + whole.slice(place + 1));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(LeewayError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what a link differs in', () => {
  it('is nothing from itself', () => {
    fc.assert(
      fc.property(links, (one) => {
        expect(differencesOf(one, one)).toEqual([]);
      }),
    );
  });

  it('is named, each with both sides', () => {
    const { steering: pushed } = link;
    if (!pushed) throw new Error('Nothing is pushed.');
    const whats = (here: Permalink): string[] => differencesOf(link, here).map(({ what }) => what);
    expect(differencesOf(link, { ...link, revision: 'a' })).toEqual([
      { what: 'revision', linked: link.revision, here: 'a' },
    ]);
    expect(whats({ ...link, dilemmas: 12 })).toEqual(['dilemmas']);
    expect(whats({ ...link, scenarios: 'f'.repeat(16) })).toEqual(['dilemmas']);
    expect(whats({ ...link, steering: { ...pushed, vectors: '0'.repeat(16) } })).toEqual(['vectors']);
    expect(whats({ ...link, steering: { ...pushed, training: { sha256: 'b', n: 3 } } })).toEqual([
      'training',
    ]);
    const plain = JSON.parse(JSON.stringify({ ...link, steering: undefined })) as Permalink;
    expect(whats(plain)).toEqual(['training', 'push', 'vectors']);
  });
});

test('vectors are told apart to the last bit', async () => {
  const direction = Float32Array.of(1, -2.5, 3e-8);
  const bytes = Buffer.from(direction.buffer);
  const vector = (values: Float32Array) => ({ layer: 3, direction: values, residualNorm: 1 });
  const digest = await vectorDigest([vector(direction)]);
  expect(digest).toBe(createHash('sha256').update(bytes).digest('hex').slice(0, 16));
  expect(await vectorDigest([vector(Float32Array.of(1, -2.5, 3.0000002e-8))])).not.toBe(digest);
});
