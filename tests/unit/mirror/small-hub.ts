import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a hub of one repository was asked for. */
export interface Asked {
  readonly path: string;
  /** First byte that was asked for. */
  readonly from: number;
  /** Bytes that were sent. */
  sent: number;
}

export interface SmallHub {
  readonly base: string;
  readonly asked: Asked[];
  /** Stops sending a file after so many bytes, and holds the connection. */
  stallAt?: number;
  /** Sends other bytes than the list states. */
  spoil?: boolean;
  /** Answers everything with this error code. */
  refuse?: string;
  close(): Promise<void>;
}

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const blobId = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** Bytes without a pattern, the same in each run. */
export function noise(length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0, x = 1; i < words.length; i++) words[i] = x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
  return new Uint8Array(words.buffer, 0, length);
}

const COMMIT = 'c0ffee'.padEnd(40, '0');

/** A hub with one repository, which states SHA-256 of files from 1 kB on and git's digest of smaller ones. */
export async function openSmallHub(
  repository: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<SmallHub> {
  const tree = Object.entries(files).map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid: blobId(bytes),
    ...(bytes.length < 1000 ? {} : { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } }),
  }));
  const asked: Asked[] = [];
  const { base, close } = await listen((request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    const json = (body: unknown): void =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (hub.refuse !== undefined) response.writeHead(401, { 'x-error-code': hub.refuse }).end();
    else if (path === `/api/models/${repository}/revision/main`) json({ id: repository, sha: COMMIT });
    else if (path === `/api/models/${repository}/tree/${COMMIT}`) json(tree);
    else {
      const name = path.replace(`/${repository}/resolve/${COMMIT}/`, '');
      const bytes = files[name];
      if (!bytes) return void response.writeHead(404).end();
      const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
      const from = Number(range?.[1] ?? 0);
      const entry: Asked = { path: name, from, sent: 0 };
      asked.push(entry);
      const whole = hub.spoil ? bytes.map((byte) => byte ^ 1) : bytes;
      const part = whole.subarray(from, hub.stallAt);
      response.writeHead(range ? 206 : 200, {
        'content-length': bytes.length - from,
        ...(range ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      });
      entry.sent = part.length;
      response.write(part);
      if (part.length === bytes.length - from) response.end();
    }
  });
  const hub: SmallHub = { base, asked, close };
  return hub;
}

/** A static server as plain as they come: files as they lie, no types, no ranges, a page for whatever is missing. */
export function openStaticServer(folder: string): Promise<{ base: string; close(): Promise<void> }> {
  return listen((request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    readFile(join(folder, path)).then(
      (bytes) => response.writeHead(200).end(bytes),
      () =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Start</title>'),
    );
  });
}
