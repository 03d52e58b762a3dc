import type { LeewayError } from '../errors/leeway-error.ts';
import type { CancelMessage, FromWorker, RequestMessage } from './messages.ts';

/** What one question is answered with: its signal is aborted when it is called off. */
export interface Answering {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: unknown) => void;
}

export interface ServeOptions {
  /** Whether a question is answered while others are; else they wait in line. */
  readonly atOnce: boolean;
  /** What an error that is none of ours becomes. */
  readonly wrap: (thrown: unknown) => LeewayError;
  /** Whether the worker's state can no longer be trusted after an error. */
  readonly isFatal: (thrown: unknown) => boolean;
}

/** Answers the questions that reach this worker, one switch for all of them. */
export function serve<Asked>(
  answer: (message: RequestMessage<Asked>, answering: Answering) => Promise<unknown>,
  { atOnce, wrap, isFatal }: ServeOptions,
): void {
  const aborts = new Map<number, AbortController>();
  /** One that fails does not hold up the next. */
  let chain: Promise<void> = Promise.resolve();
  const post = (message: FromWorker): void => self.postMessage(message);

  const handle = async (message: RequestMessage<Asked>, { signal }: AbortController): Promise<void> => {
    const { id } = message;
    try {
      if (signal.aborted) return;
      const onProgress = (progress: unknown): void => post({ id, kind: 'progress', progress });
      post({ id, kind: 'reply', reply: await answer(message, { signal, onProgress }) });
    } catch (thrown) {
      post({ id, kind: 'error', error: wrap(thrown).report(), fatal: isFatal(thrown) });
    } finally {
      aborts.delete(id);
    }
  };

  self.onmessage = ({ data }: MessageEvent<RequestMessage<Asked> | CancelMessage>): void => {
    if ('cancel' in data) {
      aborts.get(data.id)?.abort();
      return;
    }
    const abort = new AbortController();
    aborts.set(data.id, abort);
    if (atOnce) void handle(data, abort);
    else chain = chain.then(() => handle(data, abort));
  };
}
