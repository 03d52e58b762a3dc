import type { LeewayError } from '../errors/leeway-error.ts';
import { fileUrl, type HubFile } from './hub.ts';
import { refusalOf } from './hub-refusal.ts';
import { cancelled } from './patience.ts';
import type { RepositorySource } from './repository.ts';

/** Which bytes of which file are asked for. */
export interface TransferRequest {
  readonly from: Pick<RepositorySource, 'base' | 'repository'>;
  readonly commit: string;
  readonly file: HubFile;
  /** First byte that is missing. */
  readonly offset: number;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the connection counts as dead. */
  readonly stall: number;
}

/** An answer that brings bytes of the file. */
export interface Transfer {
  /** Place in the file of the first byte that comes: 0 where the server cannot begin elsewhere. */
  readonly offset: number;
  readonly etag: string | undefined;
  /** The next bytes, undefined at the end of the answer. Throws a TransferFault. */
  read(): Promise<Uint8Array | undefined>;
  close(): void;
}

/** Why one try brought no more bytes. */
export class TransferFault extends Error {
  constructor(
    message: string,
    /** Whether the server sends other bytes than the file list promises: what is here is of no use then. */
    readonly spoiled = false,
    /** Milliseconds that the server wants to be left alone. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

function retryAfter(response: Response): number | undefined {
  const stated = response.headers.get('retry-after');
  if (stated === null) return undefined;
  const seconds = Number(stated);
  return Number.isFinite(seconds)
    ? seconds * 1000
    : Math.max(0, Date.parse(stated) - Date.now()) || undefined;
}

/** First byte and size of the whole, where the server tells them. */
function rangeOf(response: Response): { start: number; size: number } | undefined {
  const [, start, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  return start === undefined ? undefined : { start: Number(start), size: Number(size) };
}

function check(response: Response, { file, offset }: TransferRequest): { offset: number } {
  const { status } = response;
  if (status === 416)
    throw new TransferFault(`${file.path} is shorter on the server than its file list states`, true);
  if (!response.ok)
    throw new TransferFault(`the server answered with status ${status}`, false, retryAfter(response));
  // A login page of the network, or the fallback page of a static host, comes with status 200.
  if (/^text\/html/.test(response.headers.get('content-type') ?? ''))
    throw new TransferFault('a web page came in place of the file (does this network want you to log in?)');
  if (status !== 206) return { offset: 0 };
  const range = rangeOf(response);
  if (range && range.size !== file.size)
    throw new TransferFault(
      `${file.path} has ${range.size} bytes on the server where its file list states ${file.size}`,
      true,
    );
  return { offset: range?.start ?? offset };
}

/**
 * Opens one try at a file's bytes. Throws a TransferFault where another try may help, a LeewayError where none will
 * (model-not-found, cancelled).
 */
export async function openTransfer(request: TransferRequest): Promise<Transfer> {
  const { from, commit, file, offset, signal, stall } = request;
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  signal.addEventListener('abort', stop, { once: true });
  const close = (): void => {
    signal.removeEventListener('abort', stop);
    abort.abort();
  };
  /** What is waited for, unless it takes too long. */
  const within = async <Value>(work: Promise<Value>): Promise<Value> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TransferFault('no more bytes came')), stall);
    });
    try {
      return await Promise.race([work, late]);
    } catch (thrown) {
      close();
      if (signal.aborted) throw cancelled();
      throw thrown instanceof TransferFault ? thrown : new TransferFault('the connection broke off');
    } finally {
      clearTimeout(timer);
    }
  };

  // A simple range needs no question beforehand (CORS-safelisted); If-Range would.
  const headers = offset > 0 ? { range: `bytes=${offset}-` } : {};
  const answer = fetch(fileUrl(from, commit, file.path), {
    headers,
    signal: abort.signal,
    cache: 'no-store',
  });
  const response = await within(answer);
  try {
    const refusal: LeewayError | undefined =
      response.status === 416 || response.ok
        ? undefined
        : refusalOf(response, `The file ${file.path} of ${from.repository}`);
    if (refusal) throw refusal;
    const checked = check(response, request);
    const reader = response.body?.getReader();
    if (!reader) throw new TransferFault('the answer was empty');
    return {
      offset: checked.offset,
      etag: response.headers.get('etag') ?? undefined,
      async read() {
        const { done, value } = await within(reader.read());
        return done ? undefined : value;
      },
      close,
    };
  } catch (thrown) {
    close();
    throw thrown;
  }
}
