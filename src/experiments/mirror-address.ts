import { LeewayError } from '../errors/leeway-error.ts';
import { listFiles } from '../models/hub.ts';

const wrong = (message: string): LeewayError =>
  new LeewayError(
    'request-invalid',
    message,
    'Write the whole address of the folder that holds “api”, such as https://school.example/models.',
  );

/** Names under which a machine reaches itself; browsers let a safe page ask those without encryption. */
const isOwnMachine = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '[::1]' ||
  /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * The base URL of a mirror as a person writes it, without a slash at its end. Throws request-invalid where it is none, or
 * where a page at `page` may not ask it.
 */
export function mirrorBase(text: string, page: { readonly protocol: string }): string {
  const written = text.trim();
  let url: URL;
  try {
    url = new URL(/^[\w.-]+(?::\d+)?(?:\/|$)/.test(written) ? `https://${written}` : written);
  } catch {
    throw wrong(`“${written}” is no address.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw wrong(`“${written}” is no address of the web.`);
  if (url.username !== '' || url.password !== '')
    throw wrong('An address with a password in it is not kept.');
  if (url.protocol === 'http:' && page.protocol === 'https:' && !isOwnMachine(url.hostname))
    throw new LeewayError(
      'request-invalid',
      'This page came over https, and browsers forbid such a page to ask an http address (mixed content).',
      'Give the mirror an https address, or open the page from the same server as the mirror.',
    );
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** What a mirror says of a model: the start of its commit, or that it does not have it. */
export type MirrorAnswer = { readonly commit: string } | 'lacks';

/**
 * Asks a mirror for one repository. Throws network where it cannot be reached or does not let this page read what it
 * answers.
 */
export async function askMirror(
  base: string,
  { repository, revision }: { readonly repository: string; readonly revision: string },
  signal?: AbortSignal,
): Promise<MirrorAnswer> {
  try {
    return { commit: (await listFiles({ base, repository, revision }, signal)).commit };
  } catch (thrown) {
    if (thrown instanceof LeewayError && thrown.code === 'model-not-found') return 'lacks';
    if (thrown instanceof LeewayError && thrown.code === 'cancelled') throw thrown;
    throw new LeewayError(
      'network',
      `${base} gives no answer that this page may read.`,
      'Check the address. The server must be on, and allow other pages to read it (Access-Control-Allow-Origin: *).',
      { cause: thrown },
    );
  }
}
