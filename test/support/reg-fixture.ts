import { buildAttestation, buildImage, buildIndex, type Image, type Index } from '../../src/demo/content.ts';

const amd64 = buildImage({ seed: 'reg/app/amd64' });
const arm64 = buildImage({ seed: 'reg/app/arm64', platform: { os: 'linux', architecture: 'arm64' } });
const attestation = buildAttestation(amd64);

/** An image with its repository and tag. */
export interface Fixture<T extends Image | Index> {
  readonly repository: string;
  readonly tag: string;
  readonly content: T;
}

/** `app:v1`: an index of two platforms and an attestation. */
export const app: Fixture<Index> & {
  readonly amd64: Image;
  readonly arm64: Image;
  readonly attestation: Image;
} = {
  repository: 'app',
  tag: 'v1',
  content: buildIndex([amd64, arm64, attestation]),
  amd64,
  arm64,
  attestation,
};

/** `single:v1`: a plain manifest with two layers. */
export const single: Fixture<Image> = {
  repository: 'single',
  tag: 'v1',
  content: buildImage({ seed: 'reg/single' }),
};
