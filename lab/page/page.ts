import { spawnEngine } from '../../src/engine/client/spawn.ts';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { bench } from './bench.ts';
import { calibrateModel, type CalibrateRequest } from './calibrate.ts';
import { forward, type ForwardRequest } from './forward.ts';
import { generateTexts, type GenerateRequest } from './generate.ts';
import { loadChoice, type ModelChoice } from './model.ts';
import { probeModel, type ProbeRequest } from './probe.ts';
import { respond, type ResponseRequest } from './response.ts';
import { searchModel, type SearchRequest } from './search.ts';
import { targetModel, type TargetsRequest } from './targets.ts';
import { makeVectorSet, type VectorsRequest } from './vectors.ts';
import { validateModel, type ValidateRequest } from './validate.ts';

/** What the command line sends: the job and where its results go, piece by piece. */
export type Job =
  | { readonly command: 'forward'; readonly request: ForwardRequest }
  | { readonly command: 'verify'; readonly request: { readonly model: ModelChoice } }
  | { readonly command: 'probe'; readonly request: ProbeRequest }
  | { readonly command: 'calibrate'; readonly request: CalibrateRequest }
  | { readonly command: 'response'; readonly request: ResponseRequest }
  | { readonly command: 'search'; readonly request: SearchRequest }
  | { readonly command: 'validate'; readonly request: ValidateRequest }
  | { readonly command: 'generate'; readonly request: GenerateRequest }
  | { readonly command: 'targets'; readonly request: TargetsRequest }
  | { readonly command: 'vectors'; readonly request: VectorsRequest };

declare global {
  interface Window {
    /** Given by the command line: takes one piece of the result. */
    leewayEmit(name: string, value: unknown): Promise<void>;
    leewayBench: typeof bench;
    leewayRun(job: Job): Promise<{ ok: true } | { ok: false; code: string; message: string; advice: string }>;
  }
}

window.leewayBench = bench;

window.leewayRun = async (job) => {
  const engine = spawnEngine();
  try {
    if (job.command === 'forward') await forward(engine, job.request, window.leewayEmit);
    else if (job.command === 'verify') await loadChoice(engine, job.request.model, window.leewayEmit);
    else if (job.command === 'calibrate') await calibrateModel(engine, job.request, window.leewayEmit);
    else if (job.command === 'response') await respond(engine, job.request, window.leewayEmit);
    else if (job.command === 'search') await searchModel(engine, job.request, window.leewayEmit);
    else if (job.command === 'generate') await generateTexts(engine, job.request, window.leewayEmit);
    else if (job.command === 'vectors') await makeVectorSet(engine, job.request, window.leewayEmit);
    else if (job.command === 'validate') await validateModel(engine, job.request, window.leewayEmit);
    else if (job.command === 'targets') await targetModel(engine, job.request, window.leewayEmit);
    else await probeModel(engine, job.request, window.leewayEmit);
    return { ok: true };
  } catch (thrown) {
    return {
      ok: false,
      ...LeewayError.wrap(thrown, 'internal', 'Report this fault with the command that led to it.').report(),
    };
  } finally {
    engine.terminate();
  }
};
