import type { Connect, Plugin } from 'vite';
import { ISOLATION_HEADERS, SITE_HEADERS } from '../src/sw/shared/served-headers.ts';
import type { ModelSource } from './model-source.ts';

/** Serves model folders under /hub/ and sets the headers: of the built site all, in development those of isolation. */
export function modelSourcePlugin(source: ModelSource): Plugin {
  const serve =
    (headers: Readonly<Record<string, string>>): Connect.NextHandleFunction =>
    (request, response, next) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      const path = request.url ?? '';
      if (path.startsWith('/hub/') && source.handle(request, response, path.slice('/hub'.length))) return;
      next();
    };
  return {
    name: 'leeway-model-source',
    configureServer: (server) => void server.middlewares.use(serve(ISOLATION_HEADERS)),
    configurePreviewServer: (server) => void server.middlewares.use(serve(SITE_HEADERS)),
  };
}
