import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { siteFiles } from '../../build/site-files.ts';
import { workerWithList } from '../../build/offline-shell-plugin.ts';
import { DIST } from '../../server/site.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
  json: 'application/json',
};

/** A copy of the built site in a folder of a host that sends no header of its own and has no models. */
export class BareServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'leeway-bare-'));
  /** Paths in the order in which they were asked for. */
  readonly asked: string[] = [];
  readonly #held = new Map<string, Promise<void>>();
  readonly #instead = new Map<string, string>();
  readonly #server: Server;

  private constructor() {
    cpSync(DIST, this.folder, { recursive: true });
    this.#server = createServer((request, response) => {
      const path = /^\/class\/leeway\/([^?]*)/.exec(request.url ?? '')?.[1];
      if (path === undefined) {
        response.writeHead(404).end();
        return;
      }
      const name = path || 'index.html';
      this.asked.push(name);
      void Promise.resolve(this.#held.get(name)).then(() => {
        const html = this.#instead.get(name);
        try {
          const body = html ?? readFileSync(join(this.folder, name));
          const type = html
            ? 'text/html'
            : (TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
          response.writeHead(200, { 'content-type': type }).end(body);
        } catch {
          response.writeHead(404).end();
        }
      });
    });
  }

  static async open(): Promise<BareServer> {
    const bare = new BareServer();
    await new Promise<void>((resolve) => bare.#server.listen(0, '127.0.0.1', resolve));
    return bare;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/class/leeway/`;
  }

  /** The path of the one file whose name matches. */
  find(name: RegExp): string {
    const path = siteFiles(this.folder).find((file) => name.test(file.path))?.path;
    if (!path) throw new Error(`The site has no file like ${name.source}.`);
    return path;
  }

  /** Keeps a file's answer back until the function that it gives is called. */
  hold(path: string): () => void {
    let release: () => void = () => undefined;
    this.#held.set(path, new Promise((resolve) => (release = resolve)));
    return release;
  }

  /** Answers with this page in place of a file, as a network that wants a sign-in does; with nothing, no longer. */
  answerInstead(path: string, html: string | undefined): void {
    if (html === undefined) this.#instead.delete(path);
    else this.#instead.set(path, html);
  }

  /** Puts another version up: one file changed, and the list with it. */
  publish(path: string, change: (text: string) => string): void {
    const file = join(this.folder, path);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    const worker = join(this.folder, 'sw.js');
    const code = readFileSync(worker, 'utf8').replace(/^const SITE = .*\n/, '');
    writeFileSync(worker, workerWithList(code, siteFiles(this.folder)));
  }

  /** Stops answering. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
