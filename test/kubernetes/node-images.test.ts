import { describe, expect, test } from 'vitest';

import { readHolders } from '../../src/kubernetes/node-images.ts';
import { keepLog } from '../cli/kept-log.ts';
import { connectedApi, NEVER } from './scene.ts';

const APP = `sha256:${'a'.repeat(64)}`;
const WEB = `sha256:${'b'.repeat(64)}`;

function node(name: string, ...images: readonly (readonly unknown[] | null)[]) {
  const nodeInfo = { architecture: 'amd64', operatingSystem: 'linux' };
  return {
    metadata: { namespace: '', name },
    status: { nodeInfo, images: images.map((names) => ({ names, sizeBytes: 1 })) },
  };
}

describe('the nodes that hold an image', () => {
  test('are named by what they list under its digest, three for each, to the end of the list', async () => {
    const { api, server } = await connectedApi();
    const many = Array.from({ length: 120 }, (_, index) => node(`empty-${index}`, ['registry.example.com/app:v1']));
    const held = [`registry.example.com/app@${APP}`, 'registry.example.com/app:v1'];
    const holders = ['w-1', 'w-2', 'w-3', 'w-4'].map((name) => node(name, held, [`mirror.example.com/app@${APP}`]));
    server.objects.set('nodes', [...many, ...holders, node('other', [`registry.example.com/web@${WEB}`])]);

    const found = await readHolders(new Set([APP]), { api, log: keepLog() }, NEVER);

    expect([...found.keys()]).toEqual([APP]);
    expect(found.get(APP)?.map((one) => one.node)).toEqual(['w-1', 'w-2', 'w-3']);
    expect(found.get(APP)?.[0]).toEqual({ node: 'w-1', platform: 'linux/amd64', image: held[0] });
  });

  test('are not named by what is no name', async () => {
    const { api, server } = await connectedApi();
    server.objects.set('nodes', [node('odd', null, [7, null, `${'x'.repeat(600)}@${APP}`], ['@'])]);

    expect((await readHolders(new Set([APP]), { api, log: keepLog() }, NEVER)).size).toBe(0);
  });

  test('are not known where the right is missing, and that is told', async () => {
    const { api, server } = await connectedApi();
    server.denied.add('list nodes');
    const log = keepLog();

    expect((await readHolders(new Set([APP]), { api, log }, NEVER)).size).toBe(0);
    expect(log.lines).toMatchObject([{ level: 'warn', verb: 'list', resource: 'nodes' }]);
  });
});
