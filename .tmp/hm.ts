import { createContent } from '../test/bench/canned/content.ts';
import { walkCatalog } from '../src/walk/catalog-walk.ts';
import { OPTIONS } from '../test/support/walk.ts';
import { silentLog } from '../src/util/log.ts';
const N = Number(process.argv[2] ?? 5000);
const content = createContent({ repositories: 1, tags: N, sharedLayers: 5, ownLayers: 1, platforms: 2, damage: 'children' });
const mb = (s: string) => { globalThis.gc?.(); const m = process.memoryUsage(); console.log(s.padEnd(30), (m.heapUsed / 2 ** 20).toFixed(1), 'MiB', ((m.heapUsed-base)/(N*0.9*2)).toFixed(0), 'B/finding', 'ab', (m.arrayBuffers/2**20).toFixed(1)); };
let base = 0;
const tags = Array.from({ length: N }, (_, i) => `v${String(i).padStart(7, '0')}`);
for (const t of tags) content.ofTag(Number(t.slice(1)));
globalThis.gc?.(); base = process.memoryUsage().heapUsed;
const obs = (method: string, status: number, bytes: number | null) => ({ method, status, bytes, detail: `${method} answered ${status} ${['MANIFEST','UNKNOWN'].join('_')}: manifest unknown` });
let rounds = 0;
const clock = { now: () => 0, schedule: () => () => {}, sleep: async () => { mb(`before round ${++rounds}`); } };
const source: any = {
  repositories: async () => ({ kind: 'found', value: ['app'] }),
  tags: async () => ({ kind: 'found', value: tags.map((t) => (' ' + t).slice(1)) }),
  resolve: async (_r: string, ref: any) => { const b = content.ofTag(Number(ref.tag.slice(1))); return { kind: 'found', value: { kind: 'manifest', digest: Buffer.from(b.digest).toString(), mediaType: b.type, size: b.bytes.length, observed: obs('HEAD', 200, null) } }; },
  manifest: async (_r: string, digest: string) => { if (content.isGone(digest)) return { kind: 'absent', fault: 'missing', observed: obs('GET', 404, 80) }; const b = content.byDigest(digest)!; return { kind: 'found', value: { bytes: b.bytes, mediaType: b.type, observed: obs('GET', 200, 80) } }; },
  manifestByTag: async () => ({ kind: 'absent', fault: 'missing', observed: obs('GET', 404, 80) }),
  blob: async (_r: string, d: any) => ({ kind: 'found', value: { size: d.size } }),
};
const never = new AbortController().signal;
const result = await walkCatalog({ source, clock, log: silentLog, stop: never, abort: never } as any, { ...OPTIONS, blobCheck: 'head' });
mb('after the walk');
console.log(result.findings.length, result.verdict);
if (process.argv[3]) { const v8 = await import('node:v8'); }
