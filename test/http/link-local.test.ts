import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';

import { isLinkLocal, leadsLinkLocal, LinkLocalError, withoutLinkLocal } from '../../src/http/link-local.ts';

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '[fe80::1]',
  'fe80::1%eth0',
  'febf::1',
  '::ffff:169.254.169.254',
  '[::ffff:a9fe:a9fe]',
  '64:ff9b::a9fe:a9fe',
  '::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '::ffff:0:169.254.169.254',
  '2002:a9fe:a9fe::1',
  '2002:a83f:8110::',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fd00:42::42',
])('%s is link-local, or of a metadata service', (address) => {
  expect(isLinkLocal(address)).toBe(true);
});

test.each([
  '127.0.0.1',
  '10.0.0.7',
  '169.253.255.255',
  '169.255.0.0',
  '[::1]',
  'fec0::1',
  'fd00::1',
  '100.100.100.201',
  '::ffff:10.0.0.7',
  '64:ff9b::a00:7',
  '2002:a00:7::1',
  '2002:a83f:8111::',
  '::ffff:0:10.0.0.7',
  'registry.example.com',
  '169.254.169.254.example.com',
])('%s is neither', (host) => {
  expect(isLinkLocal(host)).toBe(false);
});

const LOCAL: LookupAddress = { address: '169.254.169.254', family: 4 };
const OTHER: LookupAddress = { address: '10.0.0.7', family: 4 };

/** Names and what they lead to; all else is not found. */
function names(table: Readonly<Record<string, readonly LookupAddress[]>>): LookupFunction {
  return (hostname, options, callback) => {
    const found = table[hostname];
    if (found === undefined) callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), '');
    else if (options.all === true) callback(null, [...found]);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
}

function lookUp(lookup: LookupFunction, name: string, all: boolean): Promise<unknown> {
  return new Promise((resolve) => {
    lookup(name, { all }, (error, address, family) => resolve(error ?? (all ? address : { address, family })));
  });
}

describe('a look-up without link-local addresses', () => {
  const system = names({ auth: [LOCAL, OTHER], metadata: [LOCAL], registry: [OTHER], near: [LOCAL] });

  test.each([true, false])('finds the others of a name, for all: %s', async (all) => {
    expect(await lookUp(withoutLinkLocal(system, 'registry'), 'auth', all)).toEqual(all ? [OTHER] : OTHER);
  });

  test.each([true, false])('fails where nothing else is there, for all: %s', async (all) => {
    expect(await lookUp(withoutLinkLocal(system, 'registry'), 'metadata', all)).toBeInstanceOf(LinkLocalError);
  });

  test.each(['near', '169.254.7.7', '[fe80::1]'])('finds all of them for %s, which is at one itself', async (host) => {
    expect(await lookUp(withoutLinkLocal(system, host), 'metadata', true)).toEqual([LOCAL]);
  });

  test.each(['registry', 'nowhere', '10.0.0.7'])('keeps them from %s, which is not', async (host) => {
    expect(await leadsLinkLocal(host, system)).toBe(false);
    expect(await lookUp(withoutLinkLocal(system, host), 'metadata', true)).toBeInstanceOf(LinkLocalError);
  });

  test('hands on that a name was not found', async () => {
    expect(await lookUp(withoutLinkLocal(system, 'registry'), 'nowhere', true)).toMatchObject({ code: 'ENOTFOUND' });
  });

  test('takes a resolver that answers with one address', async () => {
    const single: LookupFunction = (hostname, _options, callback) =>
      callback(null, hostname === 'metadata' ? LOCAL.address : OTHER.address, isIP(OTHER.address));

    expect(await lookUp(withoutLinkLocal(single, 'registry'), 'metadata', true)).toBeInstanceOf(LinkLocalError);
    expect(await lookUp(withoutLinkLocal(single, 'registry'), 'auth', false)).toEqual(OTHER);
  });
});
