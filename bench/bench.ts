import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { basename, join } from 'node:path';
import { ensureBuilt, ROOT, serveSite } from '../server/site.ts';
import { MOUNTED } from '../lab/browser-run.ts';
import type { MeasuredModel } from '../lab/page/bench.ts';
import type { ModelChoice } from '../lab/page/model.ts';
import { ensureModel } from '../tools/model/make.ts';
import { keepToProcessors, openLab, withBrowser, withProfile } from './browser.ts';
import { firstMove } from './first-move.ts';
import { loading } from './loading.ts';
import { peakMemory } from './memory.ts';
import { patchedAgainstOriginal, patchingTime } from './patched.ts';
import { Report } from './report.ts';
import { throughput } from './throughput.ts';

const MODEL = 'smollm2-135m';
const THREADS = 2;
const TINY = { name: 'tiny', mounted: 'mounted/tiny' };
const GRAPH = 'model.onnx';

export interface BenchRequest {
  /** Where the JSON goes. */
  readonly out: string;
  /** Model, backend and storage of the throughput; the other figures are of the real model on WASM. */
  readonly choice: ModelChoice;
  /** Folder or file behind a mounted choice. */
  readonly path?: string;
}

/** The commit of this working copy, where git knows one. */
function commit(): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

const subjectOf = ({ id, dtype, backend, threads }: MeasuredModel): Record<string, string> => ({
  model: id,
  dtype,
  backend,
  threads: threads === 1 ? '1 thread' : `${threads} threads`,
});

/** Measures the real model; prints a table section by section and writes JSON. */
export async function bench({ out, choice, path }: BenchRequest): Promise<void> {
  const gguf = await ensureModel(MODEL);
  const exported = await ensureModel(MODEL, { dtype: 'fp32' });
  const file = readdirSync(gguf).find((name) => name.endsWith('.gguf')) ?? '';
  ensureBuilt();
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} processors`;
  keepToProcessors(THREADS);
  const site = await serveSite();
  for (const folder of [gguf, exported]) site.source.mount(`local/${basename(folder)}`, folder);
  if (path) site.source.mount(MOUNTED, path);
  site.source.mount(TINY.mounted, join(ROOT, 'tests/fixtures/gguf/llama-q8_0.gguf'));
  const report = new Report();
  report.state('date', new Date().toISOString());
  report.state('code', commit());
  report.state('machine', machine);
  try {
    await withProfile(async (profile) => {
      await withBrowser(profile, async (context) => {
        report.state('browser', context.browser()?.version());
        const page = await openLab(context, site.url);
        const { figures, model } = await throughput(page, choice);
        report.state('model', model);
        report.add('throughput', figures, subjectOf(model));
      });
    });
    await withProfile(async (profile) => {
      // Another strength the second time: its answers are not stored yet.
      for (const [name, strength] of [
        ['cold', '0.3'],
        ['warm', '0.35'],
      ] as const)
        await withBrowser(profile, async (context) => {
          const page = await context.newPage();
          report.add(`first move, ${name}`, await firstMove(page, site.url, strength));
        });
    });
    await withProfile((profile) =>
      withBrowser(profile, async (context) => {
        const page = await openLab(context, site.url);
        const onnx = { folder: basename(exported), graph: GRAPH };
        report.add('patching', await patchingTime(page, onnx, { folder: MODEL, file }));
        const { figures, runtime, threads } = await patchedAgainstOriginal(page, {
          ...onnx,
          threads: THREADS,
        });
        report.add('patched against original', figures, {
          model: onnx.folder,
          backend: 'wasm',
          threads: `${threads} threads`,
          runtime,
        });
      }),
    );
    for (const storage of ['packed', 'float32'] as const) {
      const title = `peak memory of loading, ${storage}`;
      if (process.platform !== 'linux') {
        report.skip(title, 'This figure needs Linux: it is read from /proc.');
        continue;
      }
      const load = await loading(site.url, { name: MODEL, backend: 'wasm', storage });
      report.add(`loading, ${storage}`, load.figures, subjectOf(load.model));
      const { figures, model } = await peakMemory(site.url, { folder: MODEL, file, tiny: TINY }, storage);
      report.add(title, figures, subjectOf(model));
    }
    report.write(out);
  } finally {
    await site.close();
  }
}
