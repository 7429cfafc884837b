/** A registry of canned bodies, as a process of its own: its memory and its CPU time are not those of what asks it. */
import { createServer, type Socket } from 'node:net';

import { BLOB_SIZE, createContent, type Scene } from './content.ts';

/** What whoever started it may tell it to do. */
export type Order = { readonly failFor: number };

const NOT_FOUND = Buffer.from('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
const FAILED = Buffer.from('{"errors":[{"code":"UNKNOWN","message":"unknown error"}]}');
/** Names on a page of the catalog; the tags come all at once, as from distribution 2.8. */
const PAGE = 1000;

const scene = JSON.parse(process.argv[2] ?? '{}') as Scene;
const content = createContent(scene);
let failUntil = 0;
let requests = 0;

const server = createServer((socket) => {
  let rest = '';
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    rest += chunk;
    for (let end = rest.indexOf('\r\n\r\n'); end !== -1; end = rest.indexOf('\r\n\r\n')) {
      answer(socket, rest.slice(0, end + 2));
      rest = rest.slice(end + 4);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('message', (order: Order | 'count') => {
  if (order === 'count') process.send?.({ requests });
  else failUntil = Date.now() + order.failFor;
});
process.on('disconnect', () => process.exit(0));

function answer(socket: Socket, head: string): void {
  requests += 1;
  const [method = '', target = '', version = ''] = head.slice(0, head.indexOf('\r\n')).split(' ');
  const isOld = version === 'HTTP/1.0';
  const isLast = /\r\nconnection: close\r\n/i.test(head);
  const [path = '', query = ''] = target.split('?');
  const reply = (status: string, fields: string, bytes: Buffer): void => {
    // ab speaks HTTP/1.0, in which a connection is kept only where both say so.
    const close = isLast ? 'Connection: close\r\n' : isOld ? 'Connection: keep-alive\r\n' : '';
    socket.write(`HTTP/1.1 ${status}\r\n${fields}Content-Length: ${bytes.length}\r\n${close}\r\n`, 'latin1');
    if (method !== 'HEAD') socket.write(bytes);
    if (isLast) socket.end();
  };
  if (Date.now() < failUntil) return reply('503 Service Unavailable', 'Content-Type: application/json\r\n', FAILED);
  const [, repository = '', kind = '', name = ''] = /^\/v2\/(.*?)\/(manifests|blobs|tags)\/(.*)$/.exec(path) ?? [];
  if (kind === 'blobs') return answerBlob(reply, head, name);
  if (kind === 'manifests') return answerManifest(reply, name);
  const json = 'Content-Type: application/json\r\n';
  if (kind === 'tags') {
    const tags = Array.from({ length: scene.tags }, (_, index) => tagName(index));
    return reply('200 OK', json, Buffer.from(JSON.stringify({ name: repository, tags })));
  }
  if (path !== '/v2/_catalog') return reply('200 OK', json, Buffer.from('{}'));
  const last = new URLSearchParams(query).get('last');
  const begin = last === null ? 0 : Number(last.slice(1)) + 1;
  const size = Math.min(PAGE, scene.repositories - begin);
  const repositories = Array.from({ length: Math.max(0, size) }, (_, index) => repositoryName(begin + index));
  const link =
    begin + size < scene.repositories
      ? `Link: </v2/_catalog?last=${repositories.at(-1)}&n=${PAGE}>; rel="next"\r\n`
      : '';
  return reply('200 OK', json + link, Buffer.from(JSON.stringify({ repositories })));
}

type Reply = (status: string, fields: string, bytes: Buffer) => void;

const BLOB = Buffer.alloc(BLOB_SIZE, 'x');

function answerBlob(reply: Reply, head: string, digest: string): void {
  const fields = `Content-Type: application/octet-stream\r\nDocker-Content-Digest: ${digest}\r\n`;
  if (content.isGone(digest)) return reply('404 Not Found', 'Content-Type: application/json\r\n', NOT_FOUND);
  const [, first, last] = /\r\nrange: bytes=(\d+)-(\d+)/i.exec(head) ?? [];
  if (first === undefined || last === undefined) return reply('200 OK', fields, BLOB);
  const part = BLOB.subarray(Number(first), Number(last) + 1);
  reply('206 Partial Content', `${fields}Content-Range: bytes ${first}-${last}/${BLOB_SIZE}\r\n`, part);
}

function answerManifest(reply: Reply, name: string): void {
  const body = name.startsWith('sha256:') ? content.byDigest(name) : content.ofTag(Number(name.slice(1)));
  if (body === undefined || content.isGone(name)) {
    return reply('404 Not Found', 'Content-Type: application/json\r\n', NOT_FOUND);
  }
  reply('200 OK', `Content-Type: ${body.type}\r\nDocker-Content-Digest: ${body.digest}\r\n`, body.bytes);
}

/** As sorted by text as by number. */
function tagName(index: number): string {
  return `v${String(index).padStart(7, '0')}`;
}

function repositoryName(index: number): string {
  return `r${String(index).padStart(7, '0')}`;
}
