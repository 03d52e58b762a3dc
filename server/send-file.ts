import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Answers with a file, or the range of it that was asked for; false where there is no such file. */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  type = 'application/octet-stream',
): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return false;
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = range ? Number(range[1]) : 0;
  const end = range?.[2] ? Math.min(Number(range[2]), stat.size - 1) : stat.size - 1;
  const headers = {
    'content-type': type,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'cross-origin',
  };
  if (range && start >= stat.size) {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${stat.size}` });
    response.end();
    return true;
  }
  response.writeHead(range ? 206 : 200, {
    ...headers,
    'content-length': end - start + 1,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${stat.size}` } : {}),
  });
  if (request.method === 'HEAD' || stat.size === 0) response.end();
  else createReadStream(path, { start, end }).pipe(response);
  return true;
}
