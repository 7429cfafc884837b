import { bool, decodeJson, list, map, optional, struct, text, time, type Decoded } from './go-json.ts';

/** What is read of an image's config. Fields that do not matter here are read all the same: a wrong type is an error. */
interface Fields {
  readonly created: null;
  readonly author: string;
  readonly architecture: string;
  readonly os: string;
  readonly 'os.version': string;
  readonly 'os.features': readonly string[];
  readonly variant: string;
  readonly config: object;
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
  readonly history: readonly object[];
}

/** Go's `struct{}`, as which sets of names are written: an object whatever is in it. */
const Nothing = struct<object>({});

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#properties */
const ImageConfig = struct<Fields>({
  created: optional(time),
  author: text,
  architecture: text,
  os: text,
  'os.version': text,
  'os.features': list(text),
  variant: text,
  config: struct<object>({
    User: text,
    ExposedPorts: map(Nothing),
    Env: list(text),
    Entrypoint: list(text),
    Cmd: list(text),
    Volumes: map(Nothing),
    WorkingDir: text,
    Labels: map(text),
    StopSignal: text,
    ArgsEscaped: bool,
  }),
  rootfs: struct<Fields['rootfs']>({ type: text, diff_ids: list(text) }),
  history: list(
    struct<object>({
      created: optional(time),
      created_by: text,
      author: text,
      comment: text,
      empty_layer: bool,
    }),
  ),
});

/**
 * The digests of an image's layers as they are when they are unpacked, from the lowest one up, or why no node can read
 * the config that has to say them.
 */
export function readDiffIds(bytes: Uint8Array): Decoded<readonly string[]> {
  const decoded = decodeJson(bytes, ImageConfig);
  return decoded.kind === 'invalid' ? decoded : { kind: 'value', value: decoded.value.rootfs.diff_ids };
}
