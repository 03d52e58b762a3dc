import { serve, type Answering } from '../../channel/worker.ts';
import type { RequestMessage } from '../../channel/messages.ts';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { EngineRequests } from '../shared/protocol.ts';
import { checkGeneration } from './generation-check.ts';
import { generate } from './generation.ts';
import { loadModel, type ReadyModel } from './model-loader.ts';
import { checkRows } from './row-check.ts';

let model: ReadyModel | undefined;

function loaded(): ReadyModel {
  if (model) return model;
  throw new LeewayError('request-invalid', 'No model is loaded.', 'Load a model first.');
}

type Reply = EngineRequests[keyof EngineRequests]['reply'];

async function answer(
  message: RequestMessage<EngineRequests>,
  { signal, onProgress }: Answering,
): Promise<Reply> {
  switch (message.name) {
    case 'load':
      // Two models at once would need twice the memory.
      await model?.session.release();
      model = undefined;
      model = await loadModel(message.request, { onProgress });
      return model.description;
    case 'encode': {
      const { coder } = loaded();
      return message.request.texts.map((text) => coder.encode(text));
    }
    case 'run': {
      const { session } = loaded();
      checkRows(message.request.rows, session.graph);
      return session.run(message.request.rows, {
        cancelled: () => signal.aborted,
        onProgress: (done, total) => onProgress({ done, total }),
      });
    }
    case 'generate': {
      const ready = loaded();
      checkGeneration(message.request, ready.session.graph);
      return generate(ready, message.request, { cancelled: () => signal.aborted, onProgress });
    }
  }
}

serve<EngineRequests>(answer, {
  atOnce: false,
  wrap: (thrown) =>
    LeewayError.wrap(
      thrown,
      'session-run',
      'A fresh engine is started for the next question. If it happens again, try WASM or a smaller model.',
    ),
  // What is not a typed error comes out of the session: its state is unknown, so the worker has to go.
  isFatal: (thrown) => !(thrown instanceof LeewayError) || thrown.code.startsWith('session-'),
});
