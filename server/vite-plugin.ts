import type { Connect, Plugin } from 'vite';
import type { ModelSource } from './model-source.ts';

/** Isolation makes SharedArrayBuffer and with it WASM threads available. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

/** Serves model folders under /hub/ and sets the isolation headers, in dev and preview alike. */
export function modelSourcePlugin(source: ModelSource): Plugin {
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    const path = request.url ?? '';
    if (path.startsWith('/hub/') && source.handle(request, response, path.slice('/hub'.length))) return;
    next();
  };
  return {
    name: 'leeway-model-source',
    configureServer: (server) => void server.middlewares.use(serve),
    configurePreviewServer: (server) => void server.middlewares.use(serve),
  };
}
