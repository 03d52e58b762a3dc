import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workerWithList } from '../../../build/offline-shell-plugin.ts';
import { siteFiles } from '../../../build/site-files.ts';

const BUILT: Readonly<Record<string, string>> = {
  'index.html': '<script src="./assets/page-1.js">',
  'lab.html': '<script src="./assets/lab-1.js">',
  'sw.js': 'worker',
  '.nojekyll': '',
  'icon.svg': '<svg/>',
  'hub/owner/model/resolve/main/model.gguf': 'w',
  'assets/page-1.js': 'new Worker("worker-1.js")',
  'assets/page-1.js.map': '{}',
  'assets/lab-1.js': 'new Worker("bench-1.js")',
  'assets/bench-1.js': '',
  'assets/worker-1.js':
    '"ort.jspi.min-1.js" "ort.webgpu.min-1.js" "ort-x.jspi-1.wasm" "ort-x.asyncify-1.wasm"',
  'assets/ort.jspi.min-1.js': '',
  'assets/ort.webgpu.min-1.js': '',
  'assets/ort-x.jspi-1.wasm': 'w',
  'assets/ort-x.asyncify-1.wasm': 'w',
  'scenarios/test.json': '[]',
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leeway-site-'));
  for (const [path, content] of Object.entries(BUILT)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the list of a built site', () => {
  it('has what the page can come to need, by stage and runtime, and nothing of the lab’s', () => {
    const files = siteFiles(folder).map(({ path, stage, runtime }) => `${stage} ${runtime ?? '-'} ${path}`);
    expect(files).toEqual([
      'rest asyncify assets/ort-x.asyncify-1.wasm',
      'rest jspi assets/ort-x.jspi-1.wasm',
      'shell jspi assets/ort.jspi.min-1.js',
      'shell asyncify assets/ort.webgpu.min-1.js',
      'shell - assets/page-1.js',
      'shell - assets/worker-1.js',
      'shell - icon.svg',
      'shell - index.html',
      'rest - scenarios/test.json',
    ]);
  });

  it('is not made where a runtime’s files have got other names', () => {
    rmSync(join(folder, 'assets/ort-x.jspi-1.wasm'));
    expect(() => siteFiles(folder)).toThrow('jspi');
  });

  it('names another version for another file or other code, and the same for the same', () => {
    const version = (code: string): string =>
      /"version":"(\w+)"/.exec(workerWithList(code, siteFiles(folder)))?.[1] ?? '';
    const before = version('a');
    expect(version('a')).toBe(before);
    expect(version('b')).not.toBe(before);
    writeFileSync(join(folder, 'scenarios/test.json'), '[1]');
    expect(version('a')).not.toBe(before);
  });
});
