import { ProbeError } from '../../util/errors.ts';

export type CredentialErrorCode = 'docker_config' | 'credential_helper';

/** Credentials are configured, and cannot be read. The message names the file or the helper, never what is in it. */
export class CredentialError extends ProbeError<CredentialErrorCode> {
  override readonly name = 'CredentialError';
}
