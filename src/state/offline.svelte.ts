import { IsolationGuard } from '../sw/client/isolation-guard.ts';
import { ShellClient, type Hindrance } from '../sw/client/shell-client.ts';
import type { KeepFault, ShellReport } from '../sw/shared/messages.ts';

/** Whether the browser gives the page threads, or why not. */
export type Isolation =
  | 'isolated'
  /** The service worker, which may bring it about, is not there yet. */
  | 'pending'
  /** Plain http from another machine. */
  | 'insecure'
  /** The host does not ask for it, and no service worker can. */
  | 'no-worker'
  /** It could be had by a reload, but the page was in use already. */
  | 'next-time'
  /** Asked for, and not given. */
  | 'refused';

/** How long a run that the address asks for waits for the worker. */
const PATIENCE_MS = 10_000;

/** Whether the page itself works without a network, whether a newer version is here, and whether it has threads. */
export class OfflineState {
  hindrance = $state<Hindrance>();
  report = $state.raw<ShellReport>();
  /** Why not all is kept. */
  fault = $state<KeepFault>();
  /** Another version than this page's can be used. */
  newer = $state(false);
  isolation = $state<Isolation>('pending');
  #controlled = $state(false);

  /** Everything that this browser needs of the page is on the device, and the page comes from there; models are another matter. */
  readonly shellReady: boolean = $derived(this.#controlled && this.report?.complete === true);

  readonly #guard = new IsolationGuard(history);
  readonly #client = new ShellClient({
    onReport: (report) => {
      this.report = report;
      this.fault = report.fault;
    },
    onInstallFault: (fault) => {
      this.fault = fault;
      if (!crossOriginIsolated) this.isolation = 'no-worker';
      this.#settle();
    },
    onControlled: () => this.#takeControl(),
    onNewer: () => (this.newer = true),
  });
  #settle: () => void = () => undefined;
  #touched = false;

  /** @param unused nothing has been begun that a reload would end */
  constructor(private readonly unused: () => boolean) {}

  /** Registers the service worker; resolves once the page stays as it is, and not at all where it is about to reload. */
  async start(): Promise<void> {
    const settled = new Promise<void>((resolve) => (this.#settle = resolve));
    // Nor is the page taken from under someone's hands.
    for (const type of ['pointerdown', 'keydown'])
      addEventListener(type, () => (this.#touched = true), { capture: true, once: true });
    if (crossOriginIsolated) {
      this.isolation = 'isolated';
      this.#guard.clear();
      this.#settle();
    }
    this.hindrance = import.meta.env.PROD ? await this.#client.start() : 'development';
    if (this.hindrance) {
      if (!crossOriginIsolated) this.isolation = this.hindrance === 'insecure' ? 'insecure' : 'no-worker';
      this.#settle();
    }
    addEventListener('online', () => {
      if (this.fault === 'network') this.fill();
    });
    setTimeout(this.#settle, PATIENCE_MS);
    await settled;
  }

  /** Brings the rest of the page onto the device. */
  fill(): void {
    this.fault = undefined;
    this.#client.fill();
  }

  /** Loads the newer version in place of this one. */
  useNewer(): void {
    this.#client.useNewer();
  }

  #takeControl(): void {
    this.#controlled = true;
    if (!crossOriginIsolated) {
      if (this.#touched || !this.unused()) this.isolation = 'next-time';
      else if (this.#guard.mayReload()) {
        location.reload();
        return;
      } else this.isolation = 'refused';
    }
    this.#settle();
    if (this.#client.sparing) this.#client.ask();
    else this.fill();
  }
}
