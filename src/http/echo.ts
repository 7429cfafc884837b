import { CREDENTIALS } from './headers.ts';

/** In place of what was taken out; it is as good inside of JSON as of any other text. */
const STAND_IN = '***';
/** What is shorter is no secret, but might be a part of any word. */
const SHORTEST_SECRET = 8;

/**
 * An error document without the credentials that the request went out with: some servers and gateways quote the headers
 * they did not like, and what an error says goes into reports and logs. Header names must be in lower case.
 */
export function withoutEcho(body: Uint8Array, headers: Readonly<Record<string, string>>): Uint8Array {
  const secrets = Object.entries(headers)
    .filter(([name]) => CREDENTIALS.has(name))
    .map(([, value]) => value.replace(/^\S+\s+/, ''))
    .filter((secret) => secret.length >= SHORTEST_SECRET);
  if (secrets.length === 0 || body.length === 0) return body;
  // One character for each byte, so that all other bytes stay as they are, whatever they mean.
  const text = Buffer.from(body).toString('latin1');
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, STAND_IN), text);
  return clean === text ? body : Buffer.from(clean, 'latin1');
}
