import { afterEach, describe, expect, it, vi } from 'vitest';
import { askMirror, mirrorBase } from '../../../src/experiments/mirror-address.ts';

const https = { protocol: 'https:' };
const http = { protocol: 'http:' };

describe('the address of a mirror', () => {
  it.each([
    ['https://school.example/models/', 'https://school.example/models'],
    ['  https://school.example  ', 'https://school.example'],
    ['school.example/models', 'https://school.example/models'],
    ['https://school.example:8443/a/b//?x=1#y', 'https://school.example:8443/a/b'],
    ['http://localhost:4173/hub', 'http://localhost:4173/hub'],
    ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
    ['http://[::1]:8000/m', 'http://[::1]:8000/m'],
  ])('%s is %s', (text, base) => expect(mirrorBase(text, https)).toBe(base));

  it('may be plain http where the page is, too', () => {
    expect(mirrorBase('http://192.168.1.5/models', http)).toBe('http://192.168.1.5/models');
    expect(() => mirrorBase('http://192.168.1.5/models', https)).toThrow(/mixed content/);
    expect(() => mirrorBase('http://localhost.evil.example', https)).toThrow(/mixed content/);
  });

  it.each([
    '',
    'ftp://school.example',
    'file:///models',
    'javascript:alert(1)',
    'https://',
    'https://me:secret@school.example',
  ])('refuses %s', (text) =>
    expect(() => mirrorBase(text, https)).toThrow(expect.objectContaining({ code: 'request-invalid' })),
  );
});

describe('asking a mirror', () => {
  afterEach(() => vi.unstubAllGlobals());
  const asked = { repository: 'a/b', revision: 'main' };
  const answers = (answer: (url: string) => Response): void => {
    vi.stubGlobal('fetch', (url: string) => Promise.resolve(answer(url)));
  };

  it('tells the commit, or that the model is not there', async () => {
    const asks: string[] = [];
    answers((url) => {
      asks.push(url);
      return Response.json(url.includes('/tree/') ? [] : { sha: 'c0ffee' });
    });
    expect(await askMirror('https://m.example', asked)).toEqual({ commit: 'c0ffee' });
    expect(asks[0]).toBe('https://m.example/api/models/a/b/revision/main');
    answers(() => new Response('', { status: 404 }));
    expect(await askMirror('https://m.example', asked)).toBe('lacks');
    // A static host's fallback page.
    answers(() => new Response('<!doctype html>'));
    expect(await askMirror('https://m.example', asked)).toBe('lacks');
  });

  it('says that it cannot be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(askMirror('https://m.example', asked)).rejects.toMatchObject({ code: 'network' });
    answers(() => new Response('', { status: 500 }));
    await expect(askMirror('https://m.example', asked)).rejects.toMatchObject({ code: 'network' });
  });
});
