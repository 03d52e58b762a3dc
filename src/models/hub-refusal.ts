import { LeewayError } from '../errors/leeway-error.ts';

/**
 * Why a hub will never give what was asked for, in words for a person; undefined where trying again may help.
 * The hub says more than its status in `X-Error-Code` (huggingface_hub, utils/_http.py): without an account a repository
 * that does not exist answers 401, as a private one does.
 */
export function refusalOf(response: Response, what: string): LeewayError | undefined {
  const { status } = response;
  const code = response.headers.get('x-error-code') ?? '';
  if (code === 'GatedRepo')
    return new LeewayError(
      'model-not-found',
      `${what} is gated: its publisher gives it only to people who have accepted the terms with an account.`,
      'Choose an open copy of the model: this page never asks for an account. Or download it yourself and drop its folder or .gguf file here.',
    );
  if (code === 'DisabledRepo')
    return new LeewayError(
      'model-not-found',
      `${what} was switched off by the hub.`,
      'Choose another model.',
    );
  if (code === 'RevisionNotFound')
    return new LeewayError(
      'model-not-found',
      `${what} no longer has the version that was asked for.`,
      'Look for its newest version in the Library.',
    );
  if (code === 'EntryNotFound')
    return new LeewayError(
      'model-not-found',
      `${what} is not there.`,
      'Look for the newest version of the model in the Library.',
    );
  if (status === 401 || status === 403)
    return new LeewayError(
      'model-not-found',
      `${what} is gated, private or does not exist (status ${status}).`,
      'Check the name, or choose an open model: this page never asks for an account.',
    );
  if (status === 404 || status === 410 || status === 204)
    return new LeewayError(
      'model-not-found',
      `${what} does not exist.`,
      'Check the model’s name, or choose a model that is already on this device.',
    );
  return undefined;
}
