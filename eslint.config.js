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
  { ignores: ['dist', 'models', 'hub', 'node_modules', 'test-results', 'playwright-report'] },
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
  forbid(
    ['src/vectors/**'],
    '\\.\\./(?!errors/|gguf/|science/|vectors/)',
    'vectors imports errors, gguf and science',
  ),
  forbid(['src/channel/**'], '\\.\\./(?!errors/|channel/)', 'a channel knows no side of itself'),
  forbid(
    ['src/library/worker/**', 'src/library/shared/**'],
    '(client|engine|experiments|state|charts|views|runs|science|gguf)/',
    'the library keeps models and opens none',
  ),
  forbid(
    ['src/library/client/**'],
    '(worker/(?!worker\\.ts)|engine|experiments|state|charts|views|onnx|gguf)/',
    'the client knows the protocol, not what stands behind it',
  ),
  forbid(['src/models/**'], '\\.\\./(?!errors/|onnx/|models/)', 'models imports errors and onnx'),
  forbid(
    ['src/engine/worker/**'],
    '(client|library|experiments|state|charts|views|runs|vectors)/|science/(?!(sampler|steering-vector)\\.ts)',
    'the worker imports gguf, onnx, models, errors, channel, engine/shared, and of science what it draws tokens with',
  ),
  forbid(
    ['src/engine/client/**', 'src/engine/shared/**'],
    '(worker/(?!worker\\.ts)|experiments|state|charts|views|onnx|gguf)/',
    'the client knows the protocol, not what stands behind it',
  ),
  forbid(
    ['src/experiments/**', 'src/runs/**'],
    '(engine/worker|library/worker|onnx|gguf|sw|state|charts|views|reports)/',
    'experiments ask the clients',
  ),
  forbid(
    ['src/reports/**'],
    '\\.\\./(?!errors/|science/|runs/|charts/svg/|reports/)',
    'reports are made of runs, what science says of them, and drawings without a page',
  ),
  forbid(
    ['src/links/**'],
    '\\.\\./(?!errors/|science/|runs/|links/)',
    'links say in an address what runs say of themselves',
  ),
  forbid(
    ['src/charts/**'],
    '(state|views|engine|library|experiments|onnx|gguf|models|runs|reports|sw|vectors)/',
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
    '(charts|views|engine/worker|library/worker|onnx|gguf|sw/worker)/',
    'state stands under the views',
  ),
  forbid(['src/views/**'], '(engine/worker|library/worker|onnx|gguf|sw/worker)/', 'views do not compute'),
);
