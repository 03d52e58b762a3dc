import { LeewayError } from '../errors/leeway-error.ts';
import { MAX_BYTES, scenarioText, tooLarge } from './scenario-text.ts';

const SECONDS = 30;
const BY_HAND = 'Download the file in another tab and choose it here.';

const network = (message: string, cause?: unknown): LeewayError =>
  new LeewayError('network', message, BY_HAND, { cause });

/** An address as a person writes it. Throws request-invalid unless it is a whole http or https address. */
export function scenarioAddress(text: string): URL {
  const written = text.trim();
  try {
    const address = new URL(written);
    if (/^https?:$/.test(address.protocol)) return address;
  } catch {
    // Said below.
  }
  throw new LeewayError(
    'request-invalid',
    `“${written}” is no web address.`,
    'Write it in full, beginning with https://.',
  );
}

/** What a file from an address is called: its own name, else its host. */
export function addressName({ pathname, host }: URL): string {
  const last = pathname.split('/').findLast((part) => part !== '') ?? host;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Reads a body to its end, giving up as soon as it is too large. */
async function bytesOf(response: Response, name: string): Promise<Uint8Array> {
  if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) throw tooLarge(name);
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    length += part.value.length;
    if (length > MAX_BYTES) {
      await reader?.cancel();
      throw tooLarge(name);
    }
    parts.push(part.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export interface AddressOptions {
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Seconds until it gives up. */
  readonly seconds?: number | undefined;
}

/**
 * The text of a file at an address, asked for without cookies or the page's own address.
 * @throws LeewayError `network` with what to do, `cancelled`, or as `scenarioText` does.
 */
export async function fetchScenarioText(
  address: URL,
  { signal, fetch: get = fetch, seconds = SECONDS }: AddressOptions = {},
): Promise<string> {
  const { host } = address;
  const late = AbortSignal.timeout(1000 * seconds);
  try {
    const response = await get(address, {
      mode: 'cors',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    if (!response.ok)
      throw network(`${host} has no such file to give: it answered with status ${response.status}.`);
    return scenarioText(addressName(address), await bytesOf(response, addressName(address)));
  } catch (thrown) {
    if (thrown instanceof LeewayError) throw thrown;
    if (signal?.aborted)
      throw new LeewayError('cancelled', 'The download was cancelled.', 'Nothing was kept.', {
        cause: thrown,
      });
    if (late.aborted) throw network(`${host} did not send the file within ${seconds} seconds.`, thrown);
    // The browser tells a page no more than this of a refusal by CORS, of a missing host and of a cut line.
    throw network(
      `${address.href} could not be read: ${host} is out of reach, or lets no other page read its files.`,
      thrown,
    );
  }
}
