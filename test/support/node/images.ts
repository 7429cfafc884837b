import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { rawLayer } from '../../../src/demo/layer.ts';
import { sealJson } from '../../../src/demo/sealed.ts';
import { OCI_MANIFEST } from '../../../src/oci/media-types.ts';
import { buildBundle } from '../image/bundle.ts';
import { librariesOf } from '../image/libraries.ts';
import { type Contents, descriptorOf, handmade } from '../pullers/contents.ts';

const execute = promisify(execFile);

const NOBODY = 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n';
/** Waits for ever, as what holds a pod's namespaces has to; Go ends a program that only waits for nothing. */
const PAUSE = `package main

import "time"

func main() {
	for {
		time.Sleep(time.Hour)
	}
}
`;

/** The image of what holds a pod together: a static program that does nothing. */
export async function pauseImage(): Promise<Contents> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, 'main.go'), PAUSE);
    await execute('go', ['build', '-ldflags', '-s -w', '-o', join(folder, 'pause'), join(folder, 'main.go')], {
      env: { ...process.env, CGO_ENABLED: '0', GO111MODULE: 'off' },
    });
    return imageOf(folder, { '/pause': join(folder, 'pause') }, { Entrypoint: ['/pause'] });
  });
}

/** The image of the probe as it is released, with this machine's Node. */
export async function probeImage(): Promise<Contents> {
  const bundle = await buildBundle();
  return inFolder(async (folder) => {
    const users = join(folder, 'passwd');
    await writeFile(users, NOBODY);
    const libraries = await librariesOf(process.execPath);
    const files = {
      '/nodejs/bin/node': process.execPath,
      ...Object.fromEntries(libraries.map((path) => [path, path])),
      ...Object.fromEntries(bundle.files.map((name) => [`/app/${name}`, join(bundle.folder, name)])),
      '/etc/passwd': users,
    };
    return imageOf(folder, files, {
      User: '65532:65532',
      Env: ['PATH=/nodejs/bin:/usr/bin:/bin', 'HOME=/home/nonroot', 'NODE_ENV=production'],
      WorkingDir: '/app',
      Entrypoint: ['node', '/app/registry-integrity-probe.mjs'],
      Cmd: ['--help'],
    });
  });
}

/** One layer that is not packed, with files of this machine at other paths, and how the image is started. */
async function imageOf(folder: string, files: Readonly<Record<string, string>>, config: object): Promise<Contents> {
  const root = join(folder, 'root');
  for (const [target, from] of Object.entries(files)) {
    await mkdir(dirname(join(root, target)), { recursive: true });
    await symlink(from, join(root, target));
  }
  const archive = join(folder, 'layer.tar');
  const ownedByRoot = ['--owner=0', '--group=0', '--numeric-owner', '--mode=a+rX'];
  await execute('tar', ['-C', root, '--dereference', ...ownedByRoot, '-cf', archive, '.']);
  const layer = rawLayer(await readFile(archive), 'application/vnd.oci.image.layer.v1.tar');
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const sealed = sealJson('application/vnd.oci.image.config.v1+json', {
    os: 'linux',
    architecture,
    config,
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
  });
  const document = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptorOf(sealed),
    layers: [descriptorOf(layer)],
  };
  return handmade(OCI_MANIFEST, document, [sealed, layer]);
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'image-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
