import { describe, expect, test } from 'vitest';

import { parseImageName } from '../../src/kubernetes/image-name.ts';
import { formatReference } from '../../src/oci/reference.ts';
import { DIGEST } from './objects.ts';

describe('the name of an image in a workload', () => {
  test.each([
    ['registry.example.com/team/app:v1', 'registry.example.com/team/app:v1'],
    ['registry.example.com/team/app', 'registry.example.com/team/app:latest'],
    ['registry.example.com:5000/app:v1', 'registry.example.com:5000/app:v1'],
    ['registry.example.com:443/app:v1', 'registry.example.com/app:v1'],
    ['REGISTRY.example.com/app:v1', 'registry.example.com/app:v1'],
    ['REGISTRY.example.com:443/app:v1', 'registry.example.com/app:v1'],
    ['registry:443/app:v1', 'registry/app:v1'],
    ['registry:5000/app:v1', 'registry:5000/app:v1'],
    ['REGISTRY/app:v1', 'registry/app:v1'],
    ['[::1]/app:v1', '[::1]/app:v1'],
    ['[0:0:0:0:0:0:0:1]/app:v1', '[::1]/app:v1'],
    ['[::1]:5000/app:v1', '[::1]:5000/app:v1'],
    ['localhost/app:v1', 'localhost/app:v1'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['10.0.0.1:5000/app:v1', '10.0.0.1:5000/app:v1'],
    [`registry.example.com/app@${DIGEST}`, `registry.example.com/app@${DIGEST}`],
    [`registry.example.com/app:v1@${DIGEST}`, `registry.example.com/app@${DIGEST}`],
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.29', 'docker.io/library/nginx:1.29'],
    ['team/app:v1', 'docker.io/team/app:v1'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['index.docker.io/team/app', 'docker.io/team/app:latest'],
    ['team/sub/app:v1', 'docker.io/team/sub/app:v1'],
  ])('%s is pulled as %s', (written, pulled) => {
    const reference = parseImageName(written);

    expect(reference === null ? null : formatReference(reference)).toBe(pulled);
  });

  test.each([
    [''],
    ['registry.example.com/'],
    ['registry.example.com/Team/app'],
    ['registry.example.com/app:'],
    ['registry.example.com/app@sha256:1234'],
    ['registry.example.com/app:v1@'],
    ['https://registry.example.com/app'],
    ['user@registry.example.com/app'],
    ['registry.example.com./app'],
    ['[:::]/app'],
    ['registry.example.com:99999/app'],
    [' registry.example.com/app'],
  ])('%o is no image', (written) => {
    const reference = parseImageName(written);

    expect(reference).toBeNull();
  });
});
