import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that a whole browser goes through: it writes down every host, and lets nobody out of this machine. */
export class LoggingProxy {
  /** Host and port of every request, page's and workers' alike. */
  readonly hosts = new Set<string>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://nowhere');
      this.hosts.add(url.host);
      if (url.hostname !== '127.0.0.1') {
        response.writeHead(502).end();
        return;
      }
      const onward = ask(url, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on('error', () => response.destroy());
        answer.on('aborted', () => response.destroy());
      });
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    });
    // What would be asked for over TLS.
    this.#server.on('connect', (request, socket) => {
      this.hosts.add(request.url ?? '');
      socket.destroy();
    });
  }

  static async open(): Promise<LoggingProxy> {
    const proxy = new LoggingProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** What a browser is launched with; Chromium would pass by any proxy for this machine's own addresses. */
  get settings(): { server: string; bypass: string } {
    const { port } = this.#server.address() as AddressInfo;
    return { server: `http://127.0.0.1:${port}`, bypass: '<-loopback>' };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
