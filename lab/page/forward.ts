import type { Engine } from '../../src/engine/client/engine.ts';
import type { Row } from '../../src/engine/shared/protocol.ts';
import { waysOf } from '../../src/engine/shared/steer.ts';
import { steerOf, type SteerEntry } from '../steer-entry.ts';
import { loadChoice, type Emit, type ModelChoice } from './model.ts';

/** Rows in the lab contract's shape, already checked for shape by the command line. */
export interface ForwardRequest {
  readonly model: ModelChoice;
  readonly rows: readonly {
    readonly tokens: readonly number[];
    readonly steer?: readonly SteerEntry[];
    readonly capture?: readonly number[];
  }[];
}

/** Rows a message: results of one message are in memory at once. */
const ROWS_A_RUN = 8;

/** `lab forward`: last-token logits and residuals of each row, emitted row by row. */
export async function forward(engine: Engine, request: ForwardRequest, emit: Emit): Promise<void> {
  const rows = request.rows.map(({ tokens, steer = [], capture = [] }): Row => ({
    tokens,
    steer: steer.map(steerOf),
    capture,
    logits: true,
  }));
  // At once for every way that any row asks for: opening it again halfway would describe it once only.
  await loadChoice(engine, { ...request.model, steering: waysOf(rows) }, emit);
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
