import { describe, expect, test } from 'vitest';

import { readDiffIds } from '../../src/oci/image-config.ts';

const DIFF_ID = `sha256:${'a'.repeat(64)}`;
const ROOTFS = `"rootfs":{"type":"layers","diff_ids":["${DIFF_ID}"]}`;

function read(document: string) {
  return readDiffIds(new TextEncoder().encode(document));
}

describe('readDiffIds', () => {
  test.each([
    [
      'as builders write it',
      `{"created":"2024-02-29T23:59:59.123456789Z","architecture":"amd64","os":"linux","config":{"Env":["A=b"],"ExposedPorts":{"80/tcp":{}},"Volumes":{"/data":null},"Labels":{"a":"b"}},${ROOTFS},"history":[{"created":"2024-01-01T00:00:00+02:00","empty_layer":true}]}`,
    ],
    ['with keys in any case', `{"RootFS":{"Diff_IDs":["${DIFF_ID}"]}}`],
    ['with null anywhere else', `{"created":null,"config":null,"history":null,"os.features":null,${ROOTFS}}`],
    ['with fields of other tools, of any type', `{"container_config":7,"config":{"Healthcheck":[]},${ROOTFS}}`],
    ['with an hour of one digit', `{"created":"2024-01-01T3:04:05Z",${ROOTFS}}`],
    ['with a fraction behind a comma', `{"created":"2024-01-01T03:04:05,5Z",${ROOTFS}}`],
    ['with a zone a day away', `{"created":"2024-01-01T03:04:05+24:60",${ROOTFS}}`],
    ['with an empty member of a set', `{"config":{"ExposedPorts":{"80":{"x":1}}},${ROOTFS}}`],
  ])('reads a config %s', (_, document) => {
    expect(read(document)).toEqual({ kind: 'value', value: [DIFF_ID] });
  });

  test.each([
    ['that names none', '{}'],
    ['that is null', 'null'],
    ['whose rootfs is null', '{"rootfs":null}'],
  ])('finds nothing in a config %s', (_, document) => {
    expect(read(document)).toEqual({ kind: 'value', value: [] });
  });

  test.each([
    ['no JSON', 'not json'],
    ['no bytes', ''],
    ['a list', '[]'],
    ['a byte order mark', `\uFEFF{${ROOTFS}}`],
    ['something behind it', `{${ROOTFS}} x`],
    ['diff_ids that is text', `{"rootfs":{"diff_ids":"${DIFF_ID}"}}`],
    ['a diff_id that is a number', '{"rootfs":{"diff_ids":[1]}}'],
    ['an architecture that is a number', `{"architecture":1,${ROOTFS}}`],
    ['a list of ports', `{"config":{"ExposedPorts":["80"]},${ROOTFS}}`],
    ['a port with a number', `{"config":{"ExposedPorts":{"80":1}},${ROOTFS}}`],
    ['a command that is text', `{"config":{"Cmd":"sh"},${ROOTFS}}`],
    ['labels that are numbers', `{"config":{"Labels":{"a":1}},${ROOTFS}}`],
    ['an empty time', `{"created":"",${ROOTFS}}`],
    ['a time without a zone', `{"created":"2024-01-01T00:00:00",${ROOTFS}}`],
    ['a time that is a number', `{"created":0,${ROOTFS}}`],
    ['an hour that is none', `{"created":"2024-01-01T24:00:00Z",${ROOTFS}}`],
    ['a leap second', `{"created":"2024-01-01T23:59:60Z",${ROOTFS}}`],
    ['a day that is none', `{"created":"2023-02-29T00:00:00Z",${ROOTFS}}`],
    ['a time that is none in the history', `{${ROOTFS},"history":[{"created":"yesterday"}]}`],
    ['an empty layer that is text', `{${ROOTFS},"history":[{"empty_layer":"true"}]}`],
  ])('refuses a config with %s', (_, document) => {
    expect(read(document)).toMatchObject({ kind: 'invalid' });
  });
});
