import { LeewayError } from '../../errors/leeway-error.ts';
import type { EngineRequests, FromWorker, RequestMessage, ToWorker } from '../shared/protocol.ts';
import { loadModel, type ReadyModel } from './model-loader.ts';
import { checkRows } from './row-check.ts';

let model: ReadyModel | undefined;
/** Requests run one after the other; one that fails does not hold up the next. */
let chain: Promise<void> = Promise.resolve();
const aborts = new Map<number, AbortController>();

const post = (message: FromWorker, transfer: Transferable[] = []): void =>
  self.postMessage(message, transfer);

function loaded(): ReadyModel {
  if (model) return model;
  throw new LeewayError('request-invalid', 'No model is loaded.', 'Load a model first.');
}

type Reply = EngineRequests[keyof EngineRequests]['reply'];

async function answer(message: RequestMessage, abort: AbortController): Promise<Reply> {
  const progress = (value: unknown): void => post({ id: message.id, kind: 'progress', progress: value });
  switch (message.name) {
    case 'load':
      model = await loadModel(message.request, {
        signal: abort.signal,
        onProgress: progress,
      });
      return model.description;
    case 'encode': {
      const { coder } = loaded();
      return message.request.texts.map((text) => coder.encode(text));
    }
    case 'run': {
      const { session } = loaded();
      checkRows(message.request.rows, session.graph);
      return session.run(message.request.rows, {
        cancelled: () => abort.signal.aborted,
        onProgress: (done, total) => progress({ done, total }),
      });
    }
  }
}

async function handle(message: RequestMessage): Promise<void> {
  const abort = aborts.get(message.id) ?? new AbortController();
  try {
    if (abort.signal.aborted) return;
    post({ id: message.id, kind: 'reply', reply: await answer(message, abort) });
  } catch (thrown) {
    // What is not a typed error comes out of the session: its state is unknown, so the worker has to go.
    const fatal = !(thrown instanceof LeewayError) || thrown.code.startsWith('session-');
    const error = LeewayError.wrap(
      thrown,
      'session-run',
      'A fresh engine is started for the next question. If it happens again, try WASM or a smaller model.',
    );
    post({ id: message.id, kind: 'error', error: error.report(), fatal });
  } finally {
    aborts.delete(message.id);
  }
}

self.onmessage = (event: MessageEvent<ToWorker>): void => {
  const message = event.data;
  if (message.name === 'cancel') {
    aborts.get(message.id)?.abort();
    return;
  }
  aborts.set(message.id, new AbortController());
  chain = chain.then(() => handle(message));
};
