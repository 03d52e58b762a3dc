import type { Engine } from '../../src/engine/client/engine.ts';
import type { Row } from '../../src/engine/shared/protocol.ts';
import { loadChoice, type Emit, type ModelChoice } from './model.ts';

/** Rows in the lab contract's shape, already checked for shape by the command line. */
export interface ForwardRequest {
  readonly model: ModelChoice;
  readonly rows: readonly {
    readonly tokens: readonly number[];
    readonly steer?: readonly { readonly layer: number; readonly vector: readonly number[] }[];
    readonly capture?: readonly number[];
  }[];
}

/** Rows a message: results of one message are in memory at once. */
const ROWS_A_RUN = 8;

/** `lab forward`: last-token logits and residuals of each row, emitted row by row. */
export async function forward(engine: Engine, request: ForwardRequest, emit: Emit): Promise<void> {
  await loadChoice(engine, request.model, emit);
  const rows = request.rows.map(({ tokens, steer = [], capture = [] }): Row => ({
    tokens,
    steer: steer.map(({ layer, vector }) => ({ layer, vector: Float32Array.from(vector) })),
    capture,
    logits: true,
  }));
  for (let at = 0; at < rows.length; at += ROWS_A_RUN) {
    const part = rows.slice(at, at + ROWS_A_RUN);
    const reply = await engine.run(part);
    for (const [i, result] of reply.rows.entries()) {
      const capture = part[i]?.capture ?? [];
      await emit('rows', {
        logits: Array.from(result.logits ?? []),
        residual: Object.fromEntries(
          capture.map((layer, k) => [layer, Array.from(result.residual?.[k] ?? [])]),
        ),
      });
    }
  }
}
