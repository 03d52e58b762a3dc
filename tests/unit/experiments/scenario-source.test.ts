import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { jsonKind } from '../../../src/experiments/json-kind.ts';
import {
  addressName,
  fetchScenarioText,
  scenarioAddress,
} from '../../../src/experiments/scenario-address.ts';
import { MAX_BYTES, scenarioFileText, scenarioText } from '../../../src/experiments/scenario-text.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('bytes of a file', () => {
  it('keep their byte order mark, for the hash', () => {
    expect(scenarioText('a.json', utf8('\uFEFF[1]'))).toBe('\uFEFF[1]');
  });

  it.each([
    ['a gzip file', gzipSync('[]'.repeat(100)), 'a.json is no text file.'],
    ['a GGUF file', new Uint8Array([0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0]), 'a.json is no text file.'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x5b, 0, 0x5d, 0]), 'a.json is not written in UTF-8.'],
    ['Latin-1', new Uint8Array([0x5b, 0x22, 0xe9, 0x22, 0x5d]), 'a.json is not written in UTF-8.'],
    ['more than 20 MB', new Uint8Array(MAX_BYTES + 1), 'a.json is larger than 20 MB.'],
  ])('that are %s are refused in a sentence', (_what, bytes, message) => {
    expect(() => scenarioText('a.json', bytes)).toThrow(message);
  });

  it('are not read at all where there are too many', async () => {
    const file = {
      name: 'huge.json',
      size: 5e9,
      arrayBuffer: () => Promise.reject(new Error('was read')),
    } as unknown as File;
    await expect(scenarioFileText(file)).rejects.toThrow('huge.json is larger than 20 MB.');
  });
});

describe('an address', () => {
  it.each([
    '',
    'dilemmas.json',
    'ftp://example.org/a.json',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:,[]',
  ])('is refused unless it is of the web: %j', (text) => {
    expect(() => scenarioAddress(text)).toThrow(/is no web address/);
  });

  it.each([
    ['https://example.org/a/my%20dilemmas.json?raw=1', 'my dilemmas.json'],
    ['http://example.org/', 'example.org'],
    ['https://example.org/%E0%A4%A', '%E0%A4%A'],
  ])('gives the file a name: %s', (text, name) => {
    expect(addressName(scenarioAddress(` ${text} `))).toBe(name);
  });

  const address = new URL('https://example.org/own.json');
  const answering =
    (body: BodyInit | null, init?: ResponseInit): typeof fetch =>
    () =>
      Promise.resolve(new Response(body, init));

  it('is asked without cookies or referrer', async () => {
    let asked: RequestInit | undefined;
    const get: typeof fetch = (_url, init) => {
      asked = init;
      return Promise.resolve(new Response('[]'));
    };
    expect(await fetchScenarioText(address, { fetch: get })).toBe('[]');
    expect(asked).toMatchObject({ mode: 'cors', credentials: 'omit', referrerPolicy: 'no-referrer' });
  });

  it.each([
    ['a status', answering('no', { status: 404 }), /example\.org has no such file to give: .* status 404/],
    [
      'no answer, or one that CORS forbids',
      (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch')),
      /could not be read: example\.org is out of reach, or lets no other page read/,
    ],
    [
      'a length over the limit',
      answering('[]', { headers: { 'content-length': String(MAX_BYTES + 1) } }),
      /own\.json is larger than 20 MB/,
    ],
    ['a body over the limit', answering(new Uint8Array(MAX_BYTES + 1)), /own\.json is larger than 20 MB/],
    ['bytes that are no text', answering(gzipSync('[]')), /own\.json is no text file/],
  ] as const)('that gives %s is explained', async (_what, get, message) => {
    await expect(fetchScenarioText(address, { fetch: get })).rejects.toThrow(message);
  });

  const silent: typeof fetch = (_url, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => {
        reject(new DOMException('aborted', 'AbortError'));
      });
    });

  it('that stays silent is given up', async () => {
    await expect(fetchScenarioText(address, { fetch: silent, seconds: 0.02 })).rejects.toThrow(
      'example.org did not send the file within 0.02 seconds.',
    );
  });

  it('can be left before it answers', async () => {
    const abort = new AbortController();
    const text = fetchScenarioText(address, { fetch: silent, signal: abort.signal });
    abort.abort();
    await expect(text).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the kind of a .json file', () => {
  it.each([
    ['\uFEFF [{}]', 'scenarios'],
    ['[ broken', 'scenarios'],
    ['{"format":"leeway-runs","runs":[]}', 'runs'],
    ['{"seed":1,"dilemmas":[]}', 'runs'],
    ['[{"positive":"a","negative":"b"}]', 'pairs'],
    ['[{"positive":"a","negative":"b"}', 'scenarios'],
    ['[{"positive":"a"}]', 'scenarios'],
    ['{"vectors":{"0":[1]}}', 'vectors'],
    ['{"format":"leeway-vectors","version":1}', 'vectors'],
    ['{"a":1}', 'unknown'],
    ['{"format":"leeway-runs"', 'unknown'],
    ['', 'unknown'],
    ['7', 'unknown'],
  ])('%j: %s', (text, kind) => {
    expect(jsonKind(text)).toBe(kind);
  });
});
