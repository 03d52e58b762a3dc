import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';

export interface LabOutcome {
  readonly code: number;
  readonly stderr: string;
  readonly output: unknown;
  /** The file itself, where it is no JSON. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** Runs one lab command in a folder of its own; `inputs` are written there first, under the names given. */
export async function lab(
  words: readonly string[],
  inputs: Readonly<Record<string, unknown>> = {},
  outName = 'out.json',
): Promise<LabOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'leeway-lab-'));
  try {
    for (const [name, value] of Object.entries(inputs))
      writeFileSync(
        join(folder, name),
        typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value),
      );
    const out = join(folder, outName);
    const placed = words.map((word) => (word in inputs ? join(folder, word) : word));
    const child = spawn('npm', ['run', '--silent', 'lab', '--', ...placed, '--out', out], { cwd: ROOT });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? -1)));
    const bytes = existsSync(out) ? new Uint8Array(readFileSync(out)) : undefined;
    let output: unknown;
    try {
      output = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      output = undefined;
    }
    return { code, stderr, output, bytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One row of `lab forward`'s output. */
export interface ForwardRow {
  readonly logits: number[];
  readonly residual: Readonly<Record<string, number[]>>;
}

export interface ForwardOutput {
  readonly backend: string;
  readonly rows: ForwardRow[];
}

export interface ProbeOutput {
  readonly protocol: string;
  readonly backend: string;
  readonly dilemmas: {
    readonly index: number;
    readonly id: string;
    readonly log_odds_high: number;
    readonly position_bias?: number;
    readonly answer_mass?: number;
    readonly orders?: { readonly high_at: 'A' | 'B'; readonly log_p_A: number; readonly log_p_B: number }[];
  }[];
  readonly items: Record<string, unknown>;
  readonly axes: Record<string, { readonly mean: number }>;
  readonly map: { readonly centred: { readonly x: number; readonly y: number } | null };
  readonly token_layers: { readonly computed: number; readonly naive: number };
}

export function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  a.forEach((value, i) => {
    const x = value - ma;
    const y = (b[i] ?? NaN) - mb;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return ab / Math.sqrt(aa * bb);
}
