import { edited, editedIndex, type Document } from '../../support/pullers/contents.ts';
import { ALL, NONE, type OddCase, siblings, sound } from '../odd-case.ts';

type List = readonly Document[];

/** Neither Docker nor skopeo holds a layer against its size. */
const NOT_BY_SIZE = 'c2- c1- D+ S+ C-';
const INVALID = 'manifest/invalid';

/** Writes the size of the first layer otherwise. */
function withSize(seed: string, size: unknown) {
  return edited(seed, (document) => {
    const [first, ...others] = document['layers'] as List;
    return { ...document, layers: [{ ...first, size }, ...others] };
  });
}

/** Writes it as a number that JSON has and JSON.stringify does not write. */
function withRawSize(seed: string, write: (size: string) => string) {
  return edited(seed, (document) => {
    const [first, ...others] = document['layers'] as List;
    const text = JSON.stringify({ ...document, layers: [{ ...first, size: 'HERE' }, ...others] });
    return text.replace('"HERE"', write(String(first?.['size'])));
  });
}

function withAnnotation(seed: string, value: unknown) {
  return edited(seed, (document) => ({ ...document, annotations: { 'com.example.note': value } }));
}

function withPlatform(seed: string, platform: unknown) {
  return editedIndex(seed, (document) => ({
    ...document,
    manifests: (document['manifests'] as List).map((child) => ({ ...child, platform })),
  }));
}

/** Keys as Go writes them in its own programs. */
function inPascalCase(document: Document): Document {
  const renamed = Object.entries(document).map(([key, value]) => [
    `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    value,
  ]);
  return Object.fromEntries(renamed) as Document;
}

/** Documents that one JSON reader takes and another does not: nodes read as Go does. */
export const DOCUMENTS: readonly OddCase[] = [
  {
    title: 'the size of a layer is no whole number',
    stocked: {
      app: {
        text: withSize('size/text', '136'),
        fraction: withRawSize('size/fraction', (size) => `${size}.0`),
        exponent: withRawSize('size/exponent', (size) => `${size}e0`),
        negative: withSize('size/negative', -1),
      },
      ...siblings('size/kinds'),
    },
    tags: {
      'app:text': { pullers: NONE, probe: INVALID },
      'app:fraction': { pullers: NONE, probe: INVALID },
      'app:exponent': { pullers: NONE, probe: INVALID },
      'app:negative': { pullers: 'c2- c1- D+ S+ C+', probe: INVALID },
    },
  },
  {
    title: 'the size of a layer or the config is 0, null or left out, and the bytes are there',
    stocked: {
      app: {
        zero: withSize('size/zero', 0),
        null: withSize('size/null', null),
        none: withSize('size/none', undefined),
        config: edited('size/config', (document) => ({
          ...document,
          config: { ...(document['config'] as Document), size: undefined },
        })),
      },
      ...siblings('size/nothing'),
    },
    tags: {
      'app:zero': { pullers: NOT_BY_SIZE, probe: 'layer/size_mismatch' },
      'app:null': { pullers: NOT_BY_SIZE, probe: 'layer/size_mismatch' },
      'app:none': { pullers: NOT_BY_SIZE, probe: 'layer/size_mismatch' },
      'app:config': { pullers: 'c2- c1- D+ S- C-', probe: 'config/size_mismatch' },
    },
  },
  {
    title: 'an annotation is no text',
    stocked: {
      app: {
        number: withAnnotation('annotation/number', 1),
        boolean: withAnnotation('annotation/boolean', true),
        object: withAnnotation('annotation/object', { a: 'b' }),
        null: withAnnotation('annotation/null', null),
        layer: edited('annotation/layer', (document) => ({
          ...document,
          layers: (document['layers'] as List).map((layer) => ({ ...layer, annotations: { n: 5 } })),
        })),
      },
      ...siblings('annotation'),
    },
    tags: {
      'app:number': { pullers: NONE, probe: INVALID },
      'app:boolean': { pullers: NONE, probe: INVALID },
      'app:object': { pullers: NONE, probe: INVALID },
      'app:null': { pullers: ALL, probe: 'sound' },
      'app:layer': { pullers: NONE, probe: INVALID },
    },
  },
  {
    title: 'a value has another type than the specification gives it',
    stocked: {
      app: {
        version: edited('type/version', (document) => ({ ...document, schemaVersion: '2' })),
        features: withPlatform('type/features', { os: 'linux', architecture: 'amd64', 'os.features': 'win32k' }),
        platform: withPlatform('type/platform', 'linux/amd64'),
        urls: editedIndex('type/urls', (document) => ({
          ...document,
          manifests: (document['manifests'] as List).map((child) => ({ ...child, urls: 'https://example.com' })),
        })),
      },
      ...siblings('type'),
    },
    tags: {
      'app:version': { pullers: NONE, probe: INVALID },
      'app:features': { pullers: NONE, probe: INVALID },
      'app:platform': { pullers: NONE, probe: INVALID },
      'app:urls': { pullers: NONE, probe: INVALID },
    },
  },
  {
    title: 'keys are written in another case, or do not belong there',
    stocked: {
      app: {
        pascal: edited('keys/pascal', inPascalCase),
        descriptor: edited('keys/descriptor', (document) => ({
          ...document,
          layers: (document['layers'] as List).map(inPascalCase),
        })),
        twice: edited('keys/twice', (document) => JSON.stringify(document).replace('{', '{"layers":[],')),
        schema1: edited('keys/schema1', (document) => ({ ...document, fsLayers: [] })),
        history: edited('keys/history', (document) => ({ ...document, history: [{ v1Compatibility: '{}' }] })),
      },
      ...siblings('keys'),
    },
    tags: {
      'app:pascal': { pullers: ALL, probe: 'sound' },
      'app:descriptor': { pullers: ALL, probe: 'sound' },
      'app:twice': { pullers: ALL, probe: 'sound' },
      'app:schema1': { pullers: 'c2- c1- D+ S- C+', probe: INVALID },
      'app:history': { pullers: 'c2+ c1+ D+ S- C+', probe: 'sound' },
    },
  },
  {
    title: 'a list is null or left out',
    stocked: {
      app: {
        children: editedIndex('list/children', (document) => ({ ...document, manifests: null })),
        layers: edited('list/layers', (document) => ({ ...document, layers: null })),
      },
      sound: { v1: sound('list/sound') },
    },
    tags: {
      'app:children': { pullers: 'c2+ c1+ D- S+ C-', probe: 'sound' },
      'app:layers': { pullers: 'c2+ c1+ D- S+ C+', probe: 'sound' },
    },
  },
];
