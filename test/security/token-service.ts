import { addressFor, startDemo, type Demo } from '../http/demo.ts';
import type { ReverseProxy } from '../support/servers/reverse-proxy.ts';
import type { Login } from './logins.ts';

/** A registry whose token service is on another origin. */
export interface GuardedDemo extends Demo {
  /** What the registry names as its realm, and who asked there. */
  readonly realm: ReverseProxy;
}

/** Starts a registry that asks for tokens, with the token service under another address. */
export async function startGuarded(login: Login, realmProtocol: 'http' | 'https' = 'http'): Promise<GuardedDemo> {
  // The registry has to know the address of its realm before it has one itself.
  const target = new URL('http://127.0.0.1/');
  const realm = await addressFor(target, realmProtocol);
  const demo = await startDemo({ auth: { bearer: { ...login, realm: new URL('/token', realm.url).href } } });
  target.port = demo.url.port;
  return { ...demo, realm };
}
