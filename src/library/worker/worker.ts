import type { RequestMessage } from '../../channel/messages.ts';
import { serve, type Answering } from '../../channel/worker.ts';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { LibraryRequests } from '../shared/protocol.ts';
import { FetchModel, inspectModel } from './fetch-model.ts';
import { shelfOf, takeHolding, verifyHolding } from './shelf.ts';
import { openStorage } from './storage.ts';

type Reply = LibraryRequests[keyof LibraryRequests]['reply'];

async function answer(
  message: RequestMessage<LibraryRequests>,
  { signal, onProgress }: Answering,
): Promise<Reply> {
  const storage = await openStorage();
  switch (message.name) {
    case 'fetch':
      return new FetchModel(message.request, storage, signal, onProgress).run();
    case 'inspect':
      return inspectModel(message.request, storage, signal);
    case 'shelf':
      return shelfOf(storage);
    case 'take':
      return takeHolding(storage, message.request.key);
    case 'remove':
      await storage.holdings?.remove(message.request.key);
      return shelfOf(storage);
    case 'verify':
      return verifyHolding(storage, message.request.key, signal, onProgress);
  }
}

serve<LibraryRequests>(answer, {
  atOnce: true,
  wrap: (thrown) => LeewayError.wrap(thrown, 'internal', 'Try again; what has arrived is kept.'),
  isFatal: () => false,
});
