import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

// Imports run one way (top to bottom); a folder may not import what stands above it.
const forbid = (files, names, message) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: [{ regex: names, message }] }],
  },
});

export default ts.config(
  { ignores: ['dist', 'models', 'node_modules', 'test-results', 'playwright-report'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
  },
  forbid(['src/science/*'], '^\\.\\./', 'science imports nothing but science'),
  forbid(['src/errors/**'], '^\\.\\./', 'errors stand at the ground'),
  forbid(['src/onnx/**'], '\\.\\./(?!errors/|onnx/)', 'onnx imports errors alone'),
  forbid(['src/gguf/**'], '\\.\\./(?!errors/|onnx/|gguf/)', 'gguf imports errors and onnx'),
  forbid(['src/models/**'], '\\.\\./(?!errors/|onnx/|models/)', 'models imports errors and onnx'),
  forbid(
    ['src/engine/worker/**'],
    '(client|experiments|state|charts|views|runs|science)/',
    'the worker imports gguf, onnx, models, errors and engine/shared',
  ),
  forbid(
    ['src/engine/client/**', 'src/engine/shared/**'],
    '(worker/(?!worker\\.ts)|experiments|state|charts|views|onnx|gguf)/',
    'the client knows the protocol, not what stands behind it',
  ),
  forbid(
    ['src/experiments/**', 'src/runs/**'],
    '(engine/worker|onnx|gguf|sw|state|charts|views)/',
    'experiments ask the engine client',
  ),
  forbid(
    ['src/charts/**'],
    '(state|views|engine|experiments|onnx|gguf|models|runs|sw)/',
    'charts know no store',
  ),
  forbid(['src/sw/shared/**'], '^\\.\\./', 'what page and service worker share imports nothing else'),
  forbid(
    ['src/sw/client/**', 'src/sw/worker/**'],
    '\\.\\./(?!shared/)',
    'both sides of the service worker know the messages, not each other',
  ),
  forbid(
    ['src/state/**'],
    '(charts|views|engine/worker|onnx|gguf|sw/worker)/',
    'state stands under the views',
  ),
  forbid(['src/views/**'], '(engine/worker|onnx|gguf|sw/worker)/', 'views do not compute'),
);
