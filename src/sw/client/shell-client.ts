import type { FromShellWorker, KeepFault, ShellReport, ToShellWorker } from '../shared/messages.ts';

/** Why this page cannot be kept on the device. */
export type Hindrance =
  /** It came over plain http from another machine. */
  | 'insecure'
  /** The browser has no service workers, as in some private windows. */
  | 'unsupported'
  /** The browser has them, but not for this page. */
  | 'refused'
  /** The host gave no `sw.js`. */
  | 'unreachable'
  /** Vite serves sources that change. */
  | 'development';

export interface ShellEvents {
  onReport(report: ShellReport): void;
  /** The first version could not be installed. */
  onInstallFault(fault: KeepFault): void;
  /** From now on the page's files come from the worker. */
  onControlled(): void;
  /** Another version than the page's own is ready, or in use by now. */
  onNewer(): void;
}

/** While a filling runs the worker is asked again, as browsers end workers that nobody asks anything. */
const REMINDER_MS = 20_000;

/** The page's side of the service worker. */
export class ShellClient {
  #registration: ServiceWorkerRegistration | undefined;
  #controlled = false;
  #takingOver = false;
  #reminder: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly events: ShellEvents) {}

  /** Whether the visitor's browser asks pages to spare the connection. */
  get sparing(): boolean {
    return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
  }

  /** Registers the worker for the page's folder; gives the reason where that cannot be. */
  async start(): Promise<Hindrance | undefined> {
    if (!isSecureContext) return 'insecure';
    if (!('serviceWorker' in navigator)) return 'unsupported';
    const container = navigator.serviceWorker;
    this.#controlled = container.controller !== null;
    const home = new URL('./', document.baseURI).href;
    container.addEventListener('message', ({ data }) => this.#hear(data as FromShellWorker, home));
    container.addEventListener('controllerchange', () => this.#changeHands());
    let registration: ServiceWorkerRegistration;
    try {
      registration = await container.register(new URL('sw.js', home), {
        scope: home,
        updateViaCache: 'none',
      });
    } catch (thrown) {
      const isForbidden = thrown instanceof DOMException && thrown.name !== 'NetworkError';
      return isForbidden ? 'refused' : 'unreachable';
    }
    this.#registration = registration;
    if (this.#controlled) this.events.onControlled();
    // A page that was reloaded by force is nobody's until it is claimed.
    else registration.active?.postMessage({ type: 'claim' } satisfies ToShellWorker);
    if (registration.waiting) this.events.onNewer();
    this.#watch(registration.installing);
    registration.addEventListener('updatefound', () => this.#watch(registration.installing));
    return undefined;
  }

  /** Asks how much is kept. */
  ask(): void {
    this.#send({ type: 'report' });
  }

  /** Has everything fetched that this browser needs. */
  fill(): void {
    this.#send({ type: 'fill' });
    this.#reminder ??= setInterval(() => this.#send({ type: 'fill' }), REMINDER_MS);
  }

  /** Exchanges the page's version for the newer one: it loads anew, once. */
  useNewer(): void {
    const waiting = this.#registration?.waiting;
    if (!waiting) {
      location.reload();
      return;
    }
    this.#takingOver = true;
    waiting.postMessage({ type: 'take-over' } satisfies ToShellWorker);
  }

  #send(message: ToShellWorker): void {
    navigator.serviceWorker.controller?.postMessage(message);
  }

  #hear(message: FromShellWorker, home: string): void {
    if (message.type === 'report') {
      if (!message.filling) {
        clearInterval(this.#reminder);
        this.#reminder = undefined;
      }
      this.events.onReport(message);
    }
    // A version that waits may fail: the one in use is none the worse for it. Other copies have other folders.
    else if (message.scope === home && !this.#registration?.active) this.events.onInstallFault(message.fault);
  }

  #changeHands(): void {
    if (this.#takingOver) location.reload();
    else if (this.#controlled) this.events.onNewer();
    else {
      this.#controlled = true;
      this.events.onControlled();
    }
  }

  #watch(installing: ServiceWorker | null): void {
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && this.#registration?.active) this.events.onNewer();
    });
  }
}
