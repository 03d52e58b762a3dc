import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { offlineShellPlugin } from './build/offline-shell-plugin.ts';
import { policyPlugin } from './build/policy-plugin.ts';
import { ModelSource } from './server/model-source.ts';
import { modelSourcePlugin } from './server/vite-plugin.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  // Relative, so that one build serves from any folder of any static host.
  base: './',
  plugins: [
    svelte(),
    modelSourcePlugin(new ModelSource(`${root}models`, process.env['LEEWAY_HUB'] ?? `${root}hub`)),
    policyPlugin(),
    offlineShellPlugin(),
  ],
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'] },
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  build: {
    target: 'es2022',
    rollupOptions: { input: { page: `${root}index.html`, lab: `${root}lab.html` } },
    assetsInlineLimit: 0,
  },
});
