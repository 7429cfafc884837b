import type { ClientCertificate } from '../http/options.ts';
import { messageOf } from '../util/errors.ts';
import { chainProblem, isPair, privateKeyProblem } from './client-certificate.ts';
import type { Given } from './given.ts';
import { withoutLineEnd } from './line-end.ts';
import type { Problems } from './problem.ts';
import { isTree } from './tree.ts';

/** Reads a whole text file; rejects as Node's file system does. */
export type ReadFile = (path: string) => Promise<string>;

/** Reads the files that settings name; what is wrong with one becomes a problem, and the content null. */
export interface ContentReader {
  /** A password or a token: one line, without the newline at its end. */
  secret(given: Given | undefined): Promise<string | null>;
  /** Certificates in PEM. */
  certificates(given: Given | undefined): Promise<string | null>;
  /** A client certificate with its private key; null without both. */
  clientCertificate(cert: Given | undefined, key: Given | undefined): Promise<ClientCertificate | null>;
  /** A JSON mapping, as text. */
  json(given: Given | undefined): Promise<string | null>;
}

/** Builds the reader. */
export function createContentReader(readFile: ReadFile, problems: Problems): ContentReader {
  async function read(given: Given | undefined, problemOf: (content: string) => string | null): Promise<string | null> {
    // What is no path has been told already.
    if (given === undefined || typeof given.value !== 'string' || given.value === '') return null;
    const add = (problem: string): void => problems.add(given.origin, given.path, problem);
    try {
      const content = await readFile(given.value);
      const problem = problemOf(content);
      if (problem === null) return content;
      add(`'${given.value}' ${problem}`);
    } catch (thrown) {
      add(`cannot read '${given.value}': ${describeReadFailure(thrown)}`);
    }
    return null;
  }

  return {
    secret: async (given) => oneLine(await read(given, secretProblem)),
    certificates: (given) => read(given, certificateProblem),
    async clientCertificate(certGiven, keyGiven) {
      const cert = await read(certGiven, (content) => certificateProblem(content) ?? chainProblem(content));
      const key = await read(keyGiven, privateKeyProblem);
      if (cert === null || key === null || keyGiven === undefined) return null;
      if (isPair(cert, key)) return { cert, key };
      const { origin, path, value } = keyGiven;
      problems.add(
        origin,
        path,
        `'${String(value)}' is not the key of the certificate in '${String(certGiven?.value)}'`,
      );
      return null;
    },
    json: (given) => read(given, jsonProblem),
  };
}

function oneLine(text: string | null): string | null {
  return text === null ? null : withoutLineEnd(text);
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

/** Why a file could not be read, in a few words. */
export function describeReadFailure(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  return (typeof code === 'string' ? READ_FAILURES[code] : undefined) ?? messageOf(thrown);
}

function secretProblem(content: string): string | null {
  const secret = withoutLineEnd(content);
  if (secret === '') return 'is empty';
  return /[\r\n]/.test(secret) ? 'has more than one line' : null;
}

function certificateProblem(content: string): string | null {
  return content.includes('-----BEGIN CERTIFICATE-----') ? null : 'holds no certificate in PEM (BEGIN CERTIFICATE)';
}

function jsonProblem(content: string): string | null {
  try {
    return isTree(JSON.parse(content)) ? null : 'holds no JSON mapping';
  } catch {
    // The parser's own words quote the file.
    return 'is not JSON';
  }
}
