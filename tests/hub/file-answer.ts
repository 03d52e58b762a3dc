import type { ServerResponse } from 'node:http';
import type { Fault } from './fault.ts';
import type { MockFile } from './mock-file.ts';

/** One answer to a question for a file's bytes. */
export interface Served {
  readonly repository: string;
  readonly path: string;
  /** Digest of the file that the question was for. */
  readonly sha256: string;
  /** First byte that was asked for. */
  readonly start: number;
  /** When the question came, in ms since 1970. */
  readonly at: number;
  status: number;
  /** Bytes that were sent. */
  sent: number;
}

/** Answers a question for a file's bytes from `served.start` on, with what goes wrong with it. */
export async function answerFile(
  response: ServerResponse,
  file: MockFile,
  isRange: boolean,
  fault: Fault | undefined,
  served: Served,
): Promise<void> {
  const say = (status: number, headers: Record<string, string | number>): void => {
    served.status = status;
    response.writeHead(status, headers);
  };
  if (fault?.kind === 'status') {
    say(fault.status, { 'retry-after': 1 });
    response.end();
    return;
  }
  if (fault?.kind === 'html') {
    say(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Log in</title>');
    return;
  }
  const isPart = isRange && fault?.kind !== 'no-range';
  const start = isPart ? served.start : 0;
  if (isPart && start >= file.size) {
    say(416, { 'content-range': `bytes */${file.size}` });
    response.end();
    return;
  }
  const end = fault?.kind === 'short' ? Math.min(file.size, start + fault.after) : file.size;
  say(isPart ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start,
    'accept-ranges': 'bytes',
    etag: fault?.kind === 'etag' ? '"other"' : `"${file.sha256.slice(0, 32)}"`,
    ...(isPart ? { 'content-range': `bytes ${start}-${file.size - 1}/${file.size}` } : {}),
  });
  await send(response, file, { start, end }, fault, served);
}

async function send(
  response: ServerResponse,
  file: MockFile,
  { start, end }: { start: number; end: number },
  fault: Fault | undefined,
  served: Served,
): Promise<void> {
  const breaks = fault?.kind === 'cut' || fault?.kind === 'stall';
  const stop = breaks ? fault.after % (end - start + 1) : Infinity;
  for await (const piece of file.open(start, end)) {
    let bytes = piece as Uint8Array;
    if (fault?.kind === 'wrong') bytes = spoil(bytes, fault.at - served.sent);
    const part = bytes.subarray(0, stop - served.sent);
    served.sent += part.length;
    if (!response.write(part) && !response.destroyed) await roomFor(response);
    if (response.destroyed || served.sent >= stop) break;
  }
  // What was written goes out before the line breaks; a stalled line stays open and silent.
  if (fault?.kind === 'cut') setImmediate(() => response.destroy());
  else if (fault?.kind !== 'stall') response.end();
}

/** Until more can be written, or nobody listens any more. */
function roomFor(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.on('drain', go);
    response.on('close', go);
  });
}

/** The bytes with one of them changed, where it lies among them. */
function spoil(bytes: Uint8Array, at: number): Uint8Array {
  if (at < 0 || at >= bytes.length) return bytes;
  // A buffer's own slice would be the same memory.
  const other = Uint8Array.from(bytes);
  other[at] = (other[at] ?? 0) ^ 255;
  return other;
}
