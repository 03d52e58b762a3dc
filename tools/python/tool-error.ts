/** A failure that the person at the keyboard can do something about: what happened, and what to do next. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** Runs a command-line entry; a failure becomes one line on standard error and exit code 1. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const text =
      error instanceof ToolError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
