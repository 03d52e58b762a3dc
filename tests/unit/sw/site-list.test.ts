import { describe, expect, it } from 'vitest';
import { cacheName, otherVersions } from '../../../src/sw/shared/cache-name.ts';
import { HEADER_POLICY, mediaType, META_POLICY } from '../../../src/sw/shared/served-headers.ts';
import { neededBy, pathIn, type SiteFile } from '../../../src/sw/shared/site-list.ts';

const file = (path: string, runtime?: SiteFile['runtime']): SiteFile => ({
  path,
  bytes: 1,
  sha256: '',
  stage: 'rest',
  ...(runtime && { runtime }),
});

describe('the site’s files', () => {
  it('are needed but for those of the runtime that this browser does not run', () => {
    const files = [file('index.html'), file('a.jspi.wasm', 'jspi'), file('a.asyncify.wasm', 'asyncify')];
    expect(neededBy(files, 'jspi').map(({ path }) => path)).toEqual(['index.html', 'a.jspi.wasm']);
    expect(neededBy(files, 'asyncify').map(({ path }) => path)).toEqual(['index.html', 'a.asyncify.wasm']);
  });

  it('have paths below the page’s folder', () => {
    const scope = 'https://host.example/class/leeway/';
    expect(pathIn(scope, scope)).toBe('index.html');
    expect(pathIn(scope, `${scope}?from=mail#run`)).toBe('index.html');
    expect(pathIn(scope, `${scope}assets/a%20b.js`)).toBe('assets/a b.js');
    expect(pathIn(scope, 'https://host.example/class/')).toBeUndefined();
    expect(pathIn(scope, 'https://other.example/class/leeway/')).toBeUndefined();
    // What cannot be decoded is nobody's file, and no fault of the worker.
    expect(pathIn(scope, `${scope}%ff`)).toBe('%ff');
  });
});

describe('caches', () => {
  const names = [
    cacheName('https://host.example/', '1'),
    cacheName('https://host.example/', '2'),
    cacheName('https://host.example/a/', '1'),
    cacheName('https://host.example/:a/', '1'),
    'someone-else',
  ];

  it('of one folder are told from those of others', () => {
    expect(otherVersions(names, 'https://host.example/', '2')).toEqual([names[0]]);
    expect(otherVersions(names, 'https://host.example/a/', '2')).toEqual([names[2]]);
    expect(otherVersions(names, 'https://host.example/b/', '1')).toEqual([]);
  });
});

describe('headers', () => {
  it('allow no inline script, no text made a script, and no script from elsewhere', () => {
    const scripts = HEADER_POLICY.split('; ').find((directive) => directive.startsWith('script-src'));
    expect(scripts).toBe("script-src 'self' 'wasm-unsafe-eval'");
    expect(HEADER_POLICY).toContain("default-src 'none'");
    expect(HEADER_POLICY).not.toContain("'unsafe-inline'");
    // A browser ignores it in a page, and says so in the console.
    expect(META_POLICY).not.toContain('frame-ancestors');
  });

  it('name the type of modules and WebAssembly, which small servers do not know', () => {
    expect(mediaType('assets/ort.mjs')).toContain('text/javascript');
    expect(mediaType('assets/ort.wasm')).toBe('application/wasm');
    expect(mediaType('phantoms/tiny.onnx')).toBe('application/octet-stream');
  });
});
