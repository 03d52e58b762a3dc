import { megabytes } from '../../models/byte-size.ts';
import type { Isolation, OfflineState } from '../../state/offline.svelte.ts';
import type { Hindrance } from '../../sw/client/shell-client.ts';
import type { KeepFault } from '../../sw/shared/messages.ts';

const HINDRANCE_WORDS: Readonly<Record<Hindrance, string>> = {
  insecure:
    'Not possible here: the page came over plain http. Over https, or from this machine itself (localhost), it is.',
  unsupported: 'Not possible here: this browser has no service workers. Some private windows have none.',
  refused: 'Not possible here: this browser’s settings forbid it, or the window is a private one.',
  unreachable: 'Not possible here: the host does not give the page’s service worker.',
  development: 'Not in development.',
};

const FAULT_WORDS: Readonly<Record<KeepFault, string>> = {
  network: 'The connection broke before everything was here.',
  altered:
    'A file is not what it should be: the network wants a sign-in, or the host is about to change to another version.',
  storage: 'The browser has no room left for it.',
};

/** How far the page is from working without a network, in a sentence or two. */
export function offlineWords({ hindrance, shellReady, report, fault }: OfflineState): string {
  if (hindrance) return HINDRANCE_WORDS[hindrance];
  if (shellReady && report)
    return `The page works offline: its ${megabytes(report.total)} are on this device.`;
  if (fault) return `Not yet. ${FAULT_WORDS[fault]}`;
  if (report?.filling)
    return `Not yet: ${Math.round(report.kept / 1e6)} of ${megabytes(report.total)} are on this device.`;
  return 'Not yet.';
}

const ISOLATION_WORDS: Readonly<Record<Exclude<Isolation, 'isolated' | 'pending'>, string>> = {
  insecure: 'over plain http a browser gives a page no more; over https, or from localhost, it does',
  'no-worker': 'this host does not isolate its pages, which further threads need',
  'next-time': 'the page was in use before it could be isolated; after a reload it has more',
  refused: 'this browser does not isolate the page, which further threads need',
};

/** Why the processor's work is not shared out, where it cannot be. */
function singleThreadReason(isolation: Isolation): string | undefined {
  return isolation === 'isolated' || isolation === 'pending' ? undefined : ISOLATION_WORDS[isolation];
}

/** Threads of the loaded model; before one is loaded only why there will be one, which the page's host can change. */
export function threadWords(threads: number | undefined, isolation: Isolation): string | undefined {
  const reason = singleThreadReason(isolation);
  if (threads === undefined && reason === undefined) return undefined;
  const count = threads ?? 1;
  return `${count} thread${count === 1 ? '' : 's'}${reason && count === 1 ? `: ${reason}.` : ''}`;
}
