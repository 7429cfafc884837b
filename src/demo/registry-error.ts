import { json, type Answer } from './answer.ts';

/**
 * The errors that are spoken here, in the words of distribution 2.8.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes
 */
const ERRORS = {
  BLOB_UNKNOWN: { status: 404, message: 'blob unknown to registry' },
  DENIED: { status: 403, message: 'requested access to the resource is denied' },
  DIGEST_INVALID: { status: 400, message: 'provided digest did not match uploaded content' },
  MANIFEST_UNKNOWN: { status: 404, message: 'manifest unknown' },
  NAME_UNKNOWN: { status: 404, message: 'repository name not known to registry' },
  PAGINATION_NUMBER_INVALID: { status: 400, message: 'invalid number of results requested' },
  TOOMANYREQUESTS: { status: 429, message: 'too many requests' },
  UNAUTHORIZED: { status: 401, message: 'authentication required' },
  UNAVAILABLE: { status: 503, message: 'service unavailable' },
  UNKNOWN: { status: 500, message: 'unknown error' },
} as const;

export type RegistryErrorCode = keyof typeof ERRORS;

interface ErrorOptions {
  readonly detail?: unknown;
  readonly message?: string;
  readonly headers?: Answer['headers'];
}

/** The answer that names one error. */
export function registryError(code: RegistryErrorCode, { detail, message, headers }: ErrorOptions = {}): Answer {
  const known = ERRORS[code];
  return json(known.status, { errors: [{ code, message: message ?? known.message, detail }] }, headers);
}

/** The error that goes with a status; `UNKNOWN` where none does. */
export function errorForStatus(status: number): RegistryErrorCode {
  const codes = Object.keys(ERRORS) as RegistryErrorCode[];
  return codes.find((code) => ERRORS[code].status === status) ?? 'UNKNOWN';
}
