import { bool, decodeJson, entries, few, list, optional, struct, text, unreadText, type Decoded } from './go-json.ts';
import { time } from './go-time.ts';

/** What is read of an image's config. Fields that do not matter here are read all the same: a wrong type is an error. */
interface Fields {
  readonly created: null;
  readonly author: null;
  readonly architecture: null;
  readonly os: null;
  readonly 'os.version': null;
  readonly 'os.features': readonly null[];
  readonly variant: null;
  readonly config: object;
  readonly rootfs: { readonly type: null; readonly diff_ids: readonly string[] };
  readonly history: readonly object[];
}

/** Go's `struct{}`, as which sets of names are written: an object whatever is in it. */
const Nothing = struct<object>({});

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#properties */
const ImageConfig = struct<Fields>({
  created: optional(time),
  author: unreadText,
  architecture: unreadText,
  os: unreadText,
  'os.version': unreadText,
  'os.features': few(unreadText, 0),
  variant: unreadText,
  config: struct<object>({
    User: unreadText,
    ExposedPorts: entries(Nothing),
    Env: few(unreadText, 0),
    Entrypoint: few(unreadText, 0),
    Cmd: few(unreadText, 0),
    Volumes: entries(Nothing),
    WorkingDir: unreadText,
    Labels: entries(unreadText),
    StopSignal: unreadText,
    ArgsEscaped: bool,
  }),
  rootfs: struct<Fields['rootfs']>({ type: unreadText, diff_ids: list(text) }),
  history: few<object>(
    struct<object>({
      created: optional(time),
      created_by: unreadText,
      author: unreadText,
      comment: unreadText,
      empty_layer: bool,
    }),
    0,
  ),
});

/**
 * The digests of an image's layers as they are when they are unpacked, from the lowest one up, or why no node can read
 * the config that has to say them.
 */
export function readDiffIds(bytes: Uint8Array): Decoded<readonly string[]> {
  const decoded = decodeJson(bytes, ImageConfig);
  return decoded.kind !== 'value' ? decoded : { kind: 'value', value: decoded.value.rootfs.diff_ids };
}
