import { mount } from 'svelte';
import { spawnEngine } from './engine/client/spawn.ts';
import { spawnLibrary } from './library/client/spawn.ts';
import { Session } from './state/session.svelte.ts';
import App from './views/app.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no element #app.');
const session = new Session(spawnEngine(), spawnLibrary());
// The address that `npm start` prints begins at once, where the page has not to be loaded anew to get its threads.
void Promise.all([session.materials.load(), session.offline.start()]).then(() => {
  if (location.hash === '#run') void session.loadAndMeasure();
  else session.link.open(location.hash);
});
addEventListener('hashchange', () => session.link.open(location.hash));
void session.scenarios.load();
void session.library.refresh();
mount(App, { target, props: { session } });
