import type { DemoRequest } from './request.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Whether the request carries these credentials, in the Basic scheme. */
export function isBasic(request: DemoRequest, { username, password }: Credentials): boolean {
  const encoded = /^basic (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  return encoded !== undefined && Buffer.from(encoded, 'base64').toString() === `${username}:${password}`;
}
