import { describe, expect, test } from 'vitest';

import { readNodePlatforms } from '../../src/kubernetes/nodes.ts';
import { keepLog } from '../cli/kept-log.ts';
import { connectedApi, NEVER } from './scene.ts';

function node(name: string, architecture?: string, operatingSystem = 'linux') {
  const nodeInfo = architecture === undefined ? undefined : { architecture, operatingSystem };
  return { metadata: { namespace: '', name }, status: { nodeInfo } };
}

describe('the platforms of nodes', () => {
  test('are read to the end of the list, each once', async () => {
    const { api, server } = await connectedApi();
    const many = Array.from({ length: 150 }, (_, index) => node(`amd64-${index}`, 'amd64'));
    server.objects.set('nodes', [...many, node('arm64', 'arm64'), node('pane', 'amd64', 'windows'), node('silent')]);

    const platforms = await readNodePlatforms({ api, log: keepLog() }, NEVER);

    expect(platforms).toEqual(['linux/amd64', 'linux/arm64', 'windows/amd64']);
  });

  test('are not known where the right is missing, and that is told with the right', async () => {
    const { api, server } = await connectedApi();
    server.denied.add('list nodes');
    const log = keepLog();

    const platforms = await readNodePlatforms({ api, log }, NEVER);

    expect(platforms).toBeNull();
    expect(log.lines).toMatchObject([{ level: 'warn', verb: 'list', resource: 'nodes' }]);
  });
});
