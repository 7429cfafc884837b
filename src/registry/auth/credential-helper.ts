import { execFile } from 'node:child_process';

import * as z from 'zod';

import { CredentialError } from './credential-error.ts';
import type { Credentials } from './credentials.ts';

/** Runs `docker-credential-<name> get` with the input on its standard input. */
export type RunHelper = (
  name: string,
  input: string,
) => Promise<{ readonly code: number | null; readonly stdout: string }>;

/** A helper asks a keychain or a cloud's metadata service; one that takes longer waits for somebody who is not there. */
const HELPER_TIMEOUT_MS = 10_000;
/** A registry token is at most a few KiB. */
const HELPER_OUTPUT_LIMIT = 256 * 1024;
/** What becomes part of a program's name must not name a path. */
const HELPER_NAME = /^[a-z0-9_-]+$/i;
/** The user name under which helpers hand out an identity token. */
const IDENTITY_TOKEN_USER = '<token>';

/** https://github.com/docker/docker-credential-helpers/blob/v0.9.3/credentials/credentials.go */
const HelperAnswer = z.object({ Username: z.string(), Secret: z.string() });

/** Asks a credential helper for a server's credentials: `none` when it has none. Throws a `CredentialError` else. */
export async function askHelper(name: string, server: string, run: RunHelper): Promise<Credentials> {
  if (!HELPER_NAME.test(name)) {
    throw new CredentialError('credential_helper', `'${name}' is no name of a credential helper`);
  }
  const { code, stdout } = await run(name, server);
  if (code !== 0) {
    if (/credentials not found/i.test(stdout)) return { kind: 'none' };
    // What it printed is left out, in case it is more than an error message.
    throw new CredentialError(
      'credential_helper',
      `docker-credential-${name} ended with code ${code ?? 'none'} for ${server}; try: echo ${server} | docker-credential-${name} get`,
    );
  }
  const answer = parseAnswer(stdout);
  if (answer === null) {
    throw new CredentialError(
      'credential_helper',
      `docker-credential-${name} gave no Username and Secret for ${server}`,
    );
  }
  if (answer.Secret === '') return { kind: 'none' };
  return answer.Username === IDENTITY_TOKEN_USER
    ? { kind: 'identity-token', token: answer.Secret }
    : { kind: 'basic', username: answer.Username, password: answer.Secret };
}

/** Runs a real helper, found on the path, for ten seconds at most. Throws a `CredentialError` when it cannot be run. */
export const runHelper: RunHelper = (name, input) =>
  new Promise((resolve, reject) => {
    const program = `docker-credential-${name}`;
    const options = { timeout: HELPER_TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: HELPER_OUTPUT_LIMIT } as const;
    const child = execFile(program, ['get'], options, (error, stdout) => {
      if (error === null) return resolve({ code: 0, stdout });
      if (typeof error.code === 'number') return resolve({ code: error.code, stdout });
      const why =
        error.killed === true ? `it did not answer within ${HELPER_TIMEOUT_MS / 1000} s` : (error.code ?? 'killed');
      return reject(new CredentialError('credential_helper', `cannot run ${program}: ${why}`));
    });
    // A helper that ends without reading its input is judged by its exit code.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });

function parseAnswer(stdout: string): z.infer<typeof HelperAnswer> | null {
  try {
    return HelperAnswer.safeParse(JSON.parse(stdout)).data ?? null;
  } catch {
    return null;
  }
}
