import { answer, JSON_TYPE, plainText, type Answer } from './answer.ts';
import { referrers } from './attached.ts';
import type { Gate } from './auth.ts';
import { blob } from './blobs.ts';
import { catalog, tagList } from './listings.ts';
import { manifest } from './manifests.ts';
import type { DemoRequest } from './request.ts';
import type { DemoStore } from './store.ts';

export interface RouteOptions {
  /** Page tag lists as distribution 3 does. */
  readonly pageTags: boolean;
  /** The largest `n` that the catalog takes. */
  readonly largestPage: number;
  /** How many referrers it lists on a page; null where it lists none, as distribution does. */
  readonly referrers: number | null;
}

/** What the registry says to a request while nothing is wrong with it. */
export function createRoutes(store: DemoStore, gate: Gate, options: RouteOptions): (request: DemoRequest) => Answer {
  return function route(request) {
    if (request.kind === 'token') return readOnly(request, () => gate.token(request) ?? notFound());
    if (request.kind === 'other') return notFound();
    return gate.refuse(request) ?? readOnly(request, () => content(request));
  };

  function content(request: DemoRequest): Answer {
    switch (request.kind) {
      case 'base':
        return answer(200, '{}', { 'content-type': JSON_TYPE });
      case 'catalog':
        return listing(request, () => catalog(store, request, options.largestPage));
      case 'tags':
        return listing(request, () => tagList(store, request, options.pageTags));
      case 'manifest':
        return manifest(store, request);
      case 'referrers': {
        const { referrers: pageSize } = options;
        return pageSize === null ? notFound() : listing(request, () => referrers(store, request, pageSize));
      }
      case 'blob':
        return blob(store, request);
      default:
        return notFound();
    }
  }
}

/** Nobody changes this registry over HTTP. */
function readOnly(request: DemoRequest, handle: () => Answer): Answer {
  return request.method === 'GET' || request.method === 'HEAD' ? handle() : notAllowed('GET, HEAD');
}

/** 2.8 refuses a HEAD for a list. */
function listing(request: DemoRequest, handle: () => Answer): Answer {
  return request.method === 'GET' ? handle() : notAllowed('GET');
}

function notAllowed(allow: string): Answer {
  return plainText(405, 'Method not allowed', { allow });
}

function notFound(): Answer {
  return plainText(404, '404 page not found');
}
