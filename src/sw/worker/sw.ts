import type { FromShellWorker, ToShellWorker } from '../shared/messages.ts';
import { runtimeHere, type SiteList } from '../shared/site-list.ts';
import { faultOf } from './fetch-verified.ts';
import { Filling } from './filling.ts';
import { SiteCache } from './site-cache.ts';

/** Written in front of this file by the build. */
declare const SITE: SiteList;
declare const self: ServiceWorkerGlobalScope;

const { scope } = self.registration;
const cache = new SiteCache(SITE, scope, runtimeHere(), self.caches);
const filling = new Filling(cache, (report) => void tellAll(report));

async function tellAll(message: FromShellWorker): Promise<void> {
  // Before the first version is installed no page is controlled.
  const pages = await self.clients.matchAll({
    type: 'window',
    includeUncontrolled: message.type === 'install-fault',
  });
  for (const page of pages) page.postMessage(message);
}

async function install(): Promise<void> {
  try {
    await cache.carryOver();
    for (const file of await cache.missing('shell')) await cache.keep(file);
  } catch (thrown) {
    await tellAll({ type: 'install-fault', scope, fault: faultOf(thrown) });
    throw thrown;
  }
}

async function activate(): Promise<void> {
  await cache.removeOthers();
  // The first visit's page, too, which came before there was a worker.
  await self.clients.claim();
}

async function answer({ data, source }: ExtendableMessageEvent): Promise<void> {
  const { type } = data as ToShellWorker;
  if (type === 'report') source?.postMessage(await filling.report());
  else if (type === 'fill') await filling.run();
  else if (type === 'claim') await self.clients.claim();
  else await self.skipWaiting();
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => event.waitUntil(answer(event)));
self.addEventListener('fetch', (event) => {
  // What is none of the site's files is not touched: models (they live in IndexedDB), other hosts, other pages below.
  const file = event.request.method === 'GET' ? cache.fileAt(event.request.url) : undefined;
  if (file) event.respondWith(cache.serve(file));
});
