import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './fault.ts';
import type { Served } from './file-answer.ts';
import { mockFile } from './mock-file.ts';
import { MockHub } from './mock-hub.ts';

/** What a test in a browser asks of the hub, which runs outside of it. */
export type HubOrder =
  | {
      readonly order: 'put';
      readonly name: string;
      readonly commit: string;
      readonly files: readonly { path: string; base64: string; lfs: boolean }[];
    }
  | { readonly order: 'fail'; readonly name: string; readonly faults: readonly (Fault | null)[] }
  | { readonly order: 'gate'; readonly name: string }
  | { readonly order: 'page-size'; readonly entries: number }
  | { readonly order: 'served'; readonly name: string };

/** Addresses of the hub and of what takes orders for it. */
export interface HubAddresses {
  readonly hub: string;
  readonly orders: string;
}

function obey(hub: MockHub, order: HubOrder): readonly Served[] | null {
  switch (order.order) {
    case 'put':
      hub.put(
        order.name,
        order.commit,
        order.files.map(({ path, base64, lfs }) => mockFile(path, Buffer.from(base64, 'base64'), lfs)),
      );
      return null;
    case 'fail':
      hub.fail(
        order.name,
        order.faults.map((fault) => fault ?? undefined),
      );
      return null;
    case 'gate':
      hub.gate(order.name);
      return null;
    case 'page-size':
      hub.pageSize = order.entries;
      return null;
    case 'served':
      return hub.served.filter(({ repository }) => repository === order.name);
  }
}

/** Starts a hub that tests in a browser can order about. */
export async function startOrderedHub(): Promise<HubAddresses & { stop(): Promise<void> }> {
  const hub = await MockHub.start();
  const orders = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (part: Buffer) => body.push(part));
    request.on('end', () => {
      const reply = obey(hub, JSON.parse(Buffer.concat(body).toString()) as HubOrder);
      response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'application/json' });
      response.end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => orders.listen(0, '127.0.0.1', resolve));
  return {
    hub: hub.url,
    orders: `http://127.0.0.1:${(orders.address() as AddressInfo).port}`,
    async stop() {
      orders.closeAllConnections();
      await new Promise((resolve) => orders.close(resolve));
      await hub.stop();
    },
  };
}
