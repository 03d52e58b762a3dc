import type { ErrorReport } from '../errors/leeway-error.ts';

/** What a worker can be asked, by name: its request, its reply and what it tells on the way. */
export type Requests<Names extends string = string> = {
  readonly [Name in Names]: {
    readonly request: unknown;
    readonly reply: unknown;
    readonly progress: unknown;
  };
};

/** One question. */
export type RequestMessage<Asked> = {
  [Name in keyof Asked & string]: {
    readonly id: number;
    readonly name: Name;
    readonly request: Asked[Name] extends { request: infer Request } ? Request : never;
  };
}[keyof Asked & string];

export interface CancelMessage {
  readonly id: number;
  readonly cancel: true;
}

export type FromWorker =
  | { readonly id: number; readonly kind: 'progress'; readonly progress: unknown }
  | { readonly id: number; readonly kind: 'reply'; readonly reply: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: ErrorReport; readonly fatal: boolean };
