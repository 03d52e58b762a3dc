import type { KeepFault } from '../shared/messages.ts';
import type { SiteFile } from '../shared/site-list.ts';

/** A file that cannot be kept, and why. */
export class KeepError extends Error {
  constructor(
    readonly fault: KeepFault,
    path: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: ${fault}`, options);
    this.name = 'KeepError';
  }
}

/** The fault behind anything thrown while a file was fetched and stored. */
export const faultOf = (thrown: unknown): KeepFault =>
  thrown instanceof KeepError ? thrown.fault : 'storage';

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function fetchBytes(
  url: string,
  file: SiteFile,
  cache: RequestCache,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(file.bytes);
  let filled = 0;
  try {
    const response = await fetch(url, { cache });
    if (!response.ok) throw new KeepError(response.status < 500 ? 'altered' : 'network', file.path);
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      if (filled + part.value.length > bytes.length) {
        // Longer than stated is not the file, however long it goes on.
        await reader?.cancel();
        throw new KeepError('altered', file.path);
      }
      bytes.set(part.value, filled);
      filled += part.value.length;
      onBytes(filled);
    }
  } catch (thrown) {
    throw thrown instanceof KeepError ? thrown : new KeepError('network', file.path, { cause: thrown });
  }
  if (filled < bytes.length || hex(await crypto.subtle.digest('SHA-256', bytes)) !== file.sha256)
    throw new KeepError('altered', file.path);
  return bytes;
}

/**
 * The file's bytes, exactly those of the build: a portal's sign-in page or a file of another version is refused.
 * Where the browser's own cache holds another version, it is asked to step aside once.
 * @param onBytes is told how many bytes have come so far
 * @throws KeepError
 */
export async function fetchVerified(
  url: string,
  file: SiteFile,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await fetchBytes(url, file, 'default', onBytes);
  } catch (thrown) {
    if (faultOf(thrown) !== 'altered') throw thrown;
    onBytes(0);
    return fetchBytes(url, file, 'reload', onBytes);
  }
}
