/** What the page asks of the service worker. */
export type ToShellWorker =
  /** Say how much is kept. */
  | { readonly type: 'report' }
  /** Take control of pages that were opened without the worker (a forced reload does that). */
  | { readonly type: 'claim' }
  /** Fetch what is missing; asked again while it runs, it keeps the worker alive. */
  | { readonly type: 'fill' }
  /** Replace the version in use: sent only when the visitor says so. */
  | { readonly type: 'take-over' };

/** Why a file could not be kept: no answer, other bytes than the build's, or no room. */
export type KeepFault = 'network' | 'altered' | 'storage';

/** How much of what this browser needs is on the device. */
export interface ShellReport {
  readonly type: 'report';
  readonly version: string;
  /** Bytes, those on their way included. */
  readonly kept: number;
  readonly total: number;
  /** Every needed file is kept, whole. */
  readonly complete: boolean;
  readonly filling: boolean;
  /** Why the last filling stopped early. */
  readonly fault?: KeepFault;
}

/** A version could not even be installed. */
export interface InstallFault {
  readonly type: 'install-fault';
  /** URL of the folder that it is for. */
  readonly scope: string;
  readonly fault: KeepFault;
}

export type FromShellWorker = ShellReport | InstallFault;
